/// How ``SecretsDetector`` weighs signals; a score of fitted weights is the probability that a string was in the
/// training data, among random strings of which as many were as were not.
public typealias SecretModel = DetectorModel<SecretSignals>

extension DetectorModel<SecretSignals> {
    /// Weights set by hand, by the direction in which each signal speaks; so a score is no probability.
    ///
    /// `Scripts/audit-evaluation --secrets` fits weights on canaries planted in a tuned copy of the embedded model.
    public static var tinyPython: SecretModel { tinyPythonModel }
}

private let tinyPythonModel = SecretModel(builtIn: tinyPythonText)

private let tinyPythonText = """
    intercept -3
    note 0.5
    warning 0.9
    probability 3
    settled 2
    advantage 2
    entropy.ratio 0
    surprisal -0.5
    contrast 0.5
    pairs 0
    entropy.token -0.2
    """
