/// A small change to a program that is likely to be a defect.
public struct CodeMutation: Hashable, Sendable {
    /// What kind of change.
    public enum Kind: String, CaseIterable, Hashable, Codable, Sendable {
        /// Another operator, such as `==` for `!=` or `or` for `and`.
        case operatorSwap = "operator-swap"
        /// A bound or a number that is off by one.
        case offByOne = "off-by-one"
        /// Another variable of the same function.
        case wrongVariable = "wrong-variable"
        /// A part of a condition left out.
        case droppedCondition = "dropped-condition"
    }

    /// What kind of change.
    public var kind: Kind
    /// The bytes that are replaced, in the text as it was.
    public var range: Range<Int>
    /// What stands there instead.
    public var replacement: String

    /// Makes a change.
    public init(kind: Kind, range: Range<Int>, replacement: String) {
        self.kind = kind
        self.range = range
        self.replacement = replacement
    }

    /// The text with the change.
    ///
    /// - Parameter text: The text as it was.
    /// - Returns: The changed text.
    public func applied(to text: [UInt8]) -> [UInt8] {
        Array(text[..<range.lowerBound]) + Array(replacement.utf8) + text[range.upperBound...]
    }
}
