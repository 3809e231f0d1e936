import ScopeFiles

/// A JSON value made up for a test, to compare with what a reader finds.
indirect enum RandomJSON {
    case null
    case bool(Bool)
    case int(Int)
    case double(Double)
    case string(String)
    case array([RandomJSON])
    case object([(String, RandomJSON)])

    init(depth: Int, using generator: inout SeededGenerator) {
        switch Int.random(in: 0..<(depth == 0 ? 5 : 7), using: &generator) {
        case 0: self = .null
        case 1: self = .bool(.random(using: &generator))
        case 2:
            let bits = Int(truncatingIfNeeded: generator.next())
            self = .int(bits >> Int.random(in: 0..<64, using: &generator))
        case 3:
            let value = Double(bitPattern: generator.next())
            self = .double(value.isFinite ? value : 0.1)
        case 4: self = .string(Self.string(using: &generator))
        case 5:
            let count = Int.random(in: 0..<6, using: &generator)
            self = .array(
                (0..<count).map { _ in RandomJSON(depth: depth - 1, using: &generator) })
        default:
            let count = Int.random(in: 0..<6, using: &generator)
            self = .object(
                (0..<count).map { position in
                    let key = "\(position)" + Self.string(using: &generator)
                    return (key, RandomJSON(depth: depth - 1, using: &generator))
                })
        }
    }

    /// Characters of every length in UTF-8, controls and what needs an escape.
    static func string(using generator: inout SeededGenerator) -> String {
        var text = ""
        for _ in 0..<Int.random(in: 0..<12, using: &generator) {
            let limits: [UInt32] = [0x20, 0x80, 0x800, 0x10000, 0x110000]
            let limit = limits[Int.random(in: 0..<limits.count, using: &generator)]
            let value = UInt32.random(in: 0..<limit, using: &generator)
            if let scalar = Unicode.Scalar(value) { text.unicodeScalars.append(scalar) }
            if Int.random(in: 0..<8, using: &generator) == 0 { text += "\"\\/" }
        }
        return text
    }

    func write(to writer: inout JSONWriter) {
        switch self {
        case .null: writer.writeNull()
        case .bool(let value): writer.write(value)
        case .int(let value): writer.write(value)
        case .double(let value): writer.write(value)
        case .string(let value): writer.write(value)
        case .array(let elements):
            writer.array { writer in
                for element in elements { element.write(to: &writer) }
            }
        case .object(let members):
            writer.object { writer in
                for (key, value) in members {
                    writer.key(key)
                    value.write(to: &writer)
                }
            }
        }
    }

    /// Whether a reader finds exactly this value.
    func equals(_ value: JSONValue) throws -> Bool {
        switch self {
        case .null: return value.isNull
        case .bool(let expected): return try value.bool() == expected
        case .int(let expected): return try value.int() == expected
        case .double(let expected):
            return try value.double().bitPattern == expected.bitPattern
        case .string(let expected): return try value.utf8() == Array(expected.utf8)
        case .array(let expected):
            let found = try value.elements()
            guard found.count == expected.count else { return false }
            return try zip(expected, found).allSatisfy { try $0.equals($1) }
        case .object(let expected):
            let found = try value.members()
            guard found.count == expected.count else { return false }
            return try zip(expected, found).allSatisfy { wanted, member in
                try member.key.utf8 == Array(wanted.0.utf8) && wanted.1.equals(member.value)
            }
        }
    }

    var bytes: [UInt8] {
        var writer = JSONWriter()
        write(to: &writer)
        return writer.finish()
    }
}
