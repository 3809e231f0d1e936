import CScopeKernels

/// A short wait without giving up the processor.
///
/// Between two operations of a forward pass lie microseconds, while sleeping and being woken cost
/// tens of them. After the limit whoever waits goes to sleep, so that an idle pool costs nothing.
struct Spin {
    /// How long it pays to wait: about what falling asleep and waking cost together.
    private static let limit = Duration.microseconds(50)
    /// Looks between two looks at the clock.
    private static let looks = 32

    private var count = 0
    private var start: ContinuousClock.Instant?

    /// Waits a moment; false once the limit is reached.
    mutating func once() -> Bool {
        tscope_pause()
        count += 1
        guard count % Self.looks == 0 else { return true }
        let now = ContinuousClock.now
        guard let start else {
            start = now
            return true
        }
        return now - start < Self.limit
    }
}
