extension BranchTree: Codable {
    private enum CodingKeys: String, CodingKey {
        case header
        case nextID
        case settings
        case nodes
        case metrics
        case names
        case notes
        case edits
        case ends
        case documentMaps
    }

    /// Reads a tree.
    ///
    /// - Parameter decoder: The decoder to read from.
    /// - Throws: `DecodingError` when nodes are out of order, hang on none before them or name settings
    ///   that are not there, when something is said of a node that is not there or said twice, or a part
    ///   is malformed.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        var parts = BranchTreeParts(header: try container.decode(forKey: .header))
        parts.nextID = try container.decode(forKey: .nextID)
        parts.settings = try container.decode(forKey: .settings)
        parts.nodes = try container.decode(forKey: .nodes)
        parts.metrics = try container.decode(forKey: .metrics)
        parts.names = try container.decode(forKey: .names)
        parts.notes = try container.decode(forKey: .notes)
        parts.edits = try container.decode(forKey: .edits)
        parts.ends = try container.decode(forKey: .ends)
        parts.documentMaps = try container.decode(forKey: .documentMaps)
        do throws(BranchTreeError) {
            try self.init(parts)
        } catch {
            throw DecodingError.dataCorrupted(
                .init(codingPath: container.codingPath, debugDescription: error.description))
        }
    }

    /// Writes the tree.
    ///
    /// - Parameter encoder: The encoder to write to.
    /// - Throws: What the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        let parts = parts
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(parts.header, forKey: .header)
        try container.encode(parts.nextID, forKey: .nextID)
        try container.encode(parts.settings, forKey: .settings)
        try container.encode(parts.nodes, forKey: .nodes)
        try container.encode(parts.metrics, forKey: .metrics)
        try container.encode(parts.names, forKey: .names)
        try container.encode(parts.notes, forKey: .notes)
        try container.encode(parts.edits, forKey: .edits)
        try container.encode(parts.ends, forKey: .ends)
        try container.encode(parts.documentMaps, forKey: .documentMaps)
    }
}

extension KeyedDecodingContainer {
    fileprivate func decode<Value: Decodable>(forKey key: Key) throws -> Value {
        try decode(Value.self, forKey: key)
    }
}
