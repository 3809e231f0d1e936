import TokenScope

/// A method with the settings that the benchmark gives it.
struct BenchedMethod {
    let label: String
    var method: any AttributionMethod
    /// Whether it is quick enough to be repeated on noisy copies.
    var isQuick = true

    /// Every method of the library; all explain the logarithm of the probability where they take a
    /// choice, except the scopes, which are as published.
    static let all = [
        BenchedMethod(label: "random", method: RandomAttribution()),
        BenchedMethod(label: "semantic", method: SemanticScope()),
        BenchedMethod(label: "temperature", method: TemperatureScope()),
        BenchedMethod(label: "fisher, k = 1", method: FisherScope(rank: .largest(1))),
        BenchedMethod(label: "fisher, k = 4", method: FisherScope()),
        BenchedMethod(label: "path-integrated-semantic", method: PathIntegratedSemanticScope()),
        BenchedMethod(label: "gradient-norm", method: GradientNorm()),
        BenchedMethod(label: "input-x-gradient", method: InputTimesGradient()),
        BenchedMethod(
            label: "input-x-gradient-norm", method: InputTimesGradient(reading: .norm)),
        BenchedMethod(label: "smoothgrad", method: SmoothGrad()),
        BenchedMethod(label: "smoothgrad-x-input", method: SmoothGrad(reading: .dot)),
        BenchedMethod(
            label: "integrated-gradients, mean",
            method: IntegratedGradients(.logProbability, rule: .gaussLegendre(16))),
        BenchedMethod(
            label: "integrated-gradients, zero",
            method: IntegratedGradients(
                .logProbability, baseline: .zero, rule: .logarithmic(32, from: 1e-4)),
            isQuick: false),
        BenchedMethod(
            label: "sequential-integrated-gradients",
            method: SequentialIntegratedGradients(.logProbability, rule: .gaussLegendre(3)),
            isQuick: false),
        BenchedMethod(
            label: "discretized-integrated-gradients",
            method: DiscretizedIntegratedGradients(.logProbability, steps: 8), isQuick: false),
        BenchedMethod(
            label: "gradient-shap", method: GradientSHAP(.logProbability), isQuick: false),
        BenchedMethod(label: "leave-one-out-zero", method: LeaveOneOut()),
        BenchedMethod(
            label: "leave-one-out-mean-embedding",
            method: LeaveOneOut(replacement: .meanEmbedding)),
        BenchedMethod(
            label: "leave-one-out-attention-mask",
            method: LeaveOneOut(replacement: .attentionMask)),
        BenchedMethod(label: "windowed-occlusion-zero, 3", method: WindowedOcclusion()),
        BenchedMethod(
            label: "kernel-shap, lines", method: KernelSHAP(samples: 128), isQuick: false),
        BenchedMethod(label: "lime, lines", method: LIME(samples: 128), isQuick: false),
        BenchedMethod(label: "value-zeroing-rollout", method: ValueZeroing(), isQuick: false),
    ]

    /// Those whose labels or names are given; all where nothing is.
    static func chosen(_ names: String?) -> [BenchedMethod] {
        guard let names else { return all }
        let wanted = Set(names.split(separator: ",").map(String.init))
        return all.filter { wanted.contains($0.label) || wanted.contains($0.method.name) }
    }
}
