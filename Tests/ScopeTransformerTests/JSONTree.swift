import ScopeFiles

/// A JSON value that tests change and write again.
indirect enum JSONTree: Equatable, Sendable {
    struct Member: Equatable, Sendable {
        var key: String
        var value: JSONTree
    }

    case array([JSONTree])
    case bool(Bool)
    case null
    /// The text of a number, which may be one that no type holds.
    case number(String)
    case object([Member])
    case string(String)

    /// Where a value lies.
    enum Step: Hashable, Sendable {
        case index(Int)
        case key(String)
    }

    init(_ value: JSONValue) throws {
        self =
            switch value.kind {
            case .null: .null
            case .bool: .bool(try value.bool())
            case .number: .number(value.lexeme)
            case .string: .string(try value.string())
            case .array: .array(try value.elements().map { try JSONTree($0) })
            case .object:
                .object(
                    try value.members().map { key, member in
                        Member(key: key.string, value: try JSONTree(member))
                    })
            }
    }

    var text: String {
        switch self {
        case .array(let elements): "[\(elements.map(\.text).joined(separator: ","))]"
        case .bool(let value): "\(value)"
        case .null: "null"
        case .number(let lexeme): lexeme
        case .object(let members):
            "{\(members.map { Self.quoted($0.key) + ":" + $0.value.text }.joined(separator: ","))}"
        case .string(let text): Self.quoted(text)
        }
    }

    /// Only what configuration files hold: no control characters.
    private static func quoted(_ text: String) -> String {
        let escaped = text.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : "\($0)" }
        return "\"\(escaped.joined())\""
    }

    /// The keys of an object.
    var keys: [String] {
        guard case .object(let members) = self else { return [] }
        return members.map(\.key)
    }

    subscript(key: String) -> JSONTree? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.key == key }?.value
    }

    /// The value with another one, or none, at `path`; a key that is not there is added.
    func replacing(_ path: ArraySlice<Step>, with value: JSONTree?) -> JSONTree {
        guard let step = path.first else { return value ?? .null }
        let rest = path.dropFirst()
        switch (self, step) {
        case (.object(var members), .key(let key)):
            let index = members.firstIndex { $0.key == key }
            if rest.isEmpty {
                if let index { members.remove(at: index) }
                if let value {
                    members.insert(Member(key: key, value: value), at: index ?? members.endIndex)
                }
            } else if let index {
                members[index].value = members[index].value.replacing(rest, with: value)
            }
            return .object(members)
        case (.array(var elements), .index(let index)) where index < elements.count:
            elements[index] = elements[index].replacing(rest, with: value)
            return .array(elements)
        default:
            return self
        }
    }

    func replacing(_ path: [Step], with value: JSONTree?) -> JSONTree {
        replacing(path[...], with: value)
    }
}
