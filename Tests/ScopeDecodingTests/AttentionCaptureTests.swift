import ScopeTestKit
import Testing
import TokenScope

/// What is lent, for how much memory, and what is refused before anything is computed.
@Suite struct AttentionCaptureTests {
    /// Says of every head whether its row was there, and sums what was lent.
    struct Loans: DecodingObserver {
        var signals: SignalRequest
        /// `[token: sources lent]`.
        var lent: [Int: Set<AttentionSource>] = [:]
        var values = 0

        mutating func observe(_ step: borrowing DecodingStep, record: inout TokenMetrics) {
            for layer in -1...step.layerCount {
                for head in -1...step.queryHeadCount {
                    let source = AttentionSource(
                        layer: layer, head: head < 0 ? nil : QueryHead(head))
                    guard let row = step.attention(source) else { continue }
                    lent[step.token.index.rawValue, default: []].insert(source)
                    values += row.count
                }
            }
        }
    }

    private func session(_ maxTokens: Int = 6, chunk: Int = 5) throws -> DecodingSession {
        var parameters = GenerateParameters.greedy(maxTokens: maxTokens)
        parameters.prefillStepSize = chunk
        return try DecodingSession(
            try TinyModel().load(), prompt: "def f(a):", parameters: parameters)
    }

    @Test func exactlyTheRowsThatAreWishedForAreLent() throws {
        var session = try session()
        let wishes = [
            AttentionRequest(layers: .layers([0]), heads: .heads([QueryHead(1)]), rows: 2..<5),
            AttentionRequest(layers: .layers([1]), heads: .mean, rows: 4..<8),
        ]
        let loans = session.attach(Loans(signals: SignalRequest(attention: wishes)))
        while try session.next() != nil {}
        let head = AttentionSource(layer: 0, head: QueryHead(1))
        let mean = AttentionSource(layer: 1, head: nil)
        // Row r predicts token r + 1.
        #expect(
            session[loans].lent == [
                3: [head], 4: [head], 5: [head, mean], 6: [mean], 7: [mean], 8: [mean],
            ])
        // A mean takes a row of each of the four heads.
        #expect(session.signalCounters.attentionRows == 3 + 4 * 4)
        #expect(session.signalCounters.hiddenStates == 0)
    }

    @Test func withNobodyAskingNothingIsCopiedOrAllocated() throws {
        var session = try session(20)
        session.attachStandardMetrics()
        session.attach(Loans(signals: SignalRequest()))
        while try session.next() != nil {}
        #expect(session.trace.tokens.count == 29)
        #expect(session.signalCounters == SignalCounters())
    }

    @Test func theBufferServesManySteps() throws {
        var session = try session(100)
        session.attach(Loans(signals: SignalRequest(attention: .all)))
        while try session.next() != nil {}
        let counters = session.signalCounters
        // Two layers of four heads; the last token's row is not computed.
        #expect(counters.attentionRows == 8 * (session.trace.tokens.count - 1))
        // 8 rows of up to 108 weights, grown by a quarter at a time: a handful of buffers.
        #expect(counters.bytesAllocated < 4 * 8 * 108 * 5)
    }

    @Test func theMeanIsThatOfTheHeads() throws {
        struct Means: DecodingObserver {
            var signals: SignalRequest {
                SignalRequest(attention: [AttentionRequest(), AttentionRequest(heads: .mean)])
            }
            var largest: Float = 0
            var rows = 0
            mutating func observe(_ step: borrowing DecodingStep, record: inout TokenMetrics) {
                for layer in 0..<step.layerCount {
                    guard let mean = step.meanAttention(layer: layer) else { continue }
                    rows += 1
                    for key in mean.indices {
                        var sum: Float = 0
                        for head in 0..<step.queryHeadCount {
                            sum += step.attention(layer: layer, head: QueryHead(head))?[key] ?? 9
                        }
                        largest = max(largest, abs(sum / Float(step.queryHeadCount) - mean[key]))
                    }
                }
            }
        }
        var session = try session()
        let means = session.attach(Means())
        while try session.next() != nil {}
        #expect(session[means].rows == 2 * (session.trace.tokens.count - 1))
        #expect(session[means].largest < 1e-6)
    }

    @Test func aBudgetIsCheckedBeforeAnythingIsComputed() throws {
        var session = try session(40)
        session.attach(AttentionObserver())
        let estimate = session.observationByteCount
        // 8 heads, 49 tokens, rows of 24.5 weights on average in `Double`.
        #expect(estimate > 8 * 49 * 24 * 8)
        #expect(estimate < 4 * 8 * 49 * 49 * 8)
        session.observationBudget = estimate - 1
        #expect {
            try session.next()
        } throws: { error in
            guard
                case DecodingFailure.observationBudgetExceeded(let found, let budget) = error
            else { return false }
            return found == estimate && budget == estimate - 1
        }
        #expect(session.trace.tokens.isEmpty)
        #expect(throws: DecodingFailure.self) { try session.prefill() }
        // Not for good: with more, or with fewer tokens, it goes on.
        session.observationBudget = estimate
        while try session.next() != nil {}
        #expect(session.trace.tokens.count == 49)
    }

    @Test func longContextsAreEstimatedWithoutOverflow() throws {
        var shape = DecoderConfiguration(modelType: "large")
        shape.layerCount = 100
        shape.queryHeadCount = 100
        for observer: any DecodingObserver in [
            AttentionObserver(), RolloutObserver(), ValueNormObserver(),
            AttentionObserver(detail: .top(5)),
        ] {
            let bytes = observer.byteCount(tokens: 1 << 40, of: shape)
            #expect(bytes.isFinite && bytes > 1e14)
        }
    }

    /// The goals name it: a prompt of 2 048 tokens on a model of 24 layers and 14 heads.
    @Test func rolloutOfALongPromptsLastTokenFitsItsBudget() {
        var shape = DecoderConfiguration(modelType: "M")
        shape.layerCount = 24
        shape.queryHeadCount = 14
        let observer = RolloutObserver(tokens: TokenIndex(2048)..<TokenIndex(2049))
        #expect(observer.byteCount(tokens: 2049, of: shape) < 0.25 * Double(1 << 30))
    }

    @Test func whatTheModelLacksIsRefused() throws {
        let requests = [
            SignalRequest(attention: .layers([0, 2])), SignalRequest(attention: .layers([-1])),
            SignalRequest(attention: [AttentionRequest(heads: .heads([QueryHead(4)]))]),
            SignalRequest(hiddenStates: .layers([3])), SignalRequest(valueProducts: .layers([2])),
        ]
        for request in requests {
            var session = try session()
            session.attach(Loans(signals: request))
            #expect {
                try session.next()
            } throws: { error in
                guard case DecodingFailure.invalidSetting(_, let reason) = error else {
                    return false
                }
                return reason.contains("layer") || reason.contains("head")
            }
        }
        var session = try session()
        session.attach(Loans(signals: SignalRequest(hiddenStates: .layers([2]))))
        #expect(try session.next() != nil)
    }

    @Test func valuesAreComparedWhateverTheChunks() throws {
        struct Norms: DecodingObserver, Equatable {
            var signals: SignalRequest { SignalRequest(valueProducts: .layers([1])) }
            var norms: [[Double]] = []
            var first: [Int] = []
            mutating func observe(_ step: borrowing DecodingStep, record: inout TokenMetrics) {
                guard let products = step.valueProducts else { return }
                first.append(products.tokens.lowerBound.rawValue)
                let end = step.token.index.rawValue
                norms.append(
                    (end - step.contextLength..<end).map {
                        products.norm(layer: 1, head: QueryHead(2), of: TokenIndex($0))
                    })
            }
        }
        func norms(chunk: Int, window: ContextWindow? = nil) throws -> Norms {
            var parameters = GenerateParameters.greedy(maxTokens: 30)
            parameters.prefillStepSize = chunk
            parameters.window = window
            parameters.logitBias = [ByteTokenizer.endOfText: -.infinity]
            var session = try DecodingSession(
                try TinyModel().load(), prompt: "def f(a):\n    return", parameters: parameters)
            let norms = session.attach(Norms())
            while try session.next() != nil {}
            return session[norms]
        }
        let whole = try norms(chunk: 15)
        #expect(whole.norms.count == 49 && whole.norms.allSatisfy { $0.allSatisfy { $0 > 0 } })
        #expect(try norms(chunk: 4) == whole)
        // A position's value does not change while later ones come.
        #expect(zip(whole.norms, whole.norms.dropFirst()).allSatisfy { $0 == $1.dropLast() })
        // Where a window moves on, the values are those of the new window.
        let moved = try norms(chunk: 4, window: ContextWindow(length: 16, stride: 6))
        #expect(moved.norms.count == 49)
        #expect(moved.first.last ?? 0 > 0)
        #expect(moved.norms.allSatisfy { $0.allSatisfy { $0 > 0 } })
    }
}
