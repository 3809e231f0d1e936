/// One of ASTrust's concepts in a text: how sure the model was of the tokens that make it up.
///
/// ASTrust (Palacio et al., 2024) gives every node the tokens that overlap it, each whole, and draws the
/// nodes of some kinds together as a concept. Nodes lie in one another, so concepts overlap; they do not
/// sum to the text.
public struct SyntaxConcept: Hashable, Codable, Sendable {
    /// The concept's name, such as `Decision`.
    public var name: String
    /// The nodes of its kinds that have a token with a value.
    public var nodes: Int
    /// The tokens of those nodes, once for every node they touch.
    public var tokens: Int
    /// The mean over those tokens.
    public var mean: Double
    /// The median over the nodes of the nodes' means.
    public var medianOfNodes: Double
    /// The interval of ``mean``, nil where none was asked for.
    public var interval: BootstrapInterval?

    /// Makes a concept.
    public init(
        name: String, nodes: Int, tokens: Int, mean: Double, medianOfNodes: Double,
        interval: BootstrapInterval? = nil
    ) {
        self.name = name
        self.nodes = nodes
        self.tokens = tokens
        self.mean = mean
        self.medianOfNodes = medianOfNodes
        self.interval = interval
    }
}
