extension SyntaxTree: Codable {
    private enum Key: String, CodingKey {
        case language, kindNames, fieldNames, kinds, fields, starts, ends, parents, traits
    }

    /// Reads a tree.
    ///
    /// - Parameter decoder: The decoder to read from.
    /// - Throws: `DecodingError` when the lists differ in length, a name is not in its table, or a node
    ///   is no child of one before it that still holds it.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        language = try container.decode(String.self, forKey: .language)
        kindNames = try container.decode([String].self, forKey: .kindNames)
        fieldNames = try container.decode([String].self, forKey: .fieldNames)
        let kinds = try container.decode([Int].self, forKey: .kinds)
        let fields = try container.decode([Int].self, forKey: .fields)
        let starts = try container.decode([Int].self, forKey: .starts)
        let ends = try container.decode([Int].self, forKey: .ends)
        let parents = try container.decode([Int].self, forKey: .parents)
        let traits = try container.decode([UInt8].self, forKey: .traits)
        func refuse(_ key: Key, _ fault: String) -> DecodingError {
            .dataCorruptedError(forKey: key, in: container, debugDescription: fault)
        }
        let count = kinds.count
        for (key, other) in [
            (Key.fields, fields.count), (.starts, starts.count), (.ends, ends.count),
            (.parents, parents.count), (.traits, traits.count),
        ] where other != count {
            throw refuse(key, "\(other) entries for \(count) nodes")
        }
        nodes = []
        nodes.reserveCapacity(count)
        // The nodes that are open where the next one stands.
        var open: [Int] = []
        for index in 0..<count {
            guard kindNames.indices.contains(kinds[index]) else {
                throw refuse(.kinds, "node \(index) has the kind \(kinds[index]) of no name")
            }
            guard fields[index] == -1 || fieldNames.indices.contains(fields[index]) else {
                throw refuse(.fields, "node \(index) has the field \(fields[index]) of no name")
            }
            guard 0 <= starts[index], starts[index] <= ends[index] else {
                throw refuse(.ends, "node \(index) ends before it begins")
            }
            while let last = open.last, last != parents[index] {
                nodes[last].end = index
                open.removeLast()
            }
            guard open.isEmpty == (index == 0), index > 0 || parents[0] == -1 else {
                throw refuse(.parents, "node \(index) has no open parent \(parents[index])")
            }
            nodes.append(
                Node(
                    kind: kinds[index], field: fields[index] < 0 ? nil : fields[index],
                    span: starts[index]..<ends[index], parent: open.last, end: count,
                    traits: Traits(rawValue: traits[index])))
            open.append(index)
        }
    }

    /// Writes the tree: the tables, and of the nodes a list of each property, with −1 for no field and
    /// no parent.
    ///
    /// - Parameter encoder: The encoder to write to.
    /// - Throws: What the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(language, forKey: .language)
        try container.encode(kindNames, forKey: .kindNames)
        try container.encode(fieldNames, forKey: .fieldNames)
        try container.encode(nodes.map(\.kind), forKey: .kinds)
        try container.encode(nodes.map { $0.field ?? -1 }, forKey: .fields)
        try container.encode(nodes.map(\.span.lowerBound), forKey: .starts)
        try container.encode(nodes.map(\.span.upperBound), forKey: .ends)
        try container.encode(nodes.map { $0.parent ?? -1 }, forKey: .parents)
        try container.encode(nodes.map(\.traits.rawValue), forKey: .traits)
    }
}
