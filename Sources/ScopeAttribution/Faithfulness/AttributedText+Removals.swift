internal import ScopeDecoding
internal import ScopeTensor
internal import ScopeTransformer

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

extension AttributedText {
    /// The logarithm of a token's probability at the target's row, without some tokens.
    func logProbabilities(
        of id: Int, _ target: CheckedTarget, _ replacement: TokenReplacement, without sets: [[Int]]
    ) throws(AttributionFailure) -> [Double] {
        try logits(target, replacement, without: sets) { Double($0[id]) - logSumExp($0) }
    }

    /// KL(intact‖without) for every token before the target, of probabilities of at least 10⁻¹⁰, as the
    /// Jacobian Scopes authors' benchmark has it.
    func divergences(
        from intact: [Float], _ target: CheckedTarget, _ replacement: TokenReplacement
    ) throws(AttributionFailure) -> [Double] {
        let floor = 1e-10
        let own = softmax(intact).map { max($0, floor) }
        let logs = own.map { log($0) }
        return try logits(
            target, replacement, without: (0...target.row).map { [$0] }
        ) { changed in
            let normalizer = logSumExp(changed)
            let least = log(floor)
            var sum = 0.0
            for id in own.indices {
                sum += own[id] * (logs[id] - max(Double(changed[id]) - normalizer, least))
            }
            return sum
        }
    }

    /// Sets of tokens with what the target's log-probability loses without them: the number of tokens
    /// is drawn evenly, then which.
    func removals(
        _ target: CheckedTarget, _ draws: CounterNoise, _ settings: FaithfulnessSettings
    ) throws(AttributionFailure) -> [(tokens: [Int], loss: Double)] {
        let count = target.row + 1
        let sets = (0..<settings.infidelitySamples).map { sample in
            // Numbers that the orders by chance do not use.
            let index = -1 - sample
            let size = 1 + Int(draws.uniform(index: index, id: -1) * Double(count))
            return draws.order(index: index, count: count).prefix(size).sorted()
        }
        let losses = try losses(.logProbability, [target], settings.replacement, without: sets)
        return zip(sets, losses).map { (tokens: $0, loss: $1[0] ?? 0) }
    }

    /// One number of the logits at the target's row for each variant.
    private func logits(
        _ target: CheckedTarget, _ replacement: TokenReplacement, without sets: [[Int]],
        _ number: ([Float]) -> Double
    ) throws(AttributionFailure) -> [Double] {
        var numbers: [Double] = []
        try visitStates(
            of: sets.map { TextVariant(tokens: $0, rows: [target.row]) }, replacement
        ) { (_, states) throws(AttributionFailure) in
            for start in stride(from: 0, to: states.count, by: 32) {
                let some = states[start..<min(start + 32, states.count)].map { $0[0] }
                let logits = model.logits(
                    of: Tensor(
                        rows: some.count, columns: embeddings.columns,
                        values: some.flatMap(\.storage)))
                numbers += (0..<some.count).map { number(Array(logits.slice($0))) }
            }
        }
        return numbers
    }
}
