/// A list of vocabulary numbers as the value of a metric, such as the ids of the alternatives.
public struct TokenIDs: Hashable, Sendable, ExpressibleByArrayLiteral {
    /// The vocabulary numbers.
    public var values: [Int]

    /// Makes a list of vocabulary numbers.
    ///
    /// - Parameter values: The vocabulary numbers.
    public init(_ values: [Int]) {
        self.values = values
    }

    /// Makes a list of vocabulary numbers.
    ///
    /// - Parameter elements: The vocabulary numbers.
    public init(arrayLiteral elements: Int...) {
        values = elements
    }
}
