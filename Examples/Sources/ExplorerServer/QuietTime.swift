import Synchronization

/// How long nothing was sent.
final class QuietTime: Sendable {
    private static let limit = Duration.seconds(15)
    private let state = Mutex((isFirst: true, since: ContinuousClock.now))

    /// Whether this is the first question.
    func isFirst() -> Bool {
        state.withLock { state in
            defer { state.isFirst = false }
            return state.isFirst
        }
    }

    func reset() {
        state.withLock { $0.since = ContinuousClock.now }
    }

    /// Whether it is so long that a word is due; if so, it counts as said.
    func isLong() -> Bool {
        state.withLock { state in
            guard ContinuousClock.now - state.since >= Self.limit else { return false }
            state.since = ContinuousClock.now
            return true
        }
    }
}
