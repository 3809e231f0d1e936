internal import ScopeTransformer
internal import Synchronization

/// The keys and values of an intact text, filled when they are first needed and shared by every
/// variant of it.
final class SharedPrefix: Sendable {
    private let stored = Mutex<KVCache<Float>?>(nil)

    /// A fork of the cache.
    ///
    /// Two tasks that ask at once may both fill it: the work is the same, and nobody waits in a lock
    /// for a model.
    func cache(
        filling fill: () throws(ModelFailure) -> KVCache<Float>
    ) throws(ModelFailure) -> KVCache<Float> {
        if let cache = stored.withLock({ $0 }) { return cache }
        let cache = try fill()
        stored.withLock { $0 = cache }
        return cache
    }
}
