/// What can stand behind `|`.
struct TemplateFilter: Sendable {
    typealias Body =
        @Sendable (inout TemplateEvaluator, TemplateValue, TemplateBindings)
        throws(TemplateFault) -> TemplateValue

    let name: String
    /// The parameters; nil if the filter takes what it is given.
    let parameters: [String]?
    /// How many of the parameters must be given.
    let required: Int
    private let body: Body

    init(
        _ name: String, _ parameters: [String]? = [], required: Int = 0, _ body: @escaping Body
    ) {
        self.name = name
        self.parameters = parameters
        self.required = required
        self.body = body
    }

    func apply(
        to value: TemplateValue, _ arguments: TemplateArguments,
        in evaluator: inout TemplateEvaluator
    ) throws(TemplateFault) -> TemplateValue {
        try evaluator.charge(TemplateLimits.step + value.size + arguments.size)
        guard let parameters else {
            return try body(&evaluator, value, TemplateBindings(all: arguments))
        }
        let bindings = try arguments.bound(
            to: parameters, required: required, in: "the filter '\(name)'")
        return try body(&evaluator, value, bindings)
    }

    /// All filters by name.
    static let named: [String: TemplateFilter] = Dictionary(
        uniqueKeysWithValues: (onText + onNumbers + onSequences + onMembers)
            .map { ($0.name, $0) })
}
