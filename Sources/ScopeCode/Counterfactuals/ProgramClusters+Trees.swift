public import ScopeTrace

extension ProgramClusters {
    /// Sorts programs, such as many samples of one prompt, by equality of their trees.
    ///
    /// - Parameters:
    ///   - sources: The programs with their trees.
    ///   - weights: What each counts, such as its probability, at least 0; by default all the same.
    ///   - equality: When two count as the same.
    /// - Returns: The clusters with their entropy.
    /// - Complexity: O(nodes of all).
    public static func of(
        _ sources: [SyntaxSource], weights: [Double]? = nil, equality: TreeEquality = .text
    ) -> ProgramClusters {
        precondition(weights.map { $0.count == sources.count } ?? true, "a weight a program")
        var table = TreeFingerprint.Table()
        var members: [Int: [Int]] = [:]
        for (place, source) in sources.enumerated() {
            let traits = KindTraits(source.table, tree: source.tree)
            let print = TreeFingerprint(
                source.tree, text: source.text, equality: equality,
                isName: { traits.roles(of: $0).contains(.atom) }, in: &table)
            members[print.numbers[0], default: []].append(place)
        }
        func weight(_ places: [Int]) -> Double {
            places.reduce(0) { $0 + (weights?[$1] ?? 1) }
        }
        let whole = weight(Array(sources.indices))
        let clusters = members.values.map { (places: $0, weight: weight($0)) }
            .sorted { (-$0.weight, $0.places[0]) < (-$1.weight, $1.places[0]) }
        let shares = clusters.map { whole > 0 ? $0.weight / whole : 0 }
        // A single cluster has 0, not −0.
        let entropy = shares.reduce(0.0) { sum, share in
            share > 0 ? sum - share * ElementaryFunctions.log(share) : sum
        }
        return ProgramClusters(
            clusters: clusters.map(\.places), shares: shares, entropy: max(0, entropy),
            malformed: sources.indices.filter { !sources[$0].tree.isWellFormed })
    }
}
