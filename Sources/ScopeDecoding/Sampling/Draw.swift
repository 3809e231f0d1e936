/// A token that was drawn, and from how much.
package struct Draw: Sendable {
    package let id: Int
    /// Its share of the sampling distribution.
    package let probability: Double
    /// The tokens that could be drawn.
    package let candidateCount: Int
}
