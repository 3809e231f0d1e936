/// The routes by which a prediction was put together: which rows of which layers its last hidden state
/// came from, directly or by way of others (Ferrando and Voita, 2024, arXiv 2403.00824).
///
/// Edges lead upwards from the embeddings to the row that predicts the ``target``. Those below the
/// ``threshold`` are left out, and with them whatever is reached through them alone.
public struct FlowGraph: Hashable, Codable, Sendable {
    /// A place in the residual stream.
    public struct Node: Hashable, Comparable, Codable, Sendable {
        /// `k` for the input of block `k` (0: the embedding), the number of layers for the top.
        public var layer: Int
        /// Whether it lies behind that block's attention and before its feed-forward part; never so in
        /// parallel blocks.
        public var isMiddle: Bool
        /// The row.
        public var row: ResidualRow

        /// Makes a node.
        public init(layer: Int, isMiddle: Bool, row: ResidualRow) {
            self.layer = layer
            self.isMiddle = isMiddle
            self.row = row
        }

        /// Orders nodes from the bottom up, those of a level by row.
        public static func < (left: Node, right: Node) -> Bool {
            (left.layer, left.isMiddle ? 1 : 0, left.row.rawValue)
                < (right.layer, right.isMiddle ? 1 : 0, right.row.rawValue)
        }
    }

    /// What an edge passes through.
    public enum Part: String, CaseIterable, Codable, Sendable {
        /// The attention of a block, from the row that is looked at to the one that looks.
        case attention
        /// The feed-forward part of a block.
        case feedForward
        /// Nothing: the residual stream, past a block's attention, its feed-forward part, or both.
        case residual
    }

    /// What one node takes in from another.
    public struct Edge: Hashable, Codable, Sendable {
        /// What it passes through.
        public var part: Part
        /// Where from.
        public var source: Node
        /// Where to.
        public var target: Node
        /// The share of the target's state, from 0 to 1; see ``FlowGraph``.
        public var weight: Double
        /// For attention, the share by query head, which sum to the weight; otherwise empty.
        public var heads: [Double]

        /// Makes an edge.
        public init(part: Part, source: Node, target: Node, weight: Double, heads: [Double] = []) {
            self.part = part
            self.source = source
            self.target = target
            self.weight = weight
            self.heads = heads
        }
    }

    /// The token whose prediction is explained.
    public var target: TokenIndex
    /// The model's blocks.
    public var layerCount: Int
    /// The least share that an edge has.
    public var threshold: Double
    /// The edges, from the top down.
    public var edges: [Edge]

    /// Makes a graph.
    public init(target: TokenIndex, layerCount: Int, threshold: Double, edges: [Edge]) {
        self.target = target
        self.layerCount = layerCount
        self.threshold = threshold
        self.edges = edges
    }

    /// The places that the edges join, from the bottom up.
    ///
    /// - Complexity: O(n log n) for n edges.
    public var nodes: [Node] {
        Set(edges.flatMap { [$0.source, $0.target] }).sorted()
    }
}
