import TokenScope

/// The method that the command line asks for.
struct AttributionChoice {
    let method: any AttributionMethod

    /// The names of methods, with what each is.
    private static let methods: [(name: String, summary: String)] = [
        ("fisher", "how far each token moves the whole distribution (Jacobian Scopes)"),
        ("semantic", "how far each token moves the target's logit (Jacobian Scopes)"),
        ("temperature", "how far each token moves the logits' common scale (Jacobian Scopes)"),
        ("input-x-gradient", "first-order share of each token in the log-probability, signed"),
        ("gradient-norm", "length of the log-probability's gradient"),
        ("integrated-gradients", "the gradient's mean on the way from a mean embedding, signed"),
        ("leave-one-out", "log-probability lost when a token's embedding is zero, signed"),
    ]

    /// The methods, one a line.
    static var help: String {
        methods.map { method in
            "  " + method.name + String(repeating: " ", count: 24 - method.name.count)
                + method.summary
        }.joined(separator: "\n")
    }

    init(_ options: ParsedOptions) throws(ToolError) {
        let name = options["method"] ?? "fisher"
        guard name == "fisher" || !options.contains("rank") else {
            throw .usage("--rank goes with --method fisher")
        }
        switch name {
        case "fisher": method = FisherScope(rank: try Self.rank(options))
        case "semantic": method = SemanticScope()
        case "temperature": method = TemperatureScope()
        case "input-x-gradient": method = InputTimesGradient()
        case "gradient-norm": method = GradientNorm()
        case "integrated-gradients": method = IntegratedGradients(.logProbability)
        case "leave-one-out": method = LeaveOneOut()
        default:
            let known = Self.methods.map(\.name).joined(separator: ", ")
            throw .usage("--method takes one of \(known), not \"\(name)\"")
        }
    }

    private static func rank(_ options: ParsedOptions) throws(ToolError) -> FisherScope.Rank {
        if options["rank"] == "full" { return .full }
        let rank = try options.number("rank", as: Int.self) ?? 4
        guard rank > 0 else { throw .usage("--rank takes at least 1, or full") }
        return .largest(rank)
    }
}
