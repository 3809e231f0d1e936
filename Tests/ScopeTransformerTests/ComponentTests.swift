import ScopeTensor
import ScopeTransformer
import Testing

/// What blocks compute on their way, over every family: the rows sum to one another as they must.
@Suite struct ComponentTests {
    /// Keeps what a pass sends of its blocks.
    struct Rows<Scalar: TensorScalar>: SignalSink {
        var components: [[Int]: [Scalar]] = [:]
        var states: [[Int]: [Scalar]] = [:]
        var logits: [[Scalar]] = []

        mutating func component(
            _ values: Span<Scalar>, _ component: LayerComponent, layer: Int, at place: RowPlace
        ) {
            components[[component.rawValue, layer, place.row]] = Self.copy(values)
        }

        mutating func hiddenState(_ values: Span<Scalar>, layer: Int, at place: RowPlace) {
            states[[layer, place.row]] = Self.copy(values)
        }

        mutating func logits(_ logits: Span<Scalar>, at place: RowPlace) {
            self.logits.append(Self.copy(logits))
        }

        func row(_ component: LayerComponent, _ layer: Int, _ row: Int) -> [Double]? {
            components[[component.rawValue, layer, row]]?.map { Double($0) }
        }

        private static func copy(_ span: Span<Scalar>) -> [Scalar] {
            var values: [Scalar] = []
            for index in span.indices { values.append(span[index]) }
            return values
        }
    }

    private func rows<Algebra: LinearAlgebra>(
        _ model: DecoderModel<Algebra>, _ ids: [Int], _ signals: SignalRequest
    ) throws -> Rows<Algebra.Scalar> {
        var lanes = [
            Lane(tokens: ids, cache: model.makeCache(), logits: .all, signals: signals)
        ]
        var workspace = Workspace<Algebra.Scalar>()
        var sink = Rows<Algebra.Scalar>()
        try model.forward(&lanes, in: &workspace, into: &sink)
        return sink
    }

    private static let everything = SignalRequest(
        hiddenStates: .all, components: LayerComponent.allCases.map { ComponentRequest($0) })

    /// In `Double`, where only what was left out could make a difference.
    @Test(arguments: GoldenModel.all)
    func thePartsMakeTheWhole(_ golden: GoldenModel) throws {
        let model = try golden.load(ScalarAlgebra<Double>())
        let ids = Array(try golden.golden.ids.prefix(6))
        let shape = model.configuration
        let sink = try rows(model, ids, Self.everything)
        for row in ids.indices {
            for layer in 0..<shape.layerCount {
                let input = try #require(sink.states[[layer, row]])
                let output = try #require(sink.row(.residual, layer, row))
                let attention = try #require(sink.row(.attention, layer, row))
                let feedForward = try #require(sink.row(.feedForward, layer, row))
                let heads = try #require(sink.row(.attentionHeads, layer, row))
                #expect(heads.count == LayerComponent.attentionHeads.width(in: shape))
                var shares =
                    sink.row(.attentionBias, layer, row)
                    ?? Array(repeating: 0, count: shape.hiddenSize)
                for place in heads.indices { shares[place % shape.hiddenSize] += heads[place] }
                #expect(difference(shares, attention) <= 1e-9 * (1 + peak(attention)))

                var sum = input.map { Double($0) }
                if shape.residual == .sequentialFromNorm {
                    if let norm = model.frozenNorm(.attention(layer: layer), at: sum) {
                        sum = norm(sum)
                    }
                    for place in sum.indices { sum[place] += attention[place] }
                    if let norm = model.frozenNorm(.feedForward(layer: layer), at: sum) {
                        sum = norm(sum)
                    }
                } else {
                    for place in sum.indices { sum[place] += attention[place] }
                }
                for place in sum.indices { sum[place] += feedForward[place] }
                #expect(difference(sum, output) <= 1e-9 * (1 + peak(output)))
                let next =
                    layer + 1 < shape.layerCount
                    ? sink.states[[layer + 1, row]]?.map { Double($0) }
                    : sink.states[[shape.layerCount, row]].flatMap { _ in
                        model.frozenNorm(.final, at: output).map { $0(output) }
                    }
                if layer + 1 < shape.layerCount {
                    #expect(next == output)
                } else {
                    let normalized = try #require(sink.states[[shape.layerCount, row]])
                    let own = try #require(next)
                    #expect(difference(own, normalized) <= 1e-9 * (1 + peak(normalized)))
                }
            }
        }
    }

    /// Bias shares are there where the family has biases or shifts, and nowhere else.
    @Test(arguments: GoldenModel.all)
    func biasesAreSentWhereThereAreAny(_ golden: GoldenModel) throws {
        let model = try golden.load(HostAlgebra())
        let shape = model.configuration
        let sink = try rows(model, Array(try golden.golden.ids.prefix(2)), Self.everything)
        let hasAttentionBias = sink.row(.attentionBias, 0, 0) != nil
        #expect(hasAttentionBias == (model.attentionOutputBias(ofLayer: 0) != nil))
        if !shape.layers[0].hasExperts {
            #expect(
                (sink.row(.feedForwardBias, 0, 0) != nil)
                    == shape.biases.contains(.feedForward))
        }
    }

    /// Reading the stream's end out gives the logits, all rows in one product, in `Float` and `Double`.
    @Test(arguments: GoldenModel.all)
    func readingTheEndOutGivesTheLogits(_ golden: GoldenModel) throws {
        let algebra = CountingAlgebra(HostAlgebra())
        let model = try golden.load(algebra)
        let ids = Array(try golden.golden.ids.prefix(8))
        let sink = try rows(model, ids, Self.everything)
        let last = model.configuration.layerCount - 1
        let ends = ids.indices.flatMap { sink.row(.residual, last, $0) ?? [] }
        let states = Tensor(
            rows: ids.count, columns: model.configuration.hiddenSize, values: ends.map { Float($0) }
        )
        var logits = Tensor<Float>(rows: 0, columns: model.configuration.vocabularySize)
        algebra.reset()
        model.readOut(states, into: &logits)
        #expect(algebra.products == 1)
        let expected = Array(sink.logits.joined())
        #expect(difference(logits.storage, expected) <= 2e-5 * peak(expected))
    }

    @Test func onlyTheRowsThatAreAskedForAreSent() throws {
        let model = try GoldenModel.all[0].load(HostAlgebra())
        let wishes = [
            ComponentRequest(.residual, layers: .layers([1]), rows: 1..<3),
            ComponentRequest(.values, layers: .layers([0]), rows: 2..<9),
        ]
        let sink = try rows(model, [1, 2, 3, 4], SignalRequest(components: wishes))
        let residual = LayerComponent.residual.rawValue
        let values = LayerComponent.values.rawValue
        #expect(
            Set(sink.components.keys) == [
                [residual, 1, 1], [residual, 1, 2], [values, 0, 2], [values, 0, 3],
            ])
        #expect(try rows(model, [1, 2, 3, 4], SignalRequest()).components.isEmpty)
        let both = SignalRequest(components: [wishes[0]]).union(
            SignalRequest(components: wishes))
        #expect(both.components == wishes)
        #expect(both.shifted(by: 2).components.map(\.rows) == [0..<1, 0..<7])
    }
}
