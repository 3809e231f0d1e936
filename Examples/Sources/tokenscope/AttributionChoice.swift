import TokenScope

/// The methods that the command line may ask for.
struct AttributionChoice {
    let method: any AttributionMethod

    /// What the command line says of a method.
    struct Settings {
        var rank = FisherScope.Rank.largest(4)
        var samples: Int?
        var seed: UInt64 = 0
        var width = 3
    }

    /// A method by its name.
    struct Named {
        let name: String
        let summary: String
        let make: @Sendable (Settings) -> any AttributionMethod
    }

    /// All methods, with what each is.
    static let methods = [
        Named(
            name: "fisher",
            summary: "how far each token moves the whole distribution (Jacobian Scopes)"
        ) { FisherScope(rank: $0.rank) },
        Named(
            name: "semantic", summary: "how far each token moves the target's logit (the same)"
        ) { _ in SemanticScope() },
        Named(
            name: "temperature",
            summary: "how far each token moves the logits' common scale (the same)"
        ) { _ in TemperatureScope() },
        Named(
            name: "path-integrated-semantic", summary: "the semantic scope over growing inputs"
        ) { _ in PathIntegratedSemanticScope() },
        Named(
            name: "gradient-norm", summary: "length of the log-probability's gradient"
        ) { _ in GradientNorm() },
        Named(
            name: "input-x-gradient",
            summary: "first-order share of each token in the log-probability, signed"
        ) { _ in InputTimesGradient() },
        Named(
            name: "input-x-gradient-norm", summary: "the same as a length, without sign"
        ) { _ in InputTimesGradient(reading: .norm) },
        Named(
            name: "smoothgrad", summary: "length of the mean gradient at noisy copies"
        ) { SmoothGrad(samples: $0.samples ?? 16, seed: $0.seed) },
        Named(
            name: "smoothgrad-x-input", summary: "the mean gradient times the input, signed"
        ) { SmoothGrad(reading: .dot, samples: $0.samples ?? 16, seed: $0.seed) },
        Named(
            name: "integrated-gradients",
            summary: "the gradient's mean on the way from a mean embedding, signed"
        ) { _ in IntegratedGradients(.logProbability) },
        Named(
            name: "sequential-integrated-gradients",
            summary: "the same for one token after the other, signed"
        ) { _ in SequentialIntegratedGradients(.logProbability) },
        Named(
            name: "discretized-integrated-gradients",
            summary: "the same on a way that bends towards tokens, signed"
        ) { _ in DiscretizedIntegratedGradients(.logProbability) },
        Named(
            name: "gradient-shap", summary: "the same from random tokens, signed"
        ) { GradientSHAP(.logProbability, samples: $0.samples ?? 32, seed: $0.seed) },
        Named(
            name: "leave-one-out-zero",
            summary: "log-probability lost with a token's embedding zero, signed"
        ) { _ in LeaveOneOut() },
        Named(
            name: "leave-one-out-mean-embedding",
            summary: "the same with the mean embedding in its place"
        ) { _ in LeaveOneOut(replacement: .meanEmbedding) },
        Named(
            name: "leave-one-out-attention-mask",
            summary: "the same with the token hidden from later ones"
        ) { _ in LeaveOneOut(replacement: .attentionMask) },
        Named(
            name: "windowed-occlusion-zero", summary: "the same for windows of tokens, zeroed"
        ) { WindowedOcclusion(width: $0.width) },
        Named(
            name: "kernel-shap", summary: "Shapley values of lines, signed"
        ) { KernelSHAP(samples: $0.samples ?? 256, seed: $0.seed) },
        Named(
            name: "lime", summary: "linear model of which lines are there, signed"
        ) { LIME(samples: $0.samples ?? 256, seed: $0.seed) },
        Named(
            name: "value-zeroing-rollout",
            summary: "how tokens mix, by taking their values out of every block"
        ) { _ in ValueZeroing() },
        Named(name: "random", summary: "scores by chance: what a method must beat") {
            RandomAttribution(seed: $0.seed)
        },
    ]

    /// The methods, one a line.
    static var help: String {
        methods.map { method in
            let name = "  " + method.name
            let space = String(repeating: " ", count: max(1, 36 - name.count))
            return name + space + method.summary
        }.joined(separator: "\n")
    }

    init(_ options: ParsedOptions, checksFlags: Bool = true) throws(ToolError) {
        method = try Self.method(
            options["method"] ?? "fisher", options, checksFlags: checksFlags)
    }

    /// A method by its name, whatever `--method` says.
    init(named name: String, _ options: ParsedOptions) throws(ToolError) {
        method = try Self.method(name, options, checksFlags: true)
    }

    /// The methods of a list.
    static func list(
        _ names: String, _ options: ParsedOptions
    ) throws(ToolError) -> [any AttributionMethod] {
        let settings = try settings(options)
        if names == "all" { return methods.map { $0.make(settings) } }
        var list: [any AttributionMethod] = []
        for name in names.split(separator: ",") {
            list.append(try method(String(name), options, checksFlags: false))
        }
        guard !list.isEmpty else { throw .usage("--compare takes methods, or all") }
        return list
    }

    private static func method(
        _ name: String, _ options: ParsedOptions, checksFlags: Bool
    ) throws(ToolError) -> any AttributionMethod {
        // The short name of the first release.
        let name = name == "leave-one-out" ? "leave-one-out-zero" : name
        if checksFlags {
            for (flag, names) in [
                ("rank", ["fisher"]), ("width", ["windowed-occlusion-zero"]),
                (
                    "samples",
                    ["smoothgrad", "smoothgrad-x-input", "gradient-shap", "kernel-shap", "lime"]
                ),
            ] where options.contains(flag) && !names.contains(name) {
                throw .usage("--\(flag) goes with --method \(names.joined(separator: " or "))")
            }
        }
        guard let named = methods.first(where: { $0.name == name }) else {
            let known = methods.map(\.name).joined(separator: ", ")
            throw .usage("a method is one of \(known), not \"\(name)\"")
        }
        return named.make(try settings(options))
    }

    private static func settings(_ options: ParsedOptions) throws(ToolError) -> Settings {
        var settings = Settings()
        if options["rank"] == "full" {
            settings.rank = .full
        } else if let rank = try options.number("rank", as: Int.self) {
            guard rank > 0 else { throw .usage("--rank takes at least 1, or full") }
            settings.rank = .largest(rank)
        }
        settings.samples = try options.number("samples", as: Int.self)
        if let samples = settings.samples, samples < 2 {
            throw .usage("--samples takes at least 2")
        }
        settings.seed = try options.number("seed", as: UInt64.self) ?? 0
        settings.width = try options.number("width", as: Int.self) ?? 3
        guard settings.width > 0 else { throw .usage("--width takes at least 1") }
        return settings
    }
}
