import ScopeTestKit
import Testing
import TokenScope

/// What blocks compute on their way is lent where it is asked for, and nowhere else.
@Suite struct ComponentCaptureTests {
    struct Loans: DecodingObserver {
        var signals: SignalRequest
        /// `[token: [component, layer]]`.
        var lent: [Int: Set<[Int]>] = [:]

        mutating func observe(_ step: borrowing DecodingStep, record: inout TokenMetrics) {
            for component in LayerComponent.allCases {
                for layer in -1...step.layerCount {
                    guard let row = step.component(component, layer: layer) else { continue }
                    lent[step.token.index.rawValue, default: []].insert(
                        [component.rawValue, layer, row.count])
                }
            }
        }
    }

    private func session(
        _ maxTokens: Int = 6, window: ContextWindow? = nil
    ) throws -> DecodingSession {
        var parameters = GenerateParameters.greedy(maxTokens: maxTokens)
        parameters.prefillStepSize = 5
        parameters.window = window
        return try DecodingSession(
            try TinyModel().load(), prompt: "def f(a):", parameters: parameters)
    }

    @Test func exactlyTheRowsThatAreWishedForAreLent() throws {
        var session = try session()
        let wishes = [
            ComponentRequest(.attentionHeads, layers: .layers([0]), rows: 2..<5),
            ComponentRequest(.residual, layers: .layers([1]), rows: 4..<8),
            // A Llama has no biases there.
            ComponentRequest(.attentionBias),
        ]
        let loans = session.attach(Loans(signals: SignalRequest(components: wishes)))
        while try session.next() != nil {}
        let heads = [LayerComponent.attentionHeads.rawValue, 0, 4 * 32]
        let residual = [LayerComponent.residual.rawValue, 1, 32]
        // Row r predicts token r + 1.
        #expect(
            session[loans].lent == [
                3: [heads], 4: [heads], 5: [heads, residual], 6: [residual], 7: [residual],
                8: [residual],
            ])
        #expect(session.signalCounters.components == 3 + 4)
        #expect(session.signalCounters.attentionRows == 0)
        #expect(session.signalCounters.hiddenStates == 0)
    }

    /// Beside attention and hidden states in one buffer, and behind a window that has moved on.
    @Test func componentsStandBesideOtherSignals() throws {
        struct Sums: DecodingObserver {
            var signals: SignalRequest {
                SignalRequest(
                    attention: .all, hiddenStates: .all,
                    components: LayerComponent.allCases.map { ComponentRequest($0) })
            }
            var worst: Float = 0
            var rows = 0

            mutating func observe(_ step: borrowing DecodingStep, record: inout TokenMetrics) {
                for layer in 0..<step.layerCount {
                    guard let input = step.hiddenState(layer: layer),
                        let attention = step.component(.attention, layer: layer),
                        let feedForward = step.component(.feedForward, layer: layer),
                        let output = step.component(.residual, layer: layer),
                        let weights = step.attention(layer: layer, head: QueryHead(3))
                    else { continue }
                    rows += 1
                    for place in output.indices {
                        let sum = input[place] + attention[place] + feedForward[place]
                        worst = max(worst, abs(sum - output[place]))
                    }
                    var mass: Float = 0
                    for place in weights.indices { mass += weights[place] }
                    worst = max(worst, abs(mass - 1))
                }
            }
        }
        for window in [nil, ContextWindow(length: 8, stride: 4)] {
            var session = try session(12, window: window)
            let sums = session.attach(Sums())
            while try session.next() != nil {}
            #expect(session[sums].rows == 2 * (session.trace.tokens.count - 1))
            #expect(session[sums].worst <= 1e-5)
        }
    }

    @Test func layersThatAreNotThereAreRefused() throws {
        var session = try session()
        session.attach(
            Loans(
                signals: SignalRequest(
                    components: [ComponentRequest(.values, layers: .layers([2]))])))
        #expect(throws: DecodingFailure.self) { try session.next() }
    }

    @Test func theBudgetCountsThem() throws {
        var plain = try session()
        plain.attach(Loans(signals: SignalRequest()))
        var asking = try session()
        asking.attach(
            Loans(signals: SignalRequest(components: [ComponentRequest(.attentionHeads)])))
        // Two layers of four heads of 32 numbers for each of 15 rows, and a quarter to grow into.
        #expect(
            asking.observationByteCount - plain.observationByteCount == 15 * 2 * 4 * 32 * 4 * 5 / 4)
    }
}
