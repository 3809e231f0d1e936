extension MetricTable: Codable {
    private enum CodingKeys: String, CodingKey {
        case rowCount
        case columns
    }

    /// Reads a table.
    ///
    /// - Parameter decoder: The decoder to read from.
    /// - Throws: `DecodingError` that names the column when a name occurs twice, a column is longer
    ///   than the table, or a value is not of the column's kind.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        rowCount = try container.decode(Int.self, forKey: .rowCount)
        guard rowCount >= 0 else {
            throw DecodingError.dataCorruptedError(
                forKey: .rowCount, in: container, debugDescription: "must not be negative")
        }
        stored = try container.decode([Column].self, forKey: .columns)
        var seen: Set<String> = []
        for column in stored {
            guard seen.insert(column.name).inserted else {
                throw DecodingError.dataCorruptedError(
                    forKey: .columns, in: container,
                    debugDescription: "two columns are named \"\(column.name)\"")
            }
            guard column.cells.storedCount <= rowCount else {
                throw DecodingError.dataCorruptedError(
                    forKey: .columns, in: container,
                    debugDescription:
                        "column \"\(column.name)\" has more values than the table's \(rowCount)")
            }
        }
    }

    /// Writes the table.
    ///
    /// - Parameter encoder: The encoder to write to.
    /// - Throws: What the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(rowCount, forKey: .rowCount)
        var columns = container.nestedUnkeyedContainer(forKey: .columns)
        for column in stored { try columns.encode(column) }
    }
}

extension MetricTable.Column: Codable {
    private enum CodingKeys: String, CodingKey {
        case name
        case unit
        case kind
        case values
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.decode(String.self, forKey: .name)
        unit = try container.decode(MetricUnit.self, forKey: .unit)
        let kind = try container.decode(String.self, forKey: .kind)
        guard !name.isEmpty else {
            throw DecodingError.dataCorruptedError(
                forKey: .name, in: container, debugDescription: "must not be empty")
        }
        var values = try container.nestedUnkeyedContainer(forKey: .values)
        switch MetricKind(name: kind) {
        case .double:
            cells = .double(try values.optionals(WireDouble.self) { $0.value })
        case .int:
            cells = .int(try values.optionals(Int.self) { $0 })
        case .bool:
            cells = .bool(try values.optionals(Bool.self) { $0 })
        case .string:
            cells = .string(try values.optionals(String.self) { $0 })
        case .ids:
            cells = .ids(try values.optionals([Int].self) { TokenIDs($0) })
        case .row:
            cells = .row(
                try values.optionals([WireDouble].self) { MetricRow($0.map(\.value)) })
        case .opaque(let kind):
            cells = .opaque(
                kind: kind, try values.optionals(OpaqueValue.self) { $0 }.map { $0 ?? .null })
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        try container.encode(unit, forKey: .unit)
        try container.encode(cells.kind.name, forKey: .kind)
        var values = container.nestedUnkeyedContainer(forKey: .values)
        switch cells {
        case .double(let cells): try values.encode(optionals: cells) { WireDouble($0) }
        case .int(let cells): try values.encode(optionals: cells) { $0 }
        case .bool(let cells): try values.encode(optionals: cells) { $0 }
        case .string(let cells): try values.encode(optionals: cells) { $0 }
        case .ids(let cells): try values.encode(optionals: cells) { $0.values }
        case .row(let cells): try values.encode(optionals: cells) { $0.values.map(WireDouble.init) }
        case .opaque(_, let cells): try values.encode(optionals: cells.map(\.unlessNull)) { $0 }
        }
    }
}

extension UnkeyedDecodingContainer {
    fileprivate mutating func optionals<Wire: Decodable, Value>(
        _ wire: Wire.Type, _ value: (Wire) -> Value
    ) throws -> [Value?] {
        var values: [Value?] = []
        while !isAtEnd {
            values.append(try decodeNil() ? nil : value(decode(Wire.self)))
        }
        return values
    }
}

extension UnkeyedEncodingContainer {
    fileprivate mutating func encode<Value>(
        optionals values: [Value?], _ wire: (Value) -> some Encodable
    ) throws {
        for value in values {
            if let value { try encode(wire(value)) } else { try encodeNil() }
        }
    }
}
