import ScopeTrace
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Folds over spans and lines, by hand and against the definition.
@Suite struct FoldTests {
    private func trace(_ tokens: [(String, Double?)]) -> TokenTrace {
        var trace = TokenTrace(header: .sample)
        for (text, value) in tokens {
            let index = trace.append(id: 1, bytes: Array(text.utf8), origin: .sampled)
            trace.record(at: index) { $0[.surprisal] = value }
        }
        return trace
    }

    @Test func valuesAreFolded() {
        let fold = MetricFold([0.5, 0.125, 0.25])
        #expect(fold.count == 3)
        #expect(fold.weight == 3)
        #expect(fold.sum == 0.875)
        #expect(fold.minimum == 0.125 && fold.maximum == 0.5)
        #expect(fold.mean == 0.875 / 3)
        #expect(abs((fold.geometricMean ?? 0) - 0.25) < 1e-15)
        #expect(MetricFold([4, 9]).geometricMean.map { abs($0 - 6) < 1e-14 } == true)
    }

    @Test func oddFolds() {
        let nothing = MetricFold()
        #expect(nothing.mean == nil && nothing.geometricMean == nil && nothing.minimum == nil)
        #expect(nothing.sum == 0 && nothing.count == 0)
        #expect(MetricFold([0.5, 0]).geometricMean == 0)
        #expect(MetricFold([0.5, -1]).geometricMean == nil)
        #expect(MetricFold([0.5, -1]).mean == -0.25)
        #expect(MetricFold([1, .infinity]).mean == .infinity)
        #expect(MetricFold([-.infinity, .infinity]).mean == nil)
        #expect(MetricFold([0, .infinity]).geometricMean == nil)
    }

    @Test func mergingIsFoldingAll() {
        var left = MetricFold([3, 1])
        var right = MetricFold()
        right.add(8, weight: 0.5)
        left.merge(right)
        left.merge(MetricFold())
        #expect(left.count == 3 && left.weight == 2.5 && left.sum == 8)
        #expect(left.minimum == 1 && left.maximum == 8)
        #expect(left.mean == 3.2)
        #expect(left.geometricMean.map { abs($0 - pow(3 * 8.0.squareRoot(), 0.4)) < 1e-14 } == true)
    }

    @Test func theGeometricMeanIsAsExactAsTheCLibrarys() {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<2000 {
            let values = (0..<Int.random(in: 1...5, using: &generator)).map { _ in
                exp(Double.random(in: -740...700, using: &generator))
            }
            guard values.allSatisfy({ $0 > 0 }) else { continue }
            let logs = values.map { log($0) }
            let mean = logs.reduce(0, +) / Double(logs.count)
            let own = MetricFold(values).geometricMean ?? .nan
            // An error of one unit in the last place of the logarithm's sum is inherent.
            #expect(
                abs(own - exp(mean)) <= exp(mean) * (1 + abs(mean)) * 1e-15 + .leastNonzeroMagnitude
            )
        }
        #expect(MetricFold([Double.leastNonzeroMagnitude]).geometricMean == .leastNonzeroMagnitude)
        #expect(MetricFold([1]).geometricMean == 1)
    }

    @Test func aTokenOnTwoLinesIsShared() throws {
        let trace = trace([("a", 1), ("b\nc", 3), ("d\n", 5), ("", 7)])
        let lines = trace.foldsByLine(of: .surprisal)
        #expect(lines.map(\.number) == [1, 2])
        #expect(lines.map(\.span) == [0..<3, 3..<6])
        #expect(lines[0].fold.count == 2 && lines[1].fold.count == 3)
        // The first line has two of the three bytes of "b\nc"; the empty token stands at the end.
        #expect(abs(lines[0].fold.sum - (1 + 2)) < 1e-15)
        #expect(abs(lines[1].fold.sum - (1 + 5 + 7)) < 1e-15)
        #expect(lines[0].fold.maximum == 3 && lines[1].fold.minimum == 3)
        #expect(abs((lines[0].fold.mean ?? 0) - 3 / (5.0 / 3)) < 1e-15)
    }

    @Test func absentValuesAndTokensLeftOutCountNowhere() {
        var trace = trace([("ab", nil), ("cd", 2)])
        trace.append(id: 3, bytes: [0x65], origin: .prompt)
        #expect(
            trace.folds(of: .surprisal, over: [0..<5, 0..<2], in: .sequence).map(\.count) == [1, 0])
        let none = trace.folds(of: .surprisal, over: [0..<5], in: .sequence) { $0.id != 1 }
        #expect(none == [MetricFold()])
        #expect(trace.folds(of: .entropy, over: [0..<5], in: .sequence) == [MetricFold()])
        #expect(trace.folds(of: .rank, over: [0..<5], in: .sequence) == [MetricFold()])
    }

    @Test func sourceSpansCountTheDocument() {
        var trace = TokenTrace(header: .sample)
        // A fill-in-the-middle order: the end of the document before its middle.
        for (bytes, source, value) in [
            ("<s>", nil, 1), ("ab", 0..<2, 2), ("ef", 4..<6, 4), ("cd", 2..<4, 8),
        ] as [(String, Range<Int>?, Int)] {
            let index = trace.append(
                id: 1, bytes: Array(bytes.utf8), sourceSpan: source, origin: .prompt)
            trace.record(at: index) { $0[.rank] = value }
        }
        let spans = [0..<6, 1..<3, 4..<6, 3..<3, 9..<12]
        let folds = trace.folds(of: .rank, over: spans, in: .source)
        #expect(folds.map(\.sum) == [14, 5, 4, 0, 0])
        #expect(folds.map(\.count) == [3, 2, 1, 0, 0])
    }

    @Test(arguments: 0..<50 as Range<UInt64>) func tilesSumToTheWhole(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let trace = trace(
            (0..<30).map { _ in
                let text = ["", "a", "\n", "xy\n  z", "\n\n", "abcdefg"]
                return (
                    text[Int.random(in: 0..<text.count, using: &generator)],
                    Bool.random(using: &generator)
                        ? Double.random(in: 0...4, using: &generator) : nil
                )
            })
        let total = trace[.surprisal]?.present.reduce(0, +) ?? 0
        let lines = trace.foldsByLine(of: .surprisal)
        #expect(lines.last?.span.upperBound == trace.bytes.count)
        #expect(abs(lines.reduce(0) { $0 + $1.fold.sum } - total) < 1e-12)
        // Each against the definition, and in any order of the spans.
        let end = trace.bytes.count
        let spans = (0..<20).map { _ in
            let start = Int.random(in: 0...end, using: &generator)
            return start..<Int.random(in: start...end, using: &generator)
        }
        for (span, fold) in zip(spans, trace.folds(of: .surprisal, over: spans, in: .sequence)) {
            var sum = 0.0
            for token in trace.tokens {
                guard let value = trace[.surprisal]?[token.index] else { continue }
                if token.bytes.isEmpty {
                    let offset = token.sequenceSpan.lowerBound
                    let isLast = offset == end && span.upperBound == end && !span.isEmpty
                    if span.contains(offset) || isLast { sum += value }
                } else {
                    let shared = token.sequenceSpan.count { span.contains($0) }
                    sum += value * Double(shared) / Double(token.bytes.count)
                }
            }
            #expect(abs(fold.sum - sum) < 1e-12)
        }
    }

    @Test(
        arguments: [
            ("", []), ("a", [0..<1]), ("a\n", [0..<2]), ("\n\nb", [0..<1, 1..<2, 2..<3]),
            ("a\r\nb\r", [0..<3, 3..<5]),
        ] as [(String, [Range<Int>])])
    func linesTileTheText(_ text: String, _ spans: [Range<Int>]) {
        #expect(TextLines.spans(in: text.utf8) == spans)
    }
}
