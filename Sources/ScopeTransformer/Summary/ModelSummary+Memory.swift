public import ScopeTensor

/// The memory that a model takes while it decodes one sequence, in bytes.
///
/// What every process has besides, and OpenBLAS's own buffers, are not in it.
public struct MemoryEstimate: Codable, Equatable, Sendable {
    /// The positions the cache is for.
    public let context: Int
    /// The weights that are computed with.
    public let weights: Int
    /// Keys and values of ``context`` positions.
    public let cache: Int
    /// Scratch memory of one pass.
    public let workspace: Int

    /// All of it.
    public var total: Int { weights + cache + workspace }
}

extension ModelSummary {
    /// The memory that decoding one sequence takes.
    ///
    /// Weights count as stored, mapped pages being memory once they are used; the cache is counted as
    /// ``KVCache/byteCount(rows:shape:)`` does.
    ///
    /// - Parameters:
    ///   - context: Positions of the sequence; more than the model was made for count as those.
    ///   - weights: The format that ``ModelOptions/weights`` quantises to; nil: as stored.
    ///   - precision: How the cache holds keys and values.
    ///   - rows: Rows that go through the model at once.
    /// - Returns: The estimate.
    /// - Complexity: O(tensors).
    public func memory(
        context: Int, weights: ElementType? = nil, cache precision: CachePrecision = .full,
        rows: Int = 128
    ) -> MemoryEstimate {
        let context = max(0, min(context, shape.contextLength))
        let rows = min(max(rows, 1), max(context, 1))
        let cache = CacheShape(
            layerCount: shape.layerCount, headCount: shape.keyValueHeadCount,
            headDimension: shape.headDimension, valueDimension: shape.valueDimension,
            precision: precision)
        return MemoryEstimate(
            context: context,
            weights: tensors.reduce(0) { $0 + $1.loadedByteCount(as: weights) },
            cache: KVCache<Float>.byteCount(rows: context, shape: cache),
            workspace: rows * rowBytes.pass
                + min(rows, DecoderModel<HostAlgebra>.headRows) * rowBytes.logits)
    }

    /// The matrices that ``ModelOptions/weights`` would quantise.
    ///
    /// - Complexity: O(tensors).
    public var quantizableTensorCount: Int { tensors.count(where: \.canBeQuantized) }
}

extension ModelSummary.Tensor {
    /// Whether the matrix is of plain numbers, in rows of whole blocks.
    var canBeQuantized: Bool {
        guard let inputs, isRead, let type = ElementType(rawValue: format) else { return false }
        // All formats that are quantised to have blocks of the same size.
        return !type.isBlockQuantized
            && inputs.isMultiple(of: ElementType.quantizationTargets[0].elementsPerBlock)
    }

    fileprivate func loadedByteCount(as target: ElementType?) -> Int {
        guard isRead else { return 0 }
        guard let target, canBeQuantized else { return byteCount }
        return target.byteCount(ofElements: parameterCount)
    }
}

extension WorkspaceBuffers {
    /// The scalars that one row of a pass takes, logits apart.
    var scalarsPerRow: Int {
        let tensors = [
            residual, normalized, fused, query, key, value, context, attended, update,
            normalizedUpdate, dense.gate, dense.up, experts.scores, experts.gate, experts.input,
            experts.output, experts.dense.gate, experts.dense.up, experts.shared.gate,
            experts.shared.up,
        ]
        return tensors.reduce(0) { $0 + $1.columns }
    }
}
