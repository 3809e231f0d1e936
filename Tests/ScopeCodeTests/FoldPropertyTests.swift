import ScopeCode
import ScopeTrace
import Testing

/// What must hold of every fold, on every golden tree, however the text is cut into tokens.
@Suite struct FoldPropertyTests {
    @Test("Golden trees are there") func fixtures() {
        #expect(GoldenSource.all.count >= 12)
    }

    @Test(
        "What the units of a level own, and what lies outside, sums to the whole",
        arguments: GoldenSource.all, [1, 2, 3] as [UInt64])
    func sums(golden: GoldenSource, seed: UInt64) throws {
        let trace = TokenTrace.cut(golden.source.text, seed: seed, longest: seed == 3 ? 60 : 7)
        let report = CodeAggregator().report(of: trace, over: [golden.source])
        #expect(report.folds.map(\.level) == SyntaxLevel.allCases)
        for fold in report.folds {
            for (place, column) in fold.columns.enumerated() {
                let whole = report.whole[place].statistic
                var sum = report.outside[place].statistic
                for own in column.own { sum.merge(own) }
                let scale = max(1, abs(whole.sum))
                #expect(abs(sum.sum - whole.sum) <= 1e-9 * scale, "\(fold.level) \(column.name)")
                #expect(abs(sum.weight - whole.weight) <= 1e-9 * max(1, whole.weight))
                #expect(abs(sum.logSum - whole.logSum) <= 1e-9 * max(1, abs(whole.logSum)))
                #expect(sum.least == whole.least && sum.greatest == whole.greatest)
            }
        }
    }

    @Test("A node covers what it owns and what its children cover", arguments: GoldenSource.all)
    func inclusion(golden: GoldenSource) throws {
        let trace = TokenTrace.cut(golden.source.text, seed: 4)
        let report = CodeAggregator().report(of: trace, over: [golden.source])
        for fold in report.folds where fold.level.isNested {
            for column in fold.columns {
                var sums = column.own.map(\.sum)
                for (place, unit) in fold.units.enumerated().reversed() {
                    if let parent = unit.parent { sums[parent] += sums[place] }
                }
                for (place, total) in column.total.enumerated() {
                    #expect(abs(total.sum - sums[place]) <= 1e-9 * max(1, abs(sums[place])))
                }
            }
        }
    }

    /// Counted one by one, from spans alone, as no sweep does.
    @Test(
        "Counts, extremes and sums are those of the tokens that touch", arguments: GoldenSource.all)
    func naive(golden: GoldenSource) throws {
        let source = golden.source
        let trace = TokenTrace.cut(source.text, seed: 5)
        let report = CodeAggregator(levels: [.node, .line], metrics: ["surprisal"])
            .report(of: trace, over: [source])
        guard let values = trace[MetricKey<Double>("surprisal", unit: .nats)] else {
            #expect(trace.tokens.count == 1 && report.folds[0].columns.isEmpty)
            return
        }
        for fold in report.folds {
            for (place, unit) in fold.units.enumerated() {
                let span = try #require(unit.span)
                var expected = SyntaxStatistic()
                for token in trace.tokens where !token.bytes.isEmpty {
                    let shared = token.sequenceSpan.clamped(to: span).count
                    guard shared > 0, let value = values[token.index] else { continue }
                    expected.add(value, share: Double(shared) / Double(token.bytes.count))
                }
                // Tokens without bytes lie at the deepest node, which this does not know: bounds.
                let found = fold.columns[0].total[place]
                let empty = trace.tokens.filter {
                    $0.bytes.isEmpty && span.lowerBound <= $0.sequenceSpan.lowerBound
                        && $0.sequenceSpan.lowerBound <= span.upperBound
                }
                #expect(found.count >= expected.count)
                #expect(found.count <= expected.count + empty.count)
                #expect(found.sum >= expected.sum - 1e-9)
                if found.count == expected.count {
                    #expect(abs(found.sum - expected.sum) <= 1e-9)
                    #expect(found.least == expected.least)
                    #expect(found.greatest == expected.greatest)
                }
            }
        }
    }

    @Test("Blocks and statements lie in one another or apart", arguments: GoldenSource.all)
    func nesting(golden: GoldenSource) throws {
        let trace = TokenTrace.cut(golden.source.text, seed: 6)
        let report = CodeAggregator(levels: [.block, .statement, .definition, .expression])
            .report(of: trace, over: [golden.source])
        for fold in report.folds {
            for (place, unit) in fold.units.enumerated() {
                let span = try #require(unit.span)
                for other in fold.units[(place + 1)...] {
                    let inner = try #require(other.span)
                    let isInside =
                        span.lowerBound <= inner.lowerBound
                        && inner.upperBound <= span.upperBound
                    #expect(isInside || span.upperBound <= inner.lowerBound)
                }
            }
        }
    }

    @Test(
        "Every token has a class, and its matches share out no more than itself",
        arguments: GoldenSource.all)
    func matches(golden: GoldenSource) throws {
        let trace = TokenTrace.cut(golden.source.text, seed: 7)
        let aggregator = CodeAggregator()
        let classes = aggregator.classes(of: trace, over: [golden.source])
        #expect(!classes.contains { $0 == nil })
        let tree = golden.source.tree
        for (token, matches) in zip(
            trace.tokens, aggregator.matches(of: trace, over: [golden.source]))
        {
            #expect(matches.reduce(0) { $0 + $1.share } <= 1 + 1e-9)
            for match in matches {
                #expect(tree.nodes[match.node].end == match.node + 1)
                #expect(
                    match.match
                        == TokenMatch(
                            token: token.sequenceSpan, leaf: tree.nodes[match.node].span))
            }
        }
    }

    @Test("A report survives being written and read", arguments: GoldenSource.all.prefix(4))
    func deterministic(golden: GoldenSource) throws {
        let trace = TokenTrace.cut(golden.source.text, seed: 8)
        let aggregator = CodeAggregator(
            quantiles: [0, 0.5, 1], bootstrap: Bootstrap(replicates: 20, seed: 3))
        let report = aggregator.report(of: trace, over: [golden.source])
        #expect(report == aggregator.report(of: trace, over: [golden.source]))
        for fold in report.folds {
            for column in fold.columns {
                for (place, total) in column.total.enumerated() {
                    guard total.count > 0 else {
                        #expect(column.quantiles[place].isEmpty)
                        #expect(column.intervals[place] == nil)
                        continue
                    }
                    let quantiles = column.quantiles[place]
                    #expect(quantiles[0] == total.least && quantiles[2] == total.greatest)
                    let interval = try #require(column.intervals[place])
                    #expect(interval.lower <= interval.median && interval.median <= interval.upper)
                    #expect(total.least <= interval.minimum + 1e-12)
                    #expect(interval.maximum <= total.greatest + 1e-12)
                }
            }
        }
    }
}
