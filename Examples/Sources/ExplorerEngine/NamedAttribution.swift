package import TokenScope

/// A method of attribution by its name, with the settings that it takes.
package struct NamedAttribution: Sendable {
    /// What a caller may say of a method.
    package struct Settings: Sendable {
        /// Directions that Fisher scopes follow back.
        package var rank = FisherScope.Rank.largest(4)
        /// Copies or coalitions; nil for the method's own number.
        package var samples: Int?
        /// What all draws are a function of.
        package var seed: UInt64 = 0
        /// Tokens of a window.
        package var width = 3

        package init() {}
    }

    package let name: String
    package let summary: String
    package let make: @Sendable (Settings) -> any AttributionMethod

    /// All methods, with what each is.
    package static let all = [
        NamedAttribution(
            name: "fisher",
            summary: "how far each token moves the whole distribution (Jacobian Scopes)"
        ) { FisherScope(rank: $0.rank) },
        NamedAttribution(
            name: "semantic", summary: "how far each token moves the target's logit (the same)"
        ) { _ in SemanticScope() },
        NamedAttribution(
            name: "temperature",
            summary: "how far each token moves the logits' common scale (the same)"
        ) { _ in TemperatureScope() },
        NamedAttribution(
            name: "path-integrated-semantic", summary: "the semantic scope over growing inputs"
        ) { _ in PathIntegratedSemanticScope() },
        NamedAttribution(
            name: "gradient-norm", summary: "length of the log-probability's gradient"
        ) { _ in GradientNorm() },
        NamedAttribution(
            name: "input-x-gradient",
            summary: "first-order share of each token in the log-probability, signed"
        ) { _ in InputTimesGradient() },
        NamedAttribution(
            name: "input-x-gradient-norm", summary: "the same as a length, without sign"
        ) { _ in InputTimesGradient(reading: .norm) },
        NamedAttribution(
            name: "smoothgrad", summary: "length of the mean gradient at noisy copies"
        ) { SmoothGrad(samples: $0.samples ?? 16, seed: $0.seed) },
        NamedAttribution(
            name: "smoothgrad-x-input", summary: "the mean gradient times the input, signed"
        ) { SmoothGrad(reading: .dot, samples: $0.samples ?? 16, seed: $0.seed) },
        NamedAttribution(
            name: "integrated-gradients",
            summary: "the gradient's mean on the way from a mean embedding, signed"
        ) { _ in IntegratedGradients(.logProbability) },
        NamedAttribution(
            name: "sequential-integrated-gradients",
            summary: "the same for one token after the other, signed"
        ) { _ in SequentialIntegratedGradients(.logProbability) },
        NamedAttribution(
            name: "discretized-integrated-gradients",
            summary: "the same on a way that bends towards tokens, signed"
        ) { _ in DiscretizedIntegratedGradients(.logProbability) },
        NamedAttribution(
            name: "gradient-shap", summary: "the same from random tokens, signed"
        ) { GradientSHAP(.logProbability, samples: $0.samples ?? 32, seed: $0.seed) },
        NamedAttribution(
            name: "leave-one-out-zero",
            summary: "log-probability lost with a token's embedding zero, signed"
        ) { _ in LeaveOneOut() },
        NamedAttribution(
            name: "leave-one-out-mean-embedding",
            summary: "the same with the mean embedding in its place"
        ) { _ in LeaveOneOut(replacement: .meanEmbedding) },
        NamedAttribution(
            name: "leave-one-out-attention-mask",
            summary: "the same with the token hidden from later ones"
        ) { _ in LeaveOneOut(replacement: .attentionMask) },
        NamedAttribution(
            name: "windowed-occlusion-zero", summary: "the same for windows of tokens, zeroed"
        ) { WindowedOcclusion(width: $0.width) },
        NamedAttribution(
            name: "kernel-shap", summary: "Shapley values of lines, signed"
        ) { KernelSHAP(samples: $0.samples ?? 256, seed: $0.seed) },
        NamedAttribution(
            name: "lime", summary: "linear model of which lines are there, signed"
        ) { LIME(samples: $0.samples ?? 256, seed: $0.seed) },
        NamedAttribution(
            name: "value-zeroing-rollout",
            summary: "how tokens mix, by taking their values out of every block"
        ) { _ in ValueZeroing() },
        NamedAttribution(name: "random", summary: "scores by chance: what a method must beat") {
            RandomAttribution(seed: $0.seed)
        },
    ]
}
