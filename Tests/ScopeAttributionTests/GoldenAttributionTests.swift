import ScopeAttribution
import ScopeDecoding
import ScopeFiles
import ScopeTensor
import ScopeTestKit
import ScopeTrace
import ScopeTransformer
import TestFixtures
import Testing

/// A fixture of attributions: a model, a text, and what the reference computed.
struct GoldenAttribution: CustomTestStringConvertible, Sendable {
    let fixture: FixtureFolder

    var testDescription: String { fixture.description }

    /// Every folder of every fixture root.
    static let all = Fixtures.folders("attributions").map(GoldenAttribution.init)

    /// The text after it has gone through the model.
    func text() throws -> AttributedText {
        let report = try fixture.json("attributions.json")
        let folder = try report.required("model_folder").string()
        let root = fixture.path.split(separator: "/", omittingEmptySubsequences: false)
            .dropLast(2).joined(separator: "/")
        let model = try DecoderModel(
            from: ModelFiles(path: "\(root)/\(folder)"), algebra: HostAlgebra())
        let context = ModelContext(
            model: model, tokenizer: ByteTokenizer(),
            identity: ModelIdentity(
                name: folder, family: model.configuration.modelType, fingerprint: "",
                parameterCount: 0))
        return try AttributedText(tensors().integers("input_ids"), in: context)
    }

    func tensors() throws -> SafetensorsFile {
        try fixture.tensors("attributions.safetensors")
    }

    /// Every target of the fixture.
    func targets() throws -> [AttributionTarget] {
        try fixture.json("attributions.json").required("targets").elements().map { target in
            AttributionTarget(
                TokenIndex(try target.required("position").int() + 1),
                id: try target.required("target_id").int())
        }
    }

    /// A number that the fixture gives for every target.
    func numbers(_ name: String) throws -> [Double] {
        try fixture.json("attributions.json").required("targets").elements().map {
            try $0.required(name).double()
        }
    }
}

/// Every method against the reference, the authors' own code among it.
@Suite struct GoldenAttributionTests {
    /// A method with the tensor it must give.
    struct Case: CustomTestStringConvertible, Sendable {
        let tensor: String
        let method: any AttributionMethod
        var tolerance = 1e-3
        /// The fixture's sign, where it is the other.
        var sign = 1.0

        var testDescription: String { tensor }
    }

    static let cases = [
        Case(tensor: "semantic", method: SemanticScope()),
        Case(tensor: "authors.semantic", method: SemanticScope()),
        Case(tensor: "semantic_model_logit", method: SemanticScope(.logit)),
        Case(tensor: "temperature", method: TemperatureScope()),
        Case(tensor: "authors.temperature", method: TemperatureScope()),
        Case(tensor: "fisher_full", method: fisher(.full, .rawLogit)),
        Case(tensor: "authors.fisher_full", method: fisher(.full, .rawLogit)),
        Case(tensor: "fisher_rank1", method: fisher(.largest(1), .rawLogit)),
        Case(tensor: "authors.fisher_rank1", method: fisher(.largest(1), .rawLogit)),
        Case(tensor: "fisher_rank4", method: fisher(.largest(4), .rawLogit)),
        Case(tensor: "authors.fisher_rank4", method: fisher(.largest(4), .rawLogit)),
        Case(tensor: "fisher_full_model", method: fisher(.full, .logit)),
        Case(tensor: "fisher_rank1_model", method: fisher(.largest(1), .logit)),
        Case(tensor: "fisher_rank4_model", method: fisher(.largest(4), .logit)),
        Case(tensor: "grad_x_input_ce_l2", method: InputTimesGradient(reading: .norm)),
        Case(tensor: "input_x_grad_signed_logit", method: InputTimesGradient(.logit)),
        Case(tensor: "input_x_grad_signed_logprob", method: InputTimesGradient()),
        Case(tensor: "ig5_l2", method: PathIntegratedSemanticScope()),
        Case(tensor: "authors.ig5_l2", method: PathIntegratedSemanticScope()),
        Case(
            tensor: "ig_gauss_legendre64",
            method: IntegratedGradients(baseline: .zero, rule: .gaussLegendre(64)),
            tolerance: 2e-3),
        Case(
            tensor: "ig_midpoint64",
            method: IntegratedGradients(baseline: .zero, rule: .midpoint(64)), tolerance: 2e-3),
        Case(tensor: "loo_zero_logprob_change", method: LeaveOneOut(), sign: -1),
    ]

    private static func fisher(
        _ rank: FisherScope.Rank, _ objective: AttributionObjective
    ) -> FisherScope {
        FisherScope(rank: rank, candidates: nil, objective: objective)
    }

    @Test(arguments: GoldenAttribution.all)
    func everyMethodAgrees(_ golden: GoldenAttribution) throws {
        let text = try golden.text()
        let targets = try golden.targets()
        let tensors = try golden.tensors()
        for item in Self.cases where tensors[item.tensor] != nil {
            let expected = try tensors.doubles(item.tensor)
            let own = try item.method.attribute(targets, in: text)
            for (index, attribution) in own.enumerated() {
                let row = expected[index * text.ids.count..<(index + 1) * text.ids.count]
                let error = Self.error(attribution, row.map { $0 * item.sign }, item)
                #expect(
                    error <= 1, "\(golden.fixture) \(item.tensor) \(index): \(error) of the bound")
                print(
                    "attribution \(golden.fixture) \(item.tensor) \(index): \(error) of the bound")
            }
        }
    }

    /// The largest difference as a share of what is allowed.
    private static func error(
        _ own: Attribution, _ expected: [Double], _ item: Case
    ) -> Double {
        let peak = expected.reduce(0) { max($0, abs($1)) }
        let padded = own.scores + Array(repeating: 0, count: expected.count - own.scores.count)
        return zip(padded, expected).reduce(0) { largest, pair in
            // A change of a probability is measured in nats, beside its own size.
            let bound =
                item.tensor.hasPrefix("loo")
                ? 1e-3 + 1e-3 * abs(pair.1) : item.tolerance * peak
            let share = abs(pair.0 - pair.1) / max(bound, 1e-12)
            return share.isNaN ? .infinity : max(largest, share)
        }
    }

    /// The token the baseline is made of stands beside each target.
    @Test(arguments: GoldenAttribution.all)
    func integratedGradientsFromATokenAreComplete(_ golden: GoldenAttribution) throws {
        let text = try golden.text()
        let expected = try golden.tensors().doubles("ig_gauss_legendre64_token_baseline")
        let tokens = try golden.numbers("ig_token_baseline_id").map { Int($0) }
        let inputs = try golden.numbers("ig_f_input")
        let baselines = try golden.numbers("ig_f_token_baseline")
        for (index, target) in try golden.targets().enumerated() {
            let method = IntegratedGradients(
                baseline: .token(tokens[index]), rule: .gaussLegendre(64))
            let own = try method.attribute(target, in: text)
            let row = expected[index * text.ids.count..<(index + 1) * text.ids.count]
            let item = Case(tensor: "ig", method: method, tolerance: 2e-3)
            #expect(Self.error(own, Array(row), item) <= 1)
            let scale = 1 + abs(inputs[index])
            #expect(abs((own.diagnostics["value.input"] ?? .nan) - inputs[index]) < 1e-3 * scale)
            #expect(
                abs((own.diagnostics["value.baseline"] ?? .nan) - baselines[index]) < 1e-3 * scale)
            #expect(abs(own.diagnostics["completeness.gap"] ?? .nan) < 2e-3 * scale)
        }
    }

    /// From zeros, nodes on a logarithmic scale find what even ones miss, wherever the reference's do.
    @Test(arguments: GoldenAttribution.all)
    func logarithmicNodesAreCompleteFromZeros(_ golden: GoldenAttribution) throws {
        let text = try golden.text()
        let reference = try golden.numbers("ig_log_spaced400_completeness_delta")
        let even = try golden.numbers("ig_midpoint64_completeness_delta")
        for (index, target) in try golden.targets().enumerated()
        where abs(reference[index]) < 0.05 && abs(even[index]) > 0.5 {
            let gap = { (rule: QuadratureRule) in
                abs(
                    try IntegratedGradients(baseline: .zero, rule: rule).attribute(target, in: text)
                        .diagnostics["completeness.gap"] ?? .nan)
            }
            #expect(
                try gap(.logarithmic(256, from: 1e-24)) < 0.05 + 0.2 * abs(even[index]),
                "\(golden.fixture) \(index)")
            #expect(abs(try gap(.midpoint(64)) - abs(even[index])) < 2e-3 * (1 + abs(even[index])))
        }
    }

    @Test(arguments: GoldenAttribution.all)
    func eigenvaluesAgree(_ golden: GoldenAttribution) throws {
        let text = try golden.text()
        for (tensor, objective) in [
            ("fisher_eigenvalues_top8", AttributionObjective.rawLogit),
            ("fisher_eigenvalues_top8_model", .logit),
        ] {
            let expected = try golden.tensors().doubles(tensor)
            let scope = FisherScope(rank: .largest(8), candidates: nil, objective: objective)
            for (index, own) in try scope.attribute(golden.targets(), in: text).enumerated() {
                let values = (1...8).map { own.diagnostics["fisher.eigenvalue.\($0)"] ?? 0 }
                for (value, other) in zip(values, expected[index * 8..<(index + 1) * 8]) {
                    #expect(abs(value - other) <= 1e-3 * expected[index * 8])
                }
            }
        }
    }

    @Test func thereAreFixtures() {
        #expect(GoldenAttribution.all.count >= 2)
    }
}
