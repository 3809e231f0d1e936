internal import ScopeTensor
public import ScopeTrace
internal import ScopeTransformer

/// Input × gradient, in its two readings.
public struct InputTimesGradient: AttributionMethod {
    /// How a token's products become one score.
    public enum Reading: String, CaseIterable, Sendable {
        /// The sum over the embedding's scalars: signed, a first-order estimate of what the token
        /// adds to the objective.
        case dot
        /// The length of the elementwise product, as the Jacobian Scopes authors define it.
        case norm
    }

    /// Which number is differentiated.
    public var objective: AttributionObjective
    /// How products become a score.
    public var reading: Reading

    /// The method's name.
    public var name: String { reading == .dot ? "input-x-gradient" : "input-x-gradient-norm" }

    /// Creates the method, by default signed and of the log-probability.
    public init(
        _ objective: AttributionObjective = .logProbability, reading: Reading = .dot
    ) {
        self.objective = objective
        self.reading = reading
    }

    /// Explains predictions; one way back a target.
    ///
    /// - Parameters:
    ///   - targets: Which predictions.
    ///   - text: The text.
    /// - Returns: One attribution a target.
    /// - Throws: ``AttributionFailure``.
    public func attribute(
        _ targets: [AttributionTarget], in text: AttributedText
    ) throws(AttributionFailure) -> [Attribution] {
        try gradientAttributions(
            name, targets, text, settings: ["objective": objective.rawValue],
            isSigned: reading == .dot,
            probe: { (target) throws(AttributionFailure) in try objective.probe(target, text) },
            score: { gradient, embedding in
                let products = zip(gradient, embedding).map { Double($0) * Double($1) }
                switch reading {
                case .dot: return products.reduce(0, +)
                case .norm: return products.reduce(0) { $0 + $1 * $1 }.squareRoot()
                }
            })
    }
}

/// The length of the gradient with respect to each input embedding.
public struct GradientNorm: AttributionMethod {
    /// Which number is differentiated.
    public var objective: AttributionObjective

    /// The method's name.
    public let name = "gradient-norm"

    /// Creates the method, by default of the log-probability.
    public init(_ objective: AttributionObjective = .logProbability) {
        self.objective = objective
    }

    /// Explains predictions; one way back a target.
    ///
    /// - Parameters:
    ///   - targets: Which predictions.
    ///   - text: The text.
    /// - Returns: One attribution a target, unsigned.
    /// - Throws: ``AttributionFailure``.
    public func attribute(
        _ targets: [AttributionTarget], in text: AttributedText
    ) throws(AttributionFailure) -> [Attribution] {
        try gradientAttributions(
            name, targets, text, settings: ["objective": objective.rawValue], isSigned: false,
            probe: { (target) throws(AttributionFailure) in try objective.probe(target, text) },
            score: { gradient, _ in norm(gradient) })
    }
}

/// One probe a target, one score a token from its gradient and its embedding.
func gradientAttributions(
    _ method: String, _ targets: [AttributionTarget], _ text: AttributedText,
    settings: [String: String], isSigned: Bool,
    probe: (CheckedTarget) throws(AttributionFailure) -> GradientProbe<Float>,
    score: (_ gradient: ArraySlice<Float>, _ embedding: ArraySlice<Float>) -> Double
) throws(AttributionFailure) -> [Attribution] {
    var checked: [CheckedTarget] = []
    var probes: [GradientProbe<Float>] = []
    for target in targets {
        let target = try text.checked(target)
        checked.append(target)
        probes.append(try probe(target))
    }
    let gradients = try text.gradients(probes)
    return zip(checked, gradients).map { target, gradient in
        Attribution(
            method: method, settings: settings.merging(target.settings) { $1 },
            target: target.token, targetID: target.id,
            scores: (0...target.row).map { row in
                score(gradient.slice(row), text.embeddings.slice(row))
            }, isSigned: isSigned)
    }
}

extension Tensor {
    /// A row as a slice of the storage.
    func slice(_ row: Int) -> ArraySlice<Scalar> {
        storage[row * columns..<(row + 1) * columns]
    }
}

/// The Euclidean length, in `Double`.
func norm(_ values: ArraySlice<Float>) -> Double {
    values.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
}
