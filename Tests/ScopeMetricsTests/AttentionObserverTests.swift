import ScopeTestKit
import Testing
import TokenScope

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Every metric of single attention rows, against numbers worked out by hand.
@Suite struct AttentionObserverTests {
    typealias Script = ScriptedAttention

    @Test func rowsAreRecordedWholeOrByTheirLargest() throws {
        let whole = try Script.small.trace(
            with: AttentionObserver(), AttentionObserver(AttentionSelection(heads: .mean)))
        #expect(
            areNear(
                whole.rows(.attention.of(Script.firstHead)),
                [nil, [1], [0.25, 0.75], [0.5, 0.25, 0.25], [0.125, 0.125, 0.5, 0.25]]))
        #expect(
            areNear(
                whole.rows(.attention.of(Script.mean)),
                [
                    nil, [1], [0.625, 0.375], [0.375, 0.25, 0.375],
                    [0.3125, 0.1875, 0.25, 0.25],
                ]))
        let top = try Script.small.trace(
            with: AttentionObserver(
                AttentionSelection(heads: .heads([QueryHead(0)])), detail: .top(2)))
        let key = MetricKey.attention.of(Script.firstHead)
        #expect(
            areNear(top.rows(key), [nil, [1], [0.75, 0.25], [0.5, 0.25], [0.5, 0.25]]))
        #expect(areNear(top.rows(key.tokens), [nil, [0], [1, 0], [0, 1], [2, 3]]))
        #expect(areNear(top.values(key.rest), [nil, 0, 0, 0.25, 0.25]))
        #expect(top.metrics.names == [key.name, key.tokens.name, key.rest.name])
    }

    @Test func onlyTheChosenTokensAreRecorded() throws {
        let selection = AttentionSelection(
            heads: .heads([QueryHead(1)]), tokens: TokenIndex(2)..<TokenIndex(4))
        let trace = try Script.small.trace(with: AttentionObserver(selection))
        #expect(
            areNear(
                trace.rows(.attention.of(Script.secondHead)),
                [nil, nil, [1, 0], [0.25, 0.25, 0.5], nil]))
    }

    @Test func entropyIsThatOfEachRow() throws {
        let trace = try Script.small.trace(with: AttentionEntropyObserver(isSeparate: true))
        // In bits: head 0 has 0, 2 − ¾ log 3, 1.5, 1.75; head 1 has 0, 0, 1.5, 1.5.
        let first: [Double] = [0, 2 - 0.75 * log2(3), 1.5, 1.75]
        let second: [Double] = [0, 0, 1.5, 1.5]
        let mean: [Double] = zip(first, second).map { ($0 + $1) / 2 }
        let columns: [(MetricKey<Double>, [Double])] = [
            (.attentionEntropy.of(Script.firstHead), first),
            (.attentionEntropy.of(Script.secondHead), second), (.attentionEntropy, mean),
        ]
        for (key, bits) in columns {
            let nats: [Double?] = [nil] + bits.map { $0 * log(2) }
            #expect(areNear(trace.values(key), nats), "\(key.name)")
        }
    }

    @Test func theEntropyOfTheMeanRowIsGreater() throws {
        let trace = try Script.small.trace(
            with: AttentionEntropyObserver(AttentionSelection(heads: .mean), isSeparate: true))
        let row = [0.625, 0.375]
        #expect(
            isNear(
                trace[.attentionEntropy]?[2], -row.reduce(0) { $0 + $1 * log($1) }))
        #expect(trace.metrics.names == ["attention_entropy_l0_mean", "attention_entropy"])
    }

    @Test func theSinkIsTheFirstTokens() throws {
        let one = try Script.small.trace(with: AttentionSinkObserver())
        #expect(areNear(one.values(.sinkMass), [nil, 1, 0.625, 0.375, 0.3125]))
        let two = try Script.small.trace(
            with: AttentionSinkObserver(sinkCount: 2, isSeparate: true))
        #expect(
            areNear(two.values(.sinkMass.of(Script.firstHead)), [nil, 1, 1, 0.75, 0.25]))
    }

    @Test func thePreviousTokenIsTheOneBeforeTheQuery() throws {
        let trace = try Script.small.trace(with: PreviousTokenObserver(isSeparate: true))
        #expect(
            areNear(
                trace.values(.previousTokenScore.of(Script.firstHead)),
                [nil, nil, 0.25, 0.25, 0.5]))
        #expect(
            isNear(trace.summary[.previousTokenScore.of(Script.firstHead)], 1.0 / 3))
        #expect(
            isNear(trace.summary[.previousTokenScore.of(Script.secondHead)], 1.25 / 3))
        #expect(isNear(trace.summary[.previousTokenScore], 2.25 / 6))
    }

    @Test func repeatedTokensAreFoundWhereTheyWere() throws {
        // Only the last row stands at a repeated token: 5, which was at 1 and was followed by 2.
        let trace = try Script.small.trace(
            with: DuplicateTokenObserver(isSeparate: true), InductionObserver(isSeparate: true))
        #expect(
            areNear(
                trace.values(.duplicateTokenScore.of(Script.firstHead)),
                [nil, nil, nil, nil, 0.125]))
        #expect(
            areNear(
                trace.values(.inductionScore.of(Script.firstHead)), [nil, nil, nil, nil, 0.5]))
        #expect(trace.summary[.inductionScore.of(Script.secondHead)] == 0)
        #expect(isNear(trace.summary[.duplicateTokenScore], (0.125 + 0.25) / 2))
    }

    @Test func aTokenRepeatedAtOnceFollowsItself() throws {
        var script = Script.small
        script.ids = [5, 5, 5, 2]
        let trace = try script.trace(
            with: DuplicateTokenObserver(isSeparate: true), InductionObserver(isSeparate: true))
        #expect(
            areNear(
                trace.values(.duplicateTokenScore.of(Script.firstHead)),
                [nil, nil, 0.25, 0.75, nil]))
        #expect(
            areNear(
                trace.values(.inductionScore.of(Script.firstHead)), [nil, nil, 0.75, 0.5, nil]))
    }

    @Test func lookingBackIsTheShareOfAPromptsToken() throws {
        // Two tokens of prompt; the rows of two and three tokens more see one and two of their own.
        var script = Script.small
        script.ids = [3, 5]
        let rows = (0..<4).map { _ in [Float](repeating: 0, count: 8) }
        var session = try DecodingSession(
            ScriptedModel(rows: rows, attention: script.layers).context, ids: script.ids,
            parameters: .greedy(maxTokens: 3))
        session.attach(LookbackObserver(isSeparate: true))
        while try session.next() != nil {}
        // Row 2 of head 0: (0.75 / 2) / (0.75 / 2 + 0.25); row 3: (0.25 / 2) / (0.25 / 2 + 0.75 / 2).
        #expect(
            areNear(
                session.trace.values(.lookbackRatio.of(Script.firstHead)),
                [nil, nil, nil, 0.6, 0.25]))
    }

    @Test func whatIsReceivedIsWhatWasGiven() throws {
        let trace = try Script.small.trace(with: ReceivedAttentionObserver(isSeparate: true))
        #expect(
            areNear(
                trace.values(.receivedAttention.of(Script.firstHead)),
                [1.875, 1.125, 0.75, 0.25, nil]))
        #expect(
            areNear(
                trace.values(.receivedAttention),
                [2.3125, 0.8125, 0.625, 0.25, nil]))
        // Four tokens were predicted, and each gave away 1.
        let sum = trace.values(.receivedAttention).reduce(0) { $0 + ($1 ?? 0) }
        #expect(isNear(sum, 4))
    }

    @Test func attendedTokensCountByTheirWeight() throws {
        struct Place: DecodingObserver {
            mutating func observe(
                _ step: borrowing DecodingStep, record: inout TokenMetrics
            ) {
                let index = step.token.index.rawValue
                if index > 0 { record[.place] = Double(index * 10) }
            }
        }
        let trace = try Script.small.trace(
            with: Place(), AttendedMetricObserver(of: .place, isSeparate: true))
        // Token 0 has no such metric, so a row that sees it alone has no mean. Then ¼ · 10 + ¼ · 20
        // over ½, and ⅛ · 10 + ½ · 20 + ¼ · 30 over ⅞.
        let key = MetricKey.attended(.place).of(Script.firstHead)
        #expect(key.name == "attended_place_l0_h0" && key.unit == .count)
        #expect(
            areNear(
                trace.values(key),
                [
                    nil, nil, 10, 15, 18.75 / 0.875,
                ]))
        // All of head 1's second row is on token 0.
        #expect(trace[.attended(.place).of(Script.secondHead)]?[2] == .some(nil))
    }

    @Test func spansAttendToSpans() throws {
        let trace = try Script.small.trace(
            with: SpanAttentionObserver(
                from: TokenIndex(1)..<TokenIndex(4), to: TokenIndex(1)..<TokenIndex(3),
                isSeparate: true))
        // Token 1 sees token 0 alone; token 4 is not asked.
        #expect(
            areNear(
                trace.values(.spanAttention.of(Script.firstHead)),
                [nil, nil, 0.75, 0.5, nil]))
        #expect(isNear(trace.summary[.spanAttention.of(Script.firstHead)], 0.625))
        #expect(isNear(trace.summary[.spanAttention.of(Script.secondHead)], 0.375))
        #expect(isNear(trace.summary[.spanAttention], 0.5))
    }

    @Test func normsWeighAttentionByWhatItCarries() throws {
        var script = Script.small
        // Head 0 makes (3, 4) of each token, head 1 (0, 2) of token 0 and (−3, 0) of the others.
        script.headOutputs = [
            [[[3, 4], [0, 2]], [[3, 4], [-3, 0]], [[3, 4], [-3, 0]], [[3, 4], [-3, 0]]]
        ]
        let trace = try script.trace(
            with: ValueNormObserver(), ValueNormObserver(AttentionSelection(heads: .mean)))
        #expect(
            areNear(
                trace.rows(.valueWeightedNorm.of(Script.firstHead)),
                [nil, [5], [1.25, 3.75], [2.5, 1.25, 1.25], [0.625, 0.625, 2.5, 1.25]]))
        #expect(
            areNear(
                trace.rows(.valueWeightedNorm.of(Script.secondHead)),
                [nil, [2], [2, 0], [0.5, 0.75, 1.5], [1, 0.75, 0, 0.75]]))
        // (3, 4) + (0, 2); ¼ (3, 4) + (0, 2); ¾ (3, 4).
        let sum = trace.rows(ValueNormObserver.sumKey(layer: 0))
        #expect(
            areNear(
                Array(sum[1...2]), [[sqrt(45)], [sqrt(0.5625 + 9), 3.75]], within: 1e-5))
        // ¼ (3, 4) − ½ (3, 0).
        #expect(isNear(sum[3]?[2], sqrt(0.5625 + 1), within: 1e-5))
    }
}

extension MetricKey where Value == Double {
    fileprivate static let place = MetricKey("place", unit: .count)
}
