public import ScopeTensor

/// A decoder-only model: from ids and a cache to logits.
///
/// Immutable once it is published.
public protocol LanguageModel<Scalar>: Sendable {
    /// The scalar the model computes in.
    associatedtype Scalar: TensorScalar

    /// The model's shape and choices.
    var configuration: DecoderConfiguration { get }

    /// The arithmetic's kernel path, for the record.
    var kernels: String { get }

    /// What products with weights are computed in, for the record, such as `float32`.
    var arithmetic: String { get }

    /// The shape of the model's caches.
    var cacheShape: CacheShape { get }

    /// Runs every lane's tokens through the model in one batch.
    ///
    /// A model that has no means to change what it computes refuses lanes with ``Lane/edits``.
    ///
    /// - Parameters:
    ///   - lanes: Sequences with their caches; a cache grows by its lane's tokens.
    ///   - workspace: Scratch memory, kept for the next call.
    ///   - sink: Receives logits and signals, lane by lane and row by row.
    /// - Throws: ``ModelFailure``; the caches are then as before the call.
    /// - Complexity: One product with every weight matrix whatever the number of lanes; attention is
    ///   O(rows × context).
    func forward(
        _ lanes: inout [Lane<Scalar>], in workspace: inout Workspace<Scalar>,
        into sink: inout some SignalSink<Scalar>
    ) throws(ModelFailure)

    /// Refuses to go on when a file the weights are read from has changed on disk.
    ///
    /// - Throws: ``ModelFailure/file(_:)`` with `.changed`.
    func checkUnchanged() throws(ModelFailure)
}

extension LanguageModel {
    /// `float32` or `float64`, as the scalar is.
    public var arithmetic: String { "float\(8 * MemoryLayout<Scalar>.size)" }

    /// The shape of the model's caches.
    public var cacheShape: CacheShape { CacheShape(of: configuration) }

    /// An empty cache for a new sequence.
    public func makeCache() -> KVCache<Scalar> {
        KVCache(shape: cacheShape)
    }
}
