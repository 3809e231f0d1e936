internal import Synchronization

/// Working memory lent to whoever encodes, so that a tokenizer stays an immutable value.
final class ScratchPool: Sendable {
    private let free = Mutex<[BytePairScratch]>([])

    /// Lends working memory.
    func take() -> BytePairScratch {
        free.withLock { $0.popLast() } ?? BytePairScratch()
    }

    /// Takes it back for the next.
    func give(back scratch: consuming BytePairScratch) {
        let scratch = scratch
        free.withLock { $0.append(scratch) }
    }
}
