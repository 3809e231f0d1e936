import TokenScope

/// What `--observe` takes about hidden states, beside the options of attention.
struct HiddenStateOptions: Sendable {
    /// The logit that `dla` takes apart.
    let target: LogitTarget
    /// The least share that `information-flow` follows; nil where the options do not say.
    let threshold: Double?
    /// The file of a tuned lens.
    let lensPath: String?
    /// The tokens that `lens` keeps of each layer.
    let count: Int

    static let flags = [
        Flag(
            name: "lens-file", value: "FILE",
            help: "for lens: read layers through this tuned lens (safetensors)"),
        Flag(
            name: "target", value: "TARGET",
            help:
                "for dla: whose logit is taken apart: actual (default), margin (actual less the "
                + "most probable other), an id, \"actual,ID\" or \"ID,ID\" (the first less the "
                + "second)"),
        Flag(
            name: "threshold", value: "SHARE",
            help: "for information-flow: the least share that is followed (default 0.04)"),
    ]

    init(_ options: ParsedOptions, _ names: [ObservedName], top: Int?) throws(ToolError) {
        let owners: [(String, ObservedName)] = [
            ("lens-file", .lens), ("target", .dla), ("threshold", .informationFlow),
        ]
        for (flag, name) in owners where options.contains(flag) && !names.contains(name) {
            throw .usage("--\(flag) goes with --observe \(name.rawValue)")
        }
        target = try Self.target(options["target"])
        threshold = try options.number("threshold", as: Double.self)
        if let threshold, !(threshold >= 0 && threshold < 1) {
            throw .usage("--threshold takes a share from 0 to below 1")
        }
        lensPath = options["lens-file"]
        count = top ?? 5
        guard count > 0 || !names.contains(.lens) else {
            throw .usage("lens keeps at least one token a layer: --top takes at least 1")
        }
    }

    private static func target(_ text: String?) throws(ToolError) -> LogitTarget {
        guard let text else { return .actual }
        switch text {
        case "actual": return .actual
        case "margin": return .margin
        default: break
        }
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        let ids = parts.map { Int($0) }
        if parts.count == 1, let id = ids[0], id >= 0 { return .token(id) }
        if parts.count == 2, let second = ids[1], second >= 0 {
            if parts[0] == "actual" { return .actualAgainst(second) }
            if let first = ids[0], first >= 0 { return .difference(first, second) }
        }
        throw .usage("--target takes actual, margin, an id, or two as in 5,9, not \"\(text)\"")
    }

    /// The tuned lens, where one is named.
    func lens(for shape: DecoderConfiguration) throws(ToolError) -> TunedLens? {
        guard let lensPath else { return nil }
        do {
            return try TunedLens(try FileContents.open(lensPath), for: shape)
        } catch {
            throw .input("\(error)")
        }
    }
}

extension ObservedName {
    /// The observers of a name that is about hidden states; nil for the others.
    func hiddenStateObservers(_ choice: Choice) throws(ToolError) -> [any DecodingObserver]? {
        let (context, states) = (choice.context, choice.states)
        do throws(InspectionFailure) {
            switch self {
            case .hiddenStates:
                return [HiddenStateObserver(layers: choice.layers, tokens: choice.tokens)]
            case .lens: break
            case .residual: return [ResidualObserver(tokens: choice.tokens)]
            case .dla:
                return [
                    try LogitAttributionObserver(
                        context, target: states.target, isByHead: choice.heads == .all,
                        tokens: choice.tokens)
                ]
            case .informationFlow:
                guard let tokens = choice.tokens else { return [] }
                return [
                    try InformationFlowObserver(
                        context, tokens: tokens, threshold: states.threshold ?? 0.04)
                ]
            default: return nil
            }
        } catch {
            throw .input("\(error)")
        }
        let lens = try states.lens(for: context.configuration)
        do {
            return [
                try LensObserver(
                    context, lens: lens, layers: choice.layers, tokens: choice.tokens,
                    count: states.count)
            ]
        } catch {
            throw .input("\(error)")
        }
    }

    /// What the names of rows about hidden states begin with.
    var hiddenStateStems: [String] {
        switch self {
        case .hiddenStates: return ["hidden_state_l"]
        case .lens:
            // Ids, and the layer at which the last choice leads, are no rows and stay in the text.
            return LensKind.allCases.flatMap { kind in
                [
                    kind.rawValue + "_probabilities_l", kind.divergence.name, kind.entropy.name,
                    kind.probability.name, kind.rank.name,
                ]
            }
        case .residual:
            return [MetricKey.residualNorm.name, MetricKey.residualCosine.name]
        case .dla:
            return [
                MetricKey.logitFromAttention.name, MetricKey.logitFromFeedForward.name,
                MetricKey.logitFromBias.name, "logit_from_heads_l",
            ]
        case .informationFlow: return [MetricKey.informationFlow.name]
        default: return []
        }
    }
}
