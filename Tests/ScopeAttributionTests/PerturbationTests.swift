import ScopeAttribution
import ScopeDecoding
import ScopeFiles
import ScopeTensor
import ScopeTestKit
import ScopeTrace
import ScopeTransformer
import TestFixtures
import Testing

/// Methods that take tokens away, against passes over the whole changed text.
@Suite struct PerturbationTests {
    private static let ids = [5, 17, 10, 42, 17, 8, 10, 30, 2, 61, 7, 10]

    private static func context(
        _ model: any LanguageModel<Float>
    ) -> ModelContext {
        ModelContext(
            model: model, tokenizer: ByteTokenizer(),
            identity: ModelIdentity(name: "", family: "", fingerprint: "", parameterCount: 0))
    }

    /// The final hidden state of the last token, in one pass of its own.
    private static func state(
        _ model: DecoderModel<HostAlgebra>, _ ids: [Int],
        _ change: (inout Lane<Float>) -> Void
    ) throws -> [Float] {
        var lane = Lane(
            tokens: ids, cache: model.makeCache(), logits: .none,
            signals: SignalRequest(hiddenStates: .layers([model.configuration.layerCount])),
            textLength: ids.count)
        change(&lane)
        var lanes = [lane]
        var workspace = Workspace<Float>()
        var sink = LastStateSink()
        try model.forward(&lanes, in: &workspace, into: &sink)
        return sink.state
    }

    private struct LastStateSink: SignalSink {
        var state: [Float] = []

        mutating func hiddenState(_ values: Span<Float>, layer: Int, at place: RowPlace) {
            state = values.indices.map { values[$0] }
        }

        mutating func logits(_ logits: Span<Float>, at place: RowPlace) {}
    }

    /// Lanes over a shared prefix give what a pass over the whole changed text gives, in every family
    /// and with every meaning of a token that is not there.
    @Test(arguments: Fixtures.folders("models"))
    func lanesGiveWhatWholePassesGive(_ fixture: FixtureFolder) throws {
        let model = try DecoderModel(
            from: ModelFiles(path: fixture.path), algebra: HostAlgebra())
        let ids = try fixture.tensors("golden.safetensors").integers("input_ids")
        let last = ids.count - 1
        let text = try AttributedText(ids, in: Self.context(model))
        let target = AttributionTarget(TokenIndex(ids.count), id: ids[1])
        let mean = try Self.meanEmbedding(model)
        for replacement in TokenReplacement.allCases {
            let own = try LeaveOneOut(.logit, replacement: replacement).attribute(target, in: text)
            let intact = try Self.state(model, ids) { _ in }
            let value = { (state: [Float]) in
                Double(model.logits(of: Tensor(vector: state)).storage[ids[1]])
            }
            for token in [0, last / 2, last - 1, last] {
                let changed = try Self.state(model, ids) { lane in
                    switch replacement {
                    case .attentionMask:
                        if token == last { return }
                        lane.edits = [
                            .cut(
                                AttentionCut(
                                    queries: token + 1..<ids.count, keys: token..<token + 1))
                        ]
                    case .meanEmbedding: lane.embeddings = [token: mean]
                    case .zero:
                        lane.embeddings = [token: Array(repeating: 0, count: mean.count)]
                    }
                }
                let loss = value(intact) - value(changed)
                #expect(
                    abs(own.scores[token] - loss) <= 1e-3 * max(1, abs(value(intact))),
                    "\(fixture) \(replacement) \(token): \(own.scores[token]), not \(loss)")
            }
        }
    }

    /// An embedding handed to a lane is what an embedding handed to the stored pass is.
    @Test(arguments: Fixtures.folders("models"))
    func lanesTakeEmbeddingsAsStoredPassesDo(_ fixture: FixtureFolder) throws {
        let model = try DecoderModel(
            from: ModelFiles(path: fixture.path), algebra: HostAlgebra())
        let ids = try fixture.tensors("golden.safetensors").integers("input_ids")
        var rows = try model.embeddings(of: ids)
        let width = rows.columns
        let changed = rows.storage[0..<width].map { $0 * 0.5 + 0.01 }
        rows.storage.replaceSubrange(3 * width..<4 * width, with: changed)
        let tape = try model.record(rows)
        let expected = model.hiddenStates(of: tape, rows: [ids.count - 1]).storage
        let own = try Self.state(model, ids) { $0.embeddings = [3: Array(changed)] }
        let peak = expected.reduce(0) { max($0, abs($1)) }
        for (left, right) in zip(own, expected) { #expect(abs(left - right) <= 2e-4 * peak) }
    }

    private static func meanEmbedding(_ model: DecoderModel<HostAlgebra>) throws -> [Float] {
        let size = model.configuration.vocabularySize
        let table = try model.embeddings(of: Array(0..<size))
        return (0..<table.columns).map { column in
            Float((0..<size).reduce(0.0) { $0 + Double(table[$1, column]) } / Double(size))
        }
    }

    /// Only what follows the first changed token is computed again, whatever the number of targets.
    @Test func theSharedPrefixIsComputedOnce() throws {
        let model = try TinyModel(seed: 3).counting()
        let text = try AttributedText(Self.ids, in: model.context)
        let count = Self.ids.count
        let whole = [AttributionTarget(TokenIndex(count), id: 4)]
        let suffixes = { (first: (Int) -> Int) in
            (0..<count).reduce(0) { $0 + max(0, count - first($1)) }
        }
        model.reset()
        _ = try LeaveOneOut().attribute(whole, in: text)
        // Once the intact text, then every suffix.
        #expect(model.counts.forwardRows == count + suffixes { $0 })
        model.reset()
        _ = try LeaveOneOut().attribute(
            whole + [5, 9].map { AttributionTarget(TokenIndex($0)) }, in: text)
        #expect(model.counts.forwardRows == suffixes { $0 })
        model.reset()
        _ = try LeaveOneOut(replacement: .attentionMask).attribute(whole, in: text)
        #expect(model.counts.forwardRows == suffixes { $0 + 1 })
        model.reset()
        _ = try WindowedOcclusion(width: 3, stride: 3).attribute(whole, in: text)
        #expect(model.counts.forwardRows == count + (count - 3) + (count - 6) + (count - 9))
        model.reset()
        // Without the second line nothing before it is computed again: 10 is the end of a line.
        #expect(text.lines == [0..<3, 3..<7, 7..<12])
        let late = try KernelSHAP(spans: [7..<9, 9..<12]).attribute(whole, in: text)[0]
        #expect(model.counts.forwardRows == 5 + 5 + 3)
        #expect(late.scores.prefix(7).allSatisfy { $0 == 0 })
        #expect(model.counts.recorded == 0)
    }

    @Test func aWindowOfOneIsLeaveOneOut() throws {
        let text = try AttributedText(Self.ids, in: TinyModel(seed: 3).load())
        let target = AttributionTarget(TokenIndex(9))
        let one = try LeaveOneOut().attribute(target, in: text)
        let other = try WindowedOcclusion(width: 1).attribute(target, in: text)
        #expect(one.scores == other.scores)
    }

    /// What a method of one's own may ask is what the bundled ones use.
    @Test func aTextAnswersQuestions() throws {
        let text = try AttributedText(Self.ids, in: TinyModel(seed: 3).load())
        let target = AttributionTarget(TokenIndex(9), against: 4)
        let losses = try text.losses(of: .logit, [target], without: [[2], [6, 6], [11]], .zero)
        let own = try LeaveOneOut(.logit).attribute(target, in: text)
        #expect(abs(losses[0][0] - own.scores[2]) < 1e-5)
        #expect(abs(losses[1][0] - own.scores[6]) < 1e-5)
        #expect(losses[2] == [0])
        let gradient = try text.gradients(of: .logit, [target])[0]
        let products = try InputTimesGradient(.logit).attribute(target, in: text)
        let width = text.embeddings.columns
        let product = (0..<width).reduce(0.0) {
            $0 + Double(gradient[3, $1]) * Double(text.embeddings[3, $1])
        }
        #expect(abs(product - products.scores[3]) < 1e-5)
        #expect(throws: AttributionFailure.self) {
            try text.losses(of: .logit, [target], without: [[12]], .zero)
        }
    }

    @Test func aMaskedLastTokenStillSeesItself() throws {
        let text = try AttributedText(Self.ids, in: TinyModel(seed: 3).load())
        let own = try LeaveOneOut(replacement: .attentionMask).attribute(
            AttributionTarget(TokenIndex(6)), in: text)
        #expect(own.scores.last == 0)
        #expect(own.scores.dropLast().allSatisfy { $0 != 0 })
    }

    /// Kernel SHAP over all coalitions against the definition: the mean over all orders of what a
    /// player adds.
    @Test func kernelSHAPIsTheShapleyValue() throws {
        let model = try TinyModel(seed: 3).load()
        let text = try AttributedText(Self.ids, in: model)
        let target = AttributionTarget(TokenIndex(Self.ids.count), id: 4)
        let spans = [0..<3, 3..<4, 5..<7, 7..<12]
        let own = try KernelSHAP(replacement: .zero, spans: spans).attribute(target, in: text)
        // The value of a coalition, by an occlusion of all the others.
        func value(_ members: Set<Int>) throws -> Double {
            let rows = spans.indices.filter { !members.contains($0) }.flatMap { spans[$0] }
            let base = try #require(model.model as? DecoderModel<HostAlgebra>)
            var embeddings = try base.embeddings(of: Self.ids)
            let width = embeddings.columns
            for row in rows {
                embeddings.storage.replaceSubrange(
                    row * width..<(row + 1) * width, with: Array(repeating: 0, count: width))
            }
            let tape = try base.record(embeddings)
            let logits = base.logits(
                of: base.hiddenStates(of: tape, rows: [tape.tokenCount - 1])
            ).storage.map(Double.init)
            return logits[4] - logSumOfExponentials(logits)
        }
        var shares = [Double](repeating: 0, count: spans.count)
        let orders = permutations(Array(spans.indices))
        for order in orders {
            var members: Set<Int> = []
            var before = try value(members)
            for player in order {
                members.insert(player)
                let after = try value(members)
                shares[player] += (after - before) / Double(orders.count)
                before = after
            }
        }
        for (span, share) in zip(spans, shares) {
            let sum = span.reduce(0.0) { $0 + own.scores[$1] }
            #expect(abs(sum - share) < 1e-4, "\(span): \(sum), not \(share)")
        }
        #expect(own.scores[4] == 0)
        // Drawn coalitions come near the exact values, and keep the sum.
        let drawn = try KernelSHAP(
            replacement: .zero, spans: (0..<12).map { $0..<$0 + 1 }, samples: 512
        )
        .attribute(target, in: text)
        let exact = try KernelSHAP(
            replacement: .zero, spans: (0..<12).map { $0..<$0 + 1 }, samples: 4094
        ).attribute(target, in: text)
        let peak = exact.scores.map(abs).max() ?? 0
        for (left, right) in zip(drawn.scores, exact.scores) {
            #expect(abs(left - right) < 0.4 * peak)
        }
        #expect(abs(drawn.scores.reduce(0, +) - exact.scores.reduce(0, +)) < 1e-4)
        #expect(exact.diagnostics["coalitions"] == 4094)
    }

    @Test func limeOfOneSpanIsItsLoss() throws {
        let text = try AttributedText(Self.ids, in: TinyModel(seed: 3).load())
        let target = AttributionTarget(TokenIndex(9))
        let lime = try LIME(replacement: .zero, spans: [2..<3], samples: 8, ridge: 0).attribute(
            target, in: text)
        let loss = try LeaveOneOut().attribute(target, in: text)
        #expect(abs(lime.scores[2] - loss.scores[2]) < 1e-4)
        #expect(abs((lime.diagnostics["fit.r2"] ?? 0) - 1) < 1e-6)
        let lines = try LIME(samples: 64).attribute(target, in: text)
        let share = lines.diagnostics["fit.r2"] ?? -1
        #expect(share > 0 && share <= 1)
    }

    /// Value zeroing of one block against a pass whose values are taken out by an intervention.
    @Test(arguments: Fixtures.folders("models"))
    func valueZeroingIsAnIntervention(_ fixture: FixtureFolder) throws {
        let model = try DecoderModel(
            from: ModelFiles(path: fixture.path), algebra: HostAlgebra())
        let ids = try fixture.tensors("golden.safetensors").integers("input_ids").prefix(12)
        let tape = try model.record(try model.embeddings(of: Array(ids)))
        let row = ids.count - 1
        let own = try model.valueZeroing(of: tape, layer: 0, rows: row..<row + 1) { _ in }[0]
        func output(_ edits: [Intervention<Float>]) throws -> [Float] {
            try Self.state(model, Array(ids)) { lane in
                lane.edits = edits
                lane.signals = SignalRequest(hiddenStates: .layers([1]))
            }
        }
        guard model.configuration.layerCount > 1 else { return }
        let intact = try output([])
        for position in [0, 5, row] {
            let changed = try output([
                .edit(
                    StateEdit(
                        .values, layers: .layers([0]), rows: position..<position + 1, .scale(0)))
            ])
            let expected = cosineDistance(intact, changed)
            #expect(
                abs(own[position] - expected) < 1e-5 + 1e-3 * expected,
                "\(fixture) \(position): \(own[position]), not \(expected)")
        }
    }
}

private func cosineDistance(_ left: [Float], _ right: [Float]) -> Double {
    func product(_ x: [Float], _ y: [Float]) -> Double {
        zip(x, y).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
    return max(
        0, 1 - product(left, right) / (product(left, left) * product(right, right)).squareRoot())
}

private func permutations(_ items: [Int]) -> [[Int]] {
    guard items.count > 1 else { return [items] }
    return items.flatMap { first in
        permutations(items.filter { $0 != first }).map { [first] + $0 }
    }
}
