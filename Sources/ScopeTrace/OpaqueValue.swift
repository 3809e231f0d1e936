/// An encoded value of a kind that this version does not know, kept so that it can be written
/// back.
///
/// Members of objects are kept in the order of their names. Through a decoder, numbers lose their
/// spelling: a whole number written as `3.0` comes back as `3`.
public indirect enum OpaqueValue: Hashable, Sendable {
    /// JSON's null.
    case null
    /// A truth value.
    case bool(Bool)
    /// A whole number.
    case int(Int)
    /// Any other number.
    case double(Double)
    /// A text.
    case string(String)
    /// A list of values.
    case array([OpaqueValue])
    /// Named values.
    case object([String: OpaqueValue])

    var unlessNull: OpaqueValue? { self == .null ? nil : self }
}

extension OpaqueValue: Codable {
    /// Reads any value.
    ///
    /// - Parameter decoder: The decoder to read from.
    /// - Throws: `DecodingError` when the value is none of JSON's kinds or nests too deeply.
    public init(from decoder: any Decoder) throws {
        // Decoders refuse deep nesting by themselves at depths that a thread's stack may not
        // survive here.
        guard decoder.codingPath.count < 128 else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "nested too deeply"))
        }
        if let container = try? decoder.container(keyedBy: AnyCodingKey.self) {
            var members: [String: OpaqueValue] = [:]
            for key in container.allKeys {
                members[key.stringValue] = try container.decode(OpaqueValue.self, forKey: key)
            }
            self = .object(members)
        } else if var container = try? decoder.unkeyedContainer() {
            var elements: [OpaqueValue] = []
            while !container.isAtEnd { elements.append(try container.decode(OpaqueValue.self)) }
            self = .array(elements)
        } else {
            self = try OpaqueValue(scalar: decoder.singleValueContainer())
        }
    }

    private init(scalar container: any SingleValueDecodingContainer) throws {
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Int.self) {
            self = .int(value)
        } else if let value = try? container.decode(Double.self), !value.isNaN {
            self = .double(value)
        } else {
            self = .string(try container.decode(String.self))
        }
    }

    /// Writes the value.
    ///
    /// - Parameter encoder: The encoder to write to.
    /// - Throws: What the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        switch self {
        case .null:
            var container = encoder.singleValueContainer()
            try container.encodeNil()
        case .bool(let value):
            var container = encoder.singleValueContainer()
            try container.encode(value)
        case .int(let value):
            var container = encoder.singleValueContainer()
            try container.encode(value)
        case .double(let value):
            var container = encoder.singleValueContainer()
            try container.encode(WireDouble(value))
        case .string(let value):
            var container = encoder.singleValueContainer()
            try container.encode(value)
        case .array(let elements):
            var container = encoder.unkeyedContainer()
            for element in elements { try container.encode(element) }
        case .object(let members):
            var container = encoder.container(keyedBy: AnyCodingKey.self)
            for (name, value) in members.sorted(by: { $0.key < $1.key }) {
                try container.encode(value, forKey: AnyCodingKey(stringValue: name))
            }
        }
    }
}

/// A coding key of any name.
struct AnyCodingKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) {
        self.stringValue = stringValue
    }

    init?(intValue: Int) {
        return nil
    }
}
