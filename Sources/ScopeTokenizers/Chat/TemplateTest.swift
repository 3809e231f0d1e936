/// What can stand behind `is`.
struct TemplateTest: Sendable {
    typealias Body =
        @Sendable (inout TemplateEvaluator, TemplateValue, TemplateBindings)
        throws(TemplateFault) -> Bool

    let name: String
    /// The parameters, all of them required.
    let parameters: [String]
    private let body: Body

    private init(_ name: String, _ parameters: [String] = [], _ body: @escaping Body) {
        self.name = name
        self.parameters = parameters
        self.body = body
    }

    func holds(
        for value: TemplateValue, _ arguments: TemplateArguments,
        in evaluator: inout TemplateEvaluator
    ) throws(TemplateFault) -> Bool {
        let bindings = try arguments.bound(
            to: parameters, required: parameters.count, in: "the test '\(name)'")
        return try body(&evaluator, value, bindings)
    }

    /// All tests by name.
    static let named: [String: TemplateTest] = Dictionary(
        uniqueKeysWithValues: (kinds + comparisons + others).map { ($0.name, $0) })

    private static func kind(
        _ name: String, _ isOfKind: @escaping @Sendable (TemplateValue) -> Bool
    ) -> TemplateTest {
        TemplateTest(name) { _, value, _ in isOfKind(value) }
    }

    private static let kinds = [
        kind("boolean") { if case .bool = $0 { true } else { false } },
        kind("callable") {
            switch $0 {
            case .macro, .function, .method, .undefined: true
            default: false
            }
        },
        kind("defined") { if case .undefined = $0 { false } else { true } },
        kind("false") { if case .bool(false) = $0 { true } else { false } },
        kind("float") { if case .double = $0 { true } else { false } },
        kind("integer") { if case .int = $0 { true } else { false } },
        kind("iterable") {
            switch $0 {
            case .undefined, .string, .list, .dictionary, .range, .generator, .loop: true
            default: false
            }
        },
        kind("mapping") { if case .dictionary = $0 { true } else { false } },
        kind("none") { if case .null = $0 { true } else { false } },
        kind("number") { TemplateNumber($0) != nil },
        kind("sequence") {
            switch $0 {
            case .undefined, .string, .dictionary, .range: true
            case .list(let list): list.form.isSequence
            default: false
            }
        },
        kind("string") { if case .string = $0 { true } else { false } },
        kind("true") { if case .bool(true) = $0 { true } else { false } },
        kind("undefined") { if case .undefined = $0 { true } else { false } },
    ]

    private static func comparison(
        _ name: String, _ comparison: TemplateExpression.Comparison
    ) -> TemplateTest {
        TemplateTest(name, ["other"]) { evaluator, value, bindings throws(TemplateFault) in
            try evaluator.holds(comparison, value, bindings[0] ?? .null)
        }
    }

    private static let comparisons = [
        comparison("==", .equal), comparison("eq", .equal), comparison("equalto", .equal),
        comparison("!=", .notEqual), comparison("ne", .notEqual),
        comparison(">", .greater), comparison("gt", .greater), comparison("greaterthan", .greater),
        comparison(">=", .greaterOrEqual), comparison("ge", .greaterOrEqual),
        comparison("<", .less), comparison("lt", .less), comparison("lessthan", .less),
        comparison("<=", .lessOrEqual), comparison("le", .lessOrEqual),
        comparison("in", .contained),
    ]

    private static let others = [
        TemplateTest("divisibleby", ["number"]) {
            evaluator, value, bindings throws(TemplateFault) in
            try remainder(of: value, by: bindings[0] ?? .null, in: &evaluator) == 0
        },
        TemplateTest("even") { evaluator, value, _ throws(TemplateFault) in
            try remainder(of: value, by: .int(2), in: &evaluator) == 0
        },
        TemplateTest("odd") { evaluator, value, _ throws(TemplateFault) in
            try remainder(of: value, by: .int(2), in: &evaluator) == 1
        },
        TemplateTest("lower") { evaluator, value, _ throws(TemplateFault) in
            try isCased(evaluator.text(of: value), in: &evaluator) {
                $0.isUppercase || $0.generalCategory == .titlecaseLetter
            }
        },
        TemplateTest("upper") { evaluator, value, _ throws(TemplateFault) in
            try isCased(evaluator.text(of: value), in: &evaluator) {
                $0.isLowercase || $0.generalCategory == .titlecaseLetter
            }
        },
        TemplateTest("sameas", ["other"]) { evaluator, value, bindings throws(TemplateFault) in
            switch (value, bindings[0] ?? .null) {
            case (.bool(let left), .bool(let right)): return left == right
            case (.null, .null): return true
            case (.bool, _), (.null, _), (_, .bool), (_, .null): return false
            default: throw .unsupported("the test 'sameas' of other values than constants")
            }
        },
        TemplateTest("filter") { _, value, _ throws(TemplateFault) in
            guard case .string(let name) = value else { return false }
            return TemplateFilter.named[name.string] != nil
        },
        TemplateTest("test") { _, value, _ throws(TemplateFault) in
            guard case .string(let name) = value else { return false }
            return named[name.string] != nil
        },
    ]

    private static func remainder(
        of value: TemplateValue, by divisor: TemplateValue, in evaluator: inout TemplateEvaluator
    ) throws(TemplateFault) -> Double {
        let number = try evaluator.number(value, for: "a test")
        let divisor = try evaluator.number(divisor, for: "a test")
        let remainder = try TemplateNumber.apply(.modulo, number, divisor)
        return try evaluator.number(remainder, for: "a test").double
    }

    /// Whether there are cased characters and none of the wrong case.
    private static func isCased(
        _ text: TemplateText, in evaluator: inout TemplateEvaluator,
        _ isWrong: (Unicode.Scalar.Properties) -> Bool
    ) throws(TemplateFault) -> Bool {
        try evaluator.charge(2 * text.utf8.count)
        var hasCased = false
        for scalar in text.scalars {
            let properties = scalar.properties
            if isWrong(properties) { return false }
            hasCased = hasCased || properties.isLowercase || properties.isUppercase
        }
        return hasCased
    }
}
