internal import ScopeTrace

/// The numbers that a unit of code, such as a line, is judged by.
///
/// All come from the tokens of code that the unit holds. Those of `NAME.KIND` go over tokens of a kind
/// alone, and are 0 where there is none: `name` for names that have stood in the document before, `new` for
/// others, `sign` for operators, `word` for keywords, `number` and `string` for literals.
public struct SuspicionFeatures: DetectorFeatures, Hashable {
    /// The names, in the order of ``values``.
    public static let names: [String] =
        [
            "surprisal.mean", "surprisal.max", "entropy.mean", "entropy.max", "closeness.mean",
            "closeness.max", "rank.max", "overruled.mean", "overruled.max", "lead.mean", "lead.max",
            "excess.mean", "excess.max", "standardised.max", "leaf.max", "leaf.second",
            "change.before", "change.neighbours", "change.after", "length",
        ]
        + ["name", "new", "sign", "word", "number", "string"].flatMap { kind in
            ["surprisal.", "excess.", "lead.", "entropy."].map { $0 + kind }
        }

    /// The numbers, in nats where they are logarithms.
    public let values: [Double]

    /// The number with a name, nil for a name that is none.
    public subscript(name: String) -> Double? {
        Self.names.firstIndex(of: name).map { values[$0] }
    }

    /// The features of some tokens among those of a document.
    ///
    /// - Parameters:
    ///   - range: The places of the unit's tokens among `all`; not empty.
    ///   - all: The tokens of code of the document.
    init(_ range: Range<Int>, in all: [TokenSignal]) {
        let tokens = all[range]
        func mean(_ value: (TokenSignal) -> Double) -> Double {
            tokens.reduce(0) { $0 + value($1) } / Double(tokens.count)
        }
        func greatest(_ value: (TokenSignal) -> Double) -> Double {
            tokens.reduce(-.infinity) { max($0, value($1)) }
        }
        let logRank = { (token: TokenSignal) in ElementaryFunctions.log(max(1, token.rank)) }
        var values = [
            mean(\.surprisal), greatest(\.surprisal), mean(\.entropy), greatest(\.entropy),
            mean(\.closeness), greatest(\.closeness), greatest(logRank), mean(\.overruledMass),
            greatest(\.overruledMass), mean(\.lead), greatest(\.lead), mean(\.excess),
            greatest(\.excess), greatest(\.standardised),
        ]
        values += Self.leaves(tokens)
        values += Self.changes(range, all)
        values.append(ElementaryFunctions.log(Double(tokens.count)))
        for kind in [
            TokenSignal.Kind.knownName, .newName, .operatorSign, .keyword, .number, .string,
        ] {
            let own = tokens.filter { $0.kind == kind }
            func greatestOwn(_ value: (TokenSignal) -> Double) -> Double {
                own.isEmpty ? 0 : own.reduce(-.infinity) { max($0, value($1)) }
            }
            values += [
                greatestOwn(\.surprisal), greatestOwn(\.excess), greatestOwn(\.lead),
                greatestOwn(\.entropy),
            ]
        }
        self.values = values
    }

    /// What the two dearest leaves cost, names in several tokens as a whole.
    private static func leaves(_ tokens: ArraySlice<TokenSignal>) -> [Double] {
        var costs: [Double] = []
        var last = -1
        for token in tokens where token.kind != .string {
            if token.leaf >= 0, token.leaf == last, !costs.isEmpty {
                costs[costs.count - 1] += token.excess
            } else {
                costs.append(token.excess)
            }
            last = token.leaf
        }
        costs.sort(by: >)
        return [costs.first ?? 0, costs.count > 1 ? costs[1] : 0]
    }

    /// How surprisal changes at the unit: against the tokens before it, against those on either side, and
    /// from before its dearest token to after it.
    private static func changes(_ range: Range<Int>, _ all: [TokenSignal]) -> [Double] {
        func mean(_ part: Range<Int>) -> Double? {
            guard !part.isEmpty else { return nil }
            return all[part].reduce(0) { $0 + $1.excess } / Double(part.count)
        }
        let own = mean(range) ?? 0
        let before = mean(max(0, range.lowerBound - 16)..<range.lowerBound)
        let behind = mean(range.upperBound..<min(all.count, range.upperBound + 16))
        let sides = [before, behind].compactMap(\.self)
        let dearest = range.max { all[$0].excess < all[$1].excess } ?? range.lowerBound
        let after = mean(dearest + 1..<min(all.count, dearest + 9))
        let earlier = mean(max(0, dearest - 8)..<dearest)
        return [
            own - (before ?? own),
            sides.isEmpty ? 0 : own - sides.reduce(0, +) / Double(sides.count),
            (after ?? 0) - (earlier ?? 0),
        ]
    }
}
