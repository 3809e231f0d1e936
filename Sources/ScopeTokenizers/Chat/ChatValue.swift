public import ScopeFiles

/// A value that a chat template reads: what JSON can say, with the order of members kept.
public enum ChatValue: Sendable, Equatable {
    /// No value; `none` in a template.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A whole number.
    case int(Int)
    /// Any other number.
    case double(Double)
    /// Text.
    case string(String)
    /// Values in order.
    case array([ChatValue])
    /// Named values in order; of two with one name the later one counts.
    case object([Member])

    /// A named value of an object.
    public struct Member: Sendable, Equatable {
        /// The name.
        public var key: String
        /// The value.
        public var value: ChatValue

        /// Names a value.
        public init(key: String, value: ChatValue) {
            self.key = key
            self.value = value
        }
    }

    /// Copies a JSON value.
    ///
    /// - Parameter json: any value; numbers written without fraction and exponent are whole.
    /// - Throws: `FileError.malformed` for a number beyond 64 bits.
    /// - Complexity: O(bytes).
    public init(_ json: JSONValue) throws(FileError) {
        switch json.kind {
        case .null: self = .null
        case .bool: self = .bool(try json.bool())
        case .number:
            let isWhole = !json.lexeme.utf8.contains { ".eE".utf8.contains($0) }
            self = isWhole ? .int(try json.int()) : .double(try json.double())
        case .string: self = .string(try json.string())
        case .array:
            var elements: [ChatValue] = []
            for element in try json.elements() { elements.append(try ChatValue(element)) }
            self = .array(elements)
        case .object:
            var members: [Member] = []
            for (key, value) in try json.members() {
                members.append(Member(key: key.string, value: try ChatValue(value)))
            }
            self = .object(members)
        }
    }
}

extension ChatValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// Makes a string.
    public init(stringLiteral value: String) { self = .string(value) }

    /// Makes a whole number.
    public init(integerLiteral value: Int) { self = .int(value) }

    /// Makes `true` or `false`.
    public init(booleanLiteral value: Bool) { self = .bool(value) }

    /// Makes an array.
    public init(arrayLiteral elements: ChatValue...) { self = .array(elements) }

    /// Makes an object with its members in the order they are written.
    public init(dictionaryLiteral elements: (String, ChatValue)...) {
        self = .object(elements.map { Member(key: $0.0, value: $0.1) })
    }
}
