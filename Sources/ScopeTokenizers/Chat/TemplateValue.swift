/// A value while a template is rendered.
///
/// What a template can change (namespaces) or use up (generators) lies in tables of the evaluator
/// and is an index here, so that values form trees and never cycles.
enum TemplateValue: Sendable {
    /// What is not there, with the reason that a use of it is refused for.
    case undefined(String)
    case null
    case bool(Bool)
    case int(Int)
    case double(Double)
    case string(TemplateText)
    case list(TemplateList)
    case dictionary(TemplateDictionary)
    case range(TemplateRange)
    /// What filters such as `map` give: to be walked once, in the table of generators.
    case generator(Int)
    /// A place in the table of namespaces.
    case namespace(Int)
    /// A loop by its number.
    case loop(Int)
    case macro(TemplateMacroReference)
    case function(TemplateFunction)
    /// A method of a value, not called yet.
    indirect case method(TemplateValue, String)

    /// How deep lists and dictionaries are nested in it.
    var depth: Int {
        switch self {
        case .list(let list): list.depth
        case .dictionary(let dictionary): dictionary.depth
        case .method(let receiver, _): receiver.depth + 1
        default: 0
        }
    }

    /// The name that Python's messages give the kind of value.
    var kindName: String {
        switch self {
        case .undefined: "undefined value"
        case .null: "none"
        case .bool: "bool object"
        case .int: "int object"
        case .double: "float object"
        case .string: "str object"
        case .list(let list): "\(list.form.rawValue) object"
        case .dictionary: "dict object"
        case .range: "range object"
        case .generator: "generator object"
        case .namespace: "namespace object"
        case .loop: "loop object"
        case .macro: "macro object"
        case .function, .method: "function object"
        }
    }

    static func string(_ string: String) -> TemplateValue { .string(TemplateText(string)) }
}

/// A sequence with its elements in memory.
struct TemplateList: Sendable {
    enum Form: String {
        case list
        case tuple
        case items = "dict_items"
        case keys = "dict_keys"
        case values = "dict_values"

        /// Whether elements can be asked for by number.
        var isSequence: Bool { self == .list || self == .tuple }
    }

    let form: Form
    let elements: [TemplateValue]
    let depth: Int

    init(_ elements: [TemplateValue], form: Form = .list) {
        self.form = form
        self.elements = elements
        depth = 1 + (elements.lazy.map(\.depth).max() ?? 0)
    }
}

/// Named values in the order of their first mention.
struct TemplateDictionary: Sendable {
    private(set) var keys: [TemplateText] = []
    private(set) var values: [TemplateValue] = []
    private(set) var depth = 1
    private var positions: [TemplateText: Int] = [:]

    var count: Int { keys.count }

    subscript(key: TemplateText) -> TemplateValue? {
        positions[key].map { values[$0] }
    }

    mutating func set(_ key: TemplateText, to value: TemplateValue) {
        depth = max(depth, 1 + value.depth)
        if let position = positions[key] {
            values[position] = value
        } else {
            positions[key] = keys.count
            keys.append(key)
            values.append(value)
        }
    }
}

/// Whole numbers at equal steps.
struct TemplateRange: Sendable, Equatable {
    let start: Int
    let step: Int
    let count: Int

    subscript(position: Int) -> Int { start + position * step }

    /// What the numbers stop before, for the text of it.
    let stop: Int
}

/// A macro together with the scope it was defined in.
struct TemplateMacroReference: Sendable, Equatable {
    let macro: Int
    let scope: Int
    let serial: Int
}

/// The functions that every template can call.
enum TemplateFunction: String, Sendable, CaseIterable {
    case dictionary = "dict"
    case namespace
    case raiseException = "raise_exception"
    case range
    case strftimeNow = "strftime_now"

    /// Names of the reference that no template of the field is known to use.
    static let refused: Set<String> = ["cycler", "joiner", "lipsum", "self"]
}
