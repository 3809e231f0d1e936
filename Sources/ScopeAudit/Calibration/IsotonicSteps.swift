/// A function of confidence that never falls: constant on blocks of confidences that were seen, and
/// straight between them.
///
/// Fitted by pooling neighbours that fall (Ayer et al., 1955), so each block's value is the share of its
/// predictions that came true.
public struct IsotonicSteps: Hashable, Sendable {
    /// Confidences with the same value.
    public struct Block: Hashable, Sendable {
        /// The least confidence.
        public var lower: Double
        /// The greatest confidence.
        public var upper: Double
        /// The value.
        public var value: Double
        /// How many predictions it was fitted on.
        public var count: Int

        /// Makes a block.
        public init(lower: Double, upper: Double, value: Double, count: Int) {
            self.lower = lower
            self.upper = upper
            self.value = value
            self.count = count
        }
    }

    /// The blocks, by confidence; their values rise.
    public let blocks: [Block]

    /// Fits the steps.
    ///
    /// - Parameter predictions: Predictions whose outcome is known, at least one.
    /// - Complexity: O(*n* log *n*).
    public init(fitting predictions: [Prediction]) {
        precondition(!predictions.isEmpty, "there is something to fit")
        var blocks: [Block] = []
        for prediction in predictions.sorted(by: { $0.confidence < $1.confidence }) {
            let outcome = prediction.isCorrect ? 1.0 : 0
            if let last = blocks.last, last.lower == prediction.confidence, last.upper == last.lower
            {
                // Equal confidences have one value.
                blocks[blocks.count - 1].count += 1
                blocks[blocks.count - 1].value += (outcome - last.value) / Double(last.count + 1)
            } else {
                Self.pool(&blocks)
                blocks.append(
                    Block(
                        lower: prediction.confidence, upper: prediction.confidence, value: outcome,
                        count: 1))
            }
        }
        Self.pool(&blocks)
        self.blocks = blocks
    }

    /// Joins the last block with those before it for as long as it does not rise above them.
    private static func pool(_ blocks: inout [Block]) {
        while blocks.count > 1, blocks[blocks.count - 2].value >= blocks[blocks.count - 1].value {
            let last = blocks.removeLast()
            let before = blocks[blocks.count - 1]
            let count = before.count + last.count
            let sum = before.value * Double(before.count) + last.value * Double(last.count)
            blocks[blocks.count - 1] = Block(
                lower: before.lower, upper: last.upper, value: sum / Double(count), count: count)
        }
    }

    /// The value at a confidence: that of its block; between two blocks on the line from one to the other;
    /// outside all that of the nearest.
    ///
    /// - Parameter confidence: A confidence.
    /// - Returns: The value.
    /// - Complexity: O(log blocks).
    public func value(at confidence: Double) -> Double {
        var (low, high) = (0, blocks.count)
        while low < high {
            let middle = (low + high) / 2
            if blocks[middle].lower <= confidence { low = middle + 1 } else { high = middle }
        }
        guard low > 0 else { return blocks[0].value }
        let block = blocks[low - 1]
        guard confidence > block.upper, low < blocks.count else { return block.value }
        let next = blocks[low]
        let share = (confidence - block.upper) / (next.lower - block.upper)
        return block.value + share * (next.value - block.value)
    }
}
