/// A token that was drawn, and from how much.
struct Draw: Sendable {
    let id: Int
    /// Its share of the sampling distribution.
    let probability: Double
    /// The tokens that could be drawn.
    let candidateCount: Int
}
