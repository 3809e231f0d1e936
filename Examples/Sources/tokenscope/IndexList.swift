import TokenScope

/// Numbers from 0 as the command line lists them: `0,2-4`.
enum IndexList {
    /// More would be a slip of the finger.
    private static let largest = 1_000_000

    /// A number or two with a dash between, as a range that holds both.
    static func range(_ text: Substring) -> ClosedRange<Int>? {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count <= 2, let first = ends.first.flatMap({ Int($0) }),
            let last = ends.last.flatMap({ Int($0) }), 0 <= first, first <= last, last <= largest
        else { return nil }
        return first...last
    }

    /// The numbers of a list; nil where it is none.
    static func numbers(_ text: String) -> Set<Int>? {
        var numbers: Set<Int> = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let range = range(part) else { return nil }
            numbers.formUnion(range)
        }
        return numbers.isEmpty ? nil : numbers
    }
}

/// What `--layers` names.
enum LayerChoice: Sendable {
    case all
    case last
    case some(Set<Int>)

    init?(_ text: String?) throws(ToolError) {
        switch text {
        case nil: return nil
        case "all": self = .all
        case "last": self = .last
        case let text?:
            guard let numbers = IndexList.numbers(text) else {
                throw .usage("--layers takes all, last or numbers as in 0,2-4, not \"\(text)\"")
            }
            self = .some(numbers)
        }
    }

    func selection(of count: Int) throws(ToolError) -> LayerSelection {
        switch self {
        case .all: return .all
        case .last: return .layers([count - 1])
        case .some(let layers):
            if let layer = LayerSelection.layers(layers).missing(of: count) {
                throw .usage("the model has layers 0 to \(count - 1), no layer \(layer)")
            }
            return .layers(layers)
        }
    }
}

/// What `--heads` names.
enum HeadChoice: Sendable {
    case all
    case mean
    case some(Set<Int>)

    init?(_ text: String?) throws(ToolError) {
        switch text {
        case nil: return nil
        case "all": self = .all
        case "mean": self = .mean
        case let text?:
            guard let numbers = IndexList.numbers(text) else {
                throw .usage("--heads takes all, mean or numbers as in 0,2-4, not \"\(text)\"")
            }
            self = .some(numbers)
        }
    }

    func selection(of count: Int) throws(ToolError) -> HeadSelection {
        switch self {
        case .all: return .all
        case .mean: return .mean
        case .some(let heads):
            if let head = heads.filter({ $0 >= count }).min() {
                throw .usage("the model has query heads 0 to \(count - 1), no head \(head)")
            }
            return .heads(Set(heads.map { QueryHead($0) }))
        }
    }
}
