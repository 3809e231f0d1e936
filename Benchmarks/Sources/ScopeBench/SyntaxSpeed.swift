import ScopeCode
import ScopeTrace

/// How fast metrics are folded over a syntax tree.
struct SyntaxSpeed {
    private let trace: TokenTrace
    private let source: SyntaxSource
    private let clock: BenchClock

    /// Repeats a Python program of a few lines until it has enough tokens, of about four bytes each, and
    /// gives every token the same number of metrics.
    init(tokens count: Int, metrics: Int, clock: BenchClock) throws {
        let piece = """
            def function_%(first, second=None):
                # what it does is of no importance
                total = [first.value * 2.5 for item in range(10) if item not in second]
                if total and len(total) > 3:
                    return {"key": sum(total), "name": "text"}
                return None


            """
        var text: [UInt8] = []
        while text.count < 4 * count { text += Array(piece.utf8) }
        text.removeLast(text.count - 4 * count)
        source = SyntaxSource(
            tree: try GrammarLibrary.standard.grammar(for: "python").parse(text), text: text)
        trace = Self.trace(of: text, metrics: metrics)
        self.clock = clock
    }

    private static func trace(of text: [UInt8], metrics: Int) -> TokenTrace {
        var trace = TokenTrace(
            header: TraceHeader(
                model: ModelIdentity(
                    name: "none", family: "none", fingerprint: "", parameterCount: 0,
                    weights: "none"),
                kernels: "none", settings: GenerationSettings(), eosTokenIDs: [],
                contextLength: 0, libraryVersion: TokenScopeVersion.current))
        let keys = (0..<metrics).map { metric in
            MetricKey<Double>("metric_\(metric)", unit: metric % 3 == 0 ? .probability : .nats)
        }
        var start = 0
        // Lengths from 1 to 7, four on average, as tokens of code have.
        while start < text.count {
            let length = min(text.count - start, 1 + trace.tokens.count * 5 % 7)
            let index = trace.append(
                id: 0, bytes: Array(text[start..<start + length]),
                sourceSpan: start..<start + length, origin: .prompt)
            start += length
            let value = Double(index.rawValue % 97) / 97
            trace.record(at: index) { record in
                for key in keys { record[key] = value }
            }
        }
        return trace
    }

    /// The tokens that were made, and the nodes of the tree.
    var counts: (tokens: Int, nodes: Int) { (trace.tokens.count, source.tree.nodes.count) }

    /// Seconds to fold all metrics at some levels.
    func fold(_ levels: [SyntaxLevel]) -> Double {
        let aggregator = CodeAggregator(levels: levels)
        var units = 0
        let seconds = clock.time {
            units = aggregator.report(of: trace, over: [source]).folds.reduce(0) {
                $0 + $1.units.count
            }
        }
        precondition(units > 0, "nothing was folded")
        return seconds
    }

    /// Prints the figures.
    static func run(clock: BenchClock, repetitions: Int) throws {
        let speed = try SyntaxSpeed(tokens: 10_000, metrics: 10, clock: clock)
        let counts = speed.counts
        let report = { (what: String, value: Double, unit: String) in
            print(
                Figure(
                    peer: "tokenscope", model: "-", threads: 1, what: what, value: value, unit: unit
                ).line)
        }
        report("syntax, tokens", Double(counts.tokens), "tokens")
        report("syntax, nodes", Double(counts.nodes), "nodes")
        for (name, levels) in [
            ("nodes", [SyntaxLevel.node]), ("statements and lines", [.statement, .line]),
            ("all levels", SyntaxLevel.allCases),
        ] {
            let times = (0..<repetitions).map { _ in speed.fold(levels) }.sorted()
            report("fold 10 metrics by \(name)", 1000 * times[times.count / 2], "ms")
        }
    }
}
