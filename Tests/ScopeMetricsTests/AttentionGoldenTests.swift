import ScopeFiles
import ScopeTestKit
import TestFixtures
import Testing
import TokenScope

/// Everything about attention against the reference's numbers, over the attention folders of every root.
@Suite struct AttentionGoldenTests {
    static let fixtures = Fixtures.folders("attention")

    /// The reference's tensors for one model, and the model itself.
    struct Golden {
        let context: ModelContext
        let ids: [Int]
        let tensors: SafetensorsFile
        let flowIDs: [Int]

        init(_ fixture: FixtureFolder) throws {
            let report = try fixture.json("attention.json")
            let name = try report.required("model").string()
            // The models of a root lie beside its attention folders.
            let root = fixture.path.split(separator: "/", omittingEmptySubsequences: false)
                .dropLast(2).joined(separator: "/")
            let model = FixtureFolder(
                root: fixture.root, name: name, path: "\(root)/models/\(name)")
            context = ModelContext(
                model: try DecoderModel(from: try model.folder(), algebra: HostAlgebra()),
                tokenizer: ByteTokenizer(),
                identity: ModelIdentity(
                    name: name, family: name, fingerprint: "", parameterCount: 0))
            tensors = try fixture.tensors("attention.safetensors")
            ids = try tensors.integers("input_ids")
            flowIDs = try tensors.integers("flow_input_ids")
        }

        var layers: Int { context.configuration.layerCount }
        var heads: Int { context.configuration.queryHeadCount }

        /// The trace of the ids with one token behind them, so that every row predicts a token.
        func trace(of ids: [Int], _ observers: any DecodingObserver...) throws -> TokenTrace {
            var session = try DecodingSession(
                context, ids: ids, parameters: .greedy(maxTokens: 1))
            for observer in observers { session.attachAny(observer) }
            while try session.next() != nil {}
            return session.trace
        }
    }

    /// The largest distance of a column's rows from a tensor's `[…, T, T]`, from row `first` on; what the
    /// tensor has beyond the diagonal must be 0.
    private func distance(
        _ trace: TokenTrace, _ key: MetricKey<MetricRow>, _ golden: [Double], first: Int,
        count: Int
    ) throws -> Double {
        let column = try #require(trace[key], "\(key.name)")
        #expect(column[0] == nil)
        var largest = 0.0
        for row in 0..<count {
            let own = try #require(column[row + 1], "\(key.name)").values
            #expect(own.count == row + 1)
            for place in 0..<count {
                let value = place < own.count ? own[place] : 0
                largest = max(largest, abs(value - golden[(first + row) * count + place]))
            }
        }
        return largest
    }

    @Test(arguments: fixtures)
    func rolloutAndMeansAreTheReferences(_ fixture: FixtureFolder) throws {
        let golden = try Golden(fixture)
        let count = golden.ids.count
        let trace = try golden.trace(
            of: golden.ids, AttentionObserver(AttentionSelection(heads: .mean)),
            RolloutObserver(layers: .all))
        let means = try golden.tensors.doubles("head_mean")
        let rollouts = try golden.tensors.doubles("rollout")
        for layer in 0..<golden.layers {
            let source = AttentionSource(layer: layer, head: nil)
            let mean = try distance(
                trace, .attention.of(source), means, first: layer * count, count: count)
            let key: MetricKey<MetricRow> =
                layer == golden.layers - 1 ? .rollout : .rollout(layer: layer)
            let rollout = try distance(
                trace, key, rollouts, first: layer * count, count: count)
            #expect(mean <= 1e-4 && rollout <= 1e-4)
            report("\(fixture) layer \(layer): head mean \(mean), rollout \(rollout)")
        }
    }

    @Test(arguments: fixtures)
    func entropyIsTheReferences(_ fixture: FixtureFolder) throws {
        let golden = try Golden(fixture)
        let trace = try golden.trace(
            of: golden.ids, AttentionEntropyObserver(isSeparate: true))
        let entropies = try golden.tensors.doubles("row_entropy_nats")
        var largest = 0.0
        for layer in 0..<golden.layers {
            for head in 0..<golden.heads {
                let source = AttentionSource(layer: layer, head: QueryHead(head))
                let column = try #require(trace[.attentionEntropy.of(source)])
                for row in golden.ids.indices {
                    let place = (layer * golden.heads + head) * golden.ids.count + row
                    let own = try #require(column[row + 1])
                    largest = max(largest, abs(own - entropies[place]))
                }
            }
        }
        #expect(largest <= 1e-3)
        report("\(fixture): attention entropy \(largest)")
    }

    @Test(arguments: fixtures)
    func valueNormsAreTheReferences(_ fixture: FixtureFolder) throws {
        struct Norms: DecodingObserver {
            var signals: SignalRequest { SignalRequest(valueProducts: .all) }
            var norms: [[[Double]]] = []
            mutating func observe(
                _ step: borrowing DecodingStep, record: inout TokenMetrics
            ) {
                guard let products = step.valueProducts else { return }
                let key = TokenIndex(step.token.index.rawValue - 1)
                var layers: [[Double]] = []
                for layer in 0..<step.layerCount {
                    layers.append(
                        (0..<step.queryHeadCount).map {
                            products.norm(layer: layer, head: QueryHead($0), of: key)
                        })
                }
                norms.append(layers)
            }
        }
        let golden = try Golden(fixture)
        let count = golden.ids.count
        var session = try DecodingSession(
            golden.context, ids: golden.ids, parameters: .greedy(maxTokens: 1))
        let norms = session.attach(Norms())
        session.attach(ValueNormObserver())
        session.attach(ValueNormObserver(AttentionSelection(heads: .mean)))
        while try session.next() != nil {}
        let own = session[norms].norms
        let reference = try golden.tensors.doubles("value_norm")
        let perHead = try golden.tensors.doubles("value_weighted_norm_per_head")
        let summed = try golden.tensors.doubles("value_weighted_norm_summed_heads")
        let scale = reference.max() ?? 1
        var errors = [0.0, 0.0, 0.0]
        for layer in 0..<golden.layers {
            for head in 0..<golden.heads {
                let plane = layer * golden.heads + head
                for key in 0..<count {
                    errors[0] = max(
                        errors[0], abs(own[key][layer][head] - reference[plane * count + key]))
                }
                let source = AttentionSource(layer: layer, head: QueryHead(head))
                errors[1] = max(
                    errors[1],
                    try distance(
                        session.trace, .valueWeightedNorm.of(source), perHead,
                        first: plane * count, count: count))
            }
            errors[2] = max(
                errors[2],
                try distance(
                    session.trace, ValueNormObserver.sumKey(layer: layer), summed,
                    first: layer * count, count: count))
        }
        #expect(errors.allSatisfy { $0 <= 1e-4 * scale })
        report(
            "\(fixture): value norm \(errors[0]), weighted \(errors[1]), summed \(errors[2]), "
                + "largest norm \(scale)")
    }

    @Test(arguments: fixtures)
    func flowIsTheReferences(_ fixture: FixtureFolder) throws {
        let golden = try Golden(fixture)
        let count = golden.flowIDs.count
        let trace = try golden.trace(
            of: golden.flowIDs,
            AttentionFlowObserver(tokens: TokenIndex(1)..<TokenIndex(count + 1)))
        let raw = try distance(
            trace, .attentionFlow, try golden.tensors.doubles("flow_raw"), first: 0, count: count)
        let share = try distance(
            trace, .attentionFlowShare, try golden.tensors.doubles("flow_row_normalised"),
            first: 0, count: count)
        #expect(raw <= 1e-4 && share <= 1e-4)
        report("\(fixture): flow \(raw), share \(share)")
    }

    /// The distances, for those who ask: they say how far from the tolerance a change has led.
    private func report(_ line: String) {
        if reportsDistances { print(line) }
    }
}
