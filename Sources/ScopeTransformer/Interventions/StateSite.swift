/// A place in a decoder block whose rows can be lent and changed.
///
/// In the order in which a block computes them. What attention and feed-forward add is taken as it is
/// added: behind a norm and a factor on it, where the family has them.
public enum StateSite: String, CaseIterable, Hashable, Sendable {
    /// The residual stream as the block finds it; hidden size.
    case residualBefore = "residual-before"
    /// The queries of all query heads, normalised and rotated; query heads × head dimension.
    ///
    /// With latent attention a head's rotated part comes first.
    case queries
    /// The keys of all key-value heads as the cache gets them; key-value heads × head dimension.
    ///
    /// With latent attention a head's rotated part comes first, and there are as many key-value heads
    /// as query heads.
    case keys
    /// The values of all key-value heads as the cache gets them; key-value heads × value dimension.
    case values
    /// What the query heads give, before the output matrix; query heads × value dimension.
    case headOutputs = "head-outputs"
    /// What attention adds to the residual stream; hidden size.
    case attentionOutput = "attention-output"
    /// The residual stream between attention and feed-forward; hidden size.
    ///
    /// Blocks that compute both from the same rows have no such place.
    case residualMiddle = "residual-middle"
    /// What feed-forward adds to the residual stream, all experts together; hidden size.
    case feedForwardOutput = "feed-forward-output"
    /// The residual stream as the block leaves it; hidden size.
    ///
    /// Of the last block, it is what the final norm reads.
    case residualAfter = "residual-after"
}

/// One of a model's key-value heads; it serves `queryHeads / keyValueHeads` query heads.
public struct KeyValueHead: Hashable, Sendable {
    /// The head's number, from 0.
    public var index: Int

    /// Names a key-value head.
    public init(_ index: Int) {
        self.index = index
    }
}

/// Which part of a state's row is meant.
public enum StatePart: Hashable, Sendable {
    /// All of it.
    case whole
    /// The parts of these query heads: of queries and of head outputs.
    case queryHeads(Set<QueryHead>)
    /// The parts of these key-value heads: of keys and of values.
    case keyValueHeads(Set<KeyValueHead>)
}

extension StateSite {
    /// How a row of the state is made up: this many parts of equal width.
    func parts(in shape: DecoderConfiguration) -> (count: Int, width: Int) {
        switch self {
        case .residualBefore, .attentionOutput, .residualMiddle, .feedForwardOutput,
            .residualAfter:
            (1, shape.hiddenSize)
        case .queries: (shape.queryHeadCount, shape.headDimension)
        case .keys: (shape.keyValueHeadCount, shape.headDimension)
        case .values: (shape.keyValueHeadCount, shape.valueDimension)
        case .headOutputs: (shape.queryHeadCount, shape.valueDimension)
        }
    }

    /// The scalars of a row of the state.
    ///
    /// - Parameter shape: The model's shape.
    /// - Returns: Its width.
    public func width(in shape: DecoderConfiguration) -> Int {
        let (count, width) = parts(in: shape)
        return count * width
    }

    /// Whether the model's blocks have this place.
    ///
    /// - Parameter shape: The model's shape.
    /// - Returns: False for a place between attention and feed-forward that read the same rows.
    public func exists(in shape: DecoderConfiguration) -> Bool {
        self != .residualMiddle || shape.residual != .parallel
    }
}
