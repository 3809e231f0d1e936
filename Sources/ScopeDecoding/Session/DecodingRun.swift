public import ScopeTrace

/// A session decoding on a thread of its own, for callers that `await`.
///
/// Work is pulled: a token is computed when it is asked for, and cancelling the asking task stops the
/// pass between two layers. The thread is not one of the shared few that tasks run on, so a long
/// pass never keeps the task that would cancel it from running.
///
/// ```swift
/// let run = DecodingRun(session)
/// for try await token in run.tokens {
///     let surprisal = await run.value(of: .surprisal, at: token.index)
///     show(token.text, surprisal)
/// }
/// let trace = await run.session.trace
/// ```
public actor DecodingRun {
    let executor = DecodingExecutor()
    private var current: DecodingSession

    /// Takes over a session.
    public init(_ session: consuming DecodingSession) {
        current = session
    }

    /// The session as it stands: a copy, which may be decoded further elsewhere.
    public var session: DecodingSession { current }

    /// The next token; see ``DecodingSession/next()``.
    ///
    /// - Returns: The token, or nil when decoding has ended.
    /// - Throws: ``DecodingFailure``.
    public func next() throws(DecodingFailure) -> TokenRecord? {
        try current.next()
    }

    /// What an observer recorded of a token that was handed out, without a copy of the session.
    ///
    /// - Parameters:
    ///   - key: The metric.
    ///   - index: The token.
    /// - Returns: The value as it is now; nil where there is none.
    /// - Complexity: O(metrics).
    public func value<Value: MetricValue>(
        of key: MetricKey<Value>, at index: TokenIndex
    ) -> Value? {
        guard let column = current.recorder.trace[key], column.indices.contains(index.rawValue)
        else { return nil }
        return column[index]
    }

    /// The tokens, prompt first, as they are computed.
    public nonisolated var tokens: Tokens { Tokens(run: self) }

    /// The tokens of a run, each computed when it is asked for.
    public struct Tokens: AsyncSequence, AsyncIteratorProtocol, Sendable {
        /// A token.
        public typealias Element = TokenRecord
        /// What can go wrong.
        public typealias Failure = DecodingFailure

        let run: DecodingRun

        /// The sequence itself: all iterators pull from the same run.
        public func makeAsyncIterator() -> Tokens { self }

        /// The next token, or nil when decoding has ended.
        ///
        /// - Throws: ``DecodingFailure``.
        public mutating func next() async throws(DecodingFailure) -> TokenRecord? {
            try await run.next()
        }

        /// The next token, or nil when decoding has ended.
        ///
        /// - Parameter actor: The caller's isolation.
        /// - Returns: The token.
        /// - Throws: ``DecodingFailure``.
        public mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws(DecodingFailure) -> TokenRecord? {
            try await run.next()
        }
    }
}
