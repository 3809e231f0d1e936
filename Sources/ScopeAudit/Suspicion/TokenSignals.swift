internal import ScopeCode
internal import ScopeTrace

/// What a trace says of a token of code.
struct TokenSignal {
    /// What the token is a part of.
    enum Kind: Int, CaseIterable {
        /// A name that has stood in the document before.
        case knownName
        /// A name that stands there for the first time.
        case newName
        case keyword
        case operatorSign
        case number
        case string
        case delimiter
        case other
    }

    var place: TokenIndex
    var span: Range<Int>
    var kind: Kind
    /// The leaf of the tree that most of it lies in; −1 for none.
    var leaf: Int
    var surprisal: Double
    var entropy: Double
    /// 1 − (p₁ − p₂).
    var closeness: Double
    var varentropy: Double
    var overruledMass: Double
    var lead: Double
    var rank: Double

    /// What the token cost beyond what was to be expected there.
    var excess: Double { surprisal - entropy }

    /// The excess in deviations of surprisal.
    var standardised: Double { excess / (varentropy + 0.25).squareRoot() }
}

/// The tokens of a document that are code, in its order; blanks and comments are left out.
struct TokenSignals {
    private(set) var signals: [TokenSignal] = []

    init(_ trace: TokenTrace, _ source: SyntaxSource) {
        let aggregator = CodeAggregator()
        let classes = aggregator.classes(of: trace, over: [source])
        let matches = aggregator.matches(of: trace, over: [source])
        func column(_ name: String) -> [Double?] {
            trace.metrics.column(named: name)?.numbers ?? []
        }
        let surprisal = column("surprisal")
        let entropy = column("entropy")
        let margin = column("margin")
        let varentropy = column("varentropy")
        let overruled = column("overruled_mass")
        let lead = column("lead")
        let rank = column("rank")
        func value(_ column: [Double?], _ place: Int) -> Double? {
            column.indices.contains(place) ? column[place] : nil
        }
        var seen: Set<[UInt8]> = []
        var pending: [UInt8] = []
        var lastLeaf = -1
        for token in trace.tokens {
            let place = token.index.rawValue
            guard let span = token.sourceSpan, let type = classes[place],
                let cost = value(surprisal, place), cost.isFinite,
                !["fill", "comment"].contains(type.category)
            else { continue }
            let leaf =
                matches[place].first { match in
                    let bytes = source.text[
                        source.tree.nodes[match.node].span.clamped(to: 0..<source.text.count)]
                    return !bytes.isEmpty
                }?.node ?? -1
            var kind = Self.kind(of: type)
            if type.category == "identifier", leaf >= 0 {
                let name = Array(source.text[source.tree.nodes[leaf].span])
                if leaf != lastLeaf {
                    if !pending.isEmpty { seen.insert(pending) }
                    pending = name
                }
                kind = seen.contains(name) ? .knownName : .newName
            } else if !pending.isEmpty {
                seen.insert(pending)
                pending = []
            }
            lastLeaf = leaf
            signals.append(
                TokenSignal(
                    place: token.index, span: span, kind: kind, leaf: leaf, surprisal: cost,
                    entropy: value(entropy, place) ?? 0,
                    closeness: 1 - (value(margin, place) ?? 1),
                    varentropy: value(varentropy, place) ?? 0,
                    overruledMass: value(overruled, place) ?? 0,
                    lead: min(30, value(lead, place) ?? 0), rank: value(rank, place) ?? 1))
        }
    }

    private static func kind(of type: SyntaxClass) -> TokenSignal.Kind {
        switch type.category {
        case "identifier": return .newName
        case "keyword": return .keyword
        case "operator": return .operatorSign
        case "delimiter": return type.type == "delim_quote" ? .string : .delimiter
        case "literal":
            return ["integer", "float", "number"].contains(type.type)
                ? .number : ["boolean", "null"].contains(type.type) ? .keyword : .string
        default: return .other
        }
    }
}
