internal import ScopeDecoding
public import ScopeTrace

extension DifferentialAuditor {
    /// Where the models part, over all files so far.
    ///
    /// - Returns: The difference; its categories are those that some token belongs to.
    /// - Complexity: O(categories × replicates × files).
    public func differential() -> ModelDifferential {
        let names = Set(files.flatMap(\.keys)).subtracting([Self.whole])
        let categories = names.sorted().compactMap { category($0) }.sorted {
            ($1.jensenShannon.value, $0.name) < ($0.jensenShannon.value, $1.name)
        }
        return ModelDifferential(
            a: a.identity, b: b.identity, fileCount: files.count,
            whole: category(Self.whole), categories: categories, parts: partMeans,
            partsFault: partsFault)
    }

    /// The means over all tokens of all files.
    private var partMeans: [PartDifference]? {
        let compared = parts.filter { !$0.parts.isEmpty }
        let tokens = compared.reduce(0.0) { $0 + Double($1.tokens) }
        guard let first = compared.first?.parts, tokens > 0 else { return nil }
        return first.indices.map { place in
            func mean(_ value: (PartDifference) -> Double?) -> Double? {
                guard value(first[place]) != nil else { return nil }
                return compared.reduce(0.0) {
                    $0 + Double($1.tokens) * (value($1.parts[place]) ?? 0)
                } / tokens
            }
            return PartDifference(
                part: first[place].part, difference: mean(\.difference) ?? 0,
                attention: mean(\.attention), feedForward: mean(\.feedForward))
        }
    }

    private func category(_ name: String) -> ModelDifferential.Category? {
        let own = files.compactMap { $0[name] }
        guard let width = own.first?.parts.count else { return nil }
        let tokens = own.reduce(0.0) { $0 + $1.tokens }
        func estimate(_ value: (DifferentialSums) -> Double) -> BootstrapEstimate {
            let estimate = BootstrapEstimate(groups: own.count, replicates: replicates, seed: seed)
            {
                counts in
                var (sum, weight) = (0.0, 0.0)
                for (file, count) in zip(own, counts) where count > 0 {
                    sum += Double(count) * value(file)
                    weight += Double(count) * file.tokens
                }
                // Infinities of both signs have no mean.
                let mean = sum / weight
                return mean.isNaN ? nil : mean
            }
            return estimate ?? BootstrapEstimate(value: 0)
        }
        return ModelDifferential.Category(
            name: name, tokenCount: Int(tokens), divergence: estimate(\.divergence),
            jensenShannon: estimate(\.jensenShannon), disagreement: estimate(\.disagreements),
            surprisalChange: estimate(\.surprisalChange),
            partDifferences: width == 0
                ? nil : (0..<width).map { place in estimate { $0.parts[place] } })
    }
}
