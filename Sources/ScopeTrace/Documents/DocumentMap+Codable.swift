extension DocumentMap: Codable {
    private enum CodingKeys: String, CodingKey {
        case sequenceByteCount
        case regions
        case pieces
        case insertion
    }

    /// Reads a map.
    ///
    /// - Parameter decoder: The decoder to read from.
    /// - Throws: `DecodingError` for anything that the initializer refuses or a part of another type.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let sequenceByteCount = try container.decode(Int.self, forKey: .sequenceByteCount)
        let regions = try container.decode([DocumentRegion].self, forKey: .regions)
        let pieces = try container.decode([DocumentPiece].self, forKey: .pieces)
        let insertion = try container.decodeIfPresent(DocumentPlace.self, forKey: .insertion)
        do throws(DocumentMapError) {
            try self.init(
                sequenceByteCount: sequenceByteCount, regions: regions, pieces: pieces,
                insertion: insertion)
        } catch {
            throw DecodingError.dataCorrupted(
                .init(codingPath: container.codingPath, debugDescription: error.description))
        }
    }

    /// Writes the map.
    ///
    /// - Parameter encoder: The encoder to write to.
    /// - Throws: What the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(sequenceByteCount, forKey: .sequenceByteCount)
        try container.encode(regions, forKey: .regions)
        try container.encode(pieces, forKey: .pieces)
        try container.encodeIfPresent(insertion, forKey: .insertion)
    }
}

extension DocumentPiece: Codable {
    /// Reads a piece: its beginning in the sequence, its region, its beginning there, its length.
    ///
    /// - Parameter decoder: The decoder to read from.
    /// - Throws: `DecodingError` unless it is a list of four whole numbers that are places and a
    ///   length.
    public init(from decoder: any Decoder) throws {
        var container = try decoder.unkeyedContainer()
        let sequenceStart = try container.decode(Int.self)
        let region = try container.decode(Int.self)
        let offset = try container.decode(Int.self)
        let byteCount = try container.decode(Int.self)
        guard container.isAtEnd, sequenceStart >= 0, region >= 0, offset >= 0, byteCount >= 0,
            max(sequenceStart, offset) <= Int.max - byteCount
        else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "a piece has four numbers of at least 0")
        }
        self.init(
            sequenceStart: sequenceStart, place: DocumentPlace(region: region, offset: offset),
            byteCount: byteCount)
    }

    /// Writes the piece as four numbers.
    ///
    /// - Parameter encoder: The encoder to write to.
    /// - Throws: What the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.unkeyedContainer()
        for number in [sequenceStart, place.region, place.offset, byteCount] {
            try container.encode(number)
        }
    }
}
