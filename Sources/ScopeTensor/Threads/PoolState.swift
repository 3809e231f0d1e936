/// A round of the pool in one word, so that it changes at once: which round it is, how many workers
/// may still join it, how many are at it, and whether it is open.
struct PoolState {
    static let openBit: UInt64 = 1
    /// What a worker that leaves takes away.
    static let oneActive: UInt64 = 1 << 1
    private static let oneSeat: UInt64 = 1 << 16
    private static let oneRound: UInt64 = 1 << 32
    private static let countMask: UInt64 = 0x7FFF

    var bits: UInt64 = 0

    var isOpen: Bool { bits & Self.openBit != 0 }

    /// Workers at work.
    var active: UInt64 { bits / Self.oneActive & Self.countMask }

    /// Workers that may still join.
    var seats: UInt64 { bits / Self.oneSeat & Self.countMask }

    /// The round's number; it comes again after 2³² rounds, when no worker is left that saw it.
    var round: UInt64 { bits / Self.oneRound }

    /// Whether a worker whose last round was `round` may join.
    func hasRoom(after round: UInt64) -> Bool { isOpen && seats > 0 && self.round != round }

    /// Begins the next round.
    mutating func open(to helpers: Int) {
        bits = (round + 1) &* Self.oneRound | UInt64(helpers) * Self.oneSeat | Self.openBit
    }

    /// One worker more at work, one seat less.
    mutating func join() { bits = bits - Self.oneSeat + Self.oneActive }
}
