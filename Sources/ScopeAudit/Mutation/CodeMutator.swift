public import ScopeCode
internal import ScopeTrace

/// Finds the places of a Python program where a small change would likely be a defect.
///
/// For measuring a detector of defects on code of one's own: the operators are those that mutation testing
/// has used since DeMillo, Lipton and Sayward (1978). Changes are found in the syntax tree and stay within a line;
/// whether the changed text still parses is for the caller to see, and almost all do.
public struct CodeMutator: Sendable {
    let source: SyntaxSource

    /// Takes a program.
    ///
    /// - Parameter source: Python code with its tree; of another language nothing is found.
    public init(_ source: SyntaxSource) { self.source = source }

    /// All changes, in the order of the text.
    ///
    /// - Complexity: O(nodes × depth).
    public func mutations() -> [CodeMutation] {
        guard source.tree.language == "python" else { return [] }
        var found: [CodeMutation] = []
        for index in source.tree.nodes.indices { add(at: index, to: &found) }
        return found.filter { mutation in
            !source.text[mutation.range].contains(UInt8(ascii: "\n")) && !mutation.range.isEmpty
        }
    }

    private var tree: SyntaxTree { source.tree }

    private func kind(_ index: Int) -> String { tree.kindName(of: index) }

    private func text(_ index: Int) -> String {
        String(decoding: source.text[tree.nodes[index].span], as: UTF8.self)
    }

    private func add(at index: Int, to found: inout [CodeMutation]) {
        let node = tree.nodes[index]
        switch kind(index) {
        case "comparison_operator", "binary_operator", "augmented_assignment":
            for child in tree.children(of: index) where !tree.nodes[child].traits.contains(.named) {
                swap(child, to: &found)
            }
        case "boolean_operator": addParts(of: index, to: &found)
        case "not_operator":
            if let argument = tree.child("argument", of: index) {
                let start = tree.nodes[argument].span.lowerBound
                found.append(
                    CodeMutation(
                        kind: .droppedCondition, range: node.span.lowerBound..<start,
                        replacement: ""))
            }
        case "true", "false":
            found.append(
                CodeMutation(
                    kind: .operatorSwap, range: node.span,
                    replacement: kind(index) == "true" ? "False" : "True"))
        case "integer":
            if let number = Int(text(index)) {
                for other in [number + 1, number - 1] where other >= 0 {
                    found.append(
                        CodeMutation(kind: .offByOne, range: node.span, replacement: "\(other)"))
                }
            }
        case "identifier": addNames(at: index, to: &found)
        default: break
        }
    }

    private static let swaps = [
        "==": "!=", "!=": "==", "<": ">", ">": "<", "<=": ">=", ">=": "<=", "is": "is not",
        "is not": "is", "in": "not in", "not in": "in", "+": "-", "-": "+", "*": "+", "/": "*",
        "//": "*", "%": "//", "<<": ">>", ">>": "<<", "&": "|", "|": "&", "+=": "-=", "-=": "+=",
        "*=": "+=", "and": "or", "or": "and",
    ]

    private static let bounds = ["<": "<=", "<=": "<", ">": ">=", ">=": ">"]

    private func swap(_ index: Int, to found: inout [CodeMutation]) {
        let span = tree.nodes[index].span
        if let other = Self.swaps[text(index)] {
            found.append(CodeMutation(kind: .operatorSwap, range: span, replacement: other))
        }
        if let other = Self.bounds[text(index)] {
            found.append(CodeMutation(kind: .offByOne, range: span, replacement: other))
        }
    }

    /// `a and b` as `a or b`, as `a`, and as `b`.
    private func addParts(of index: Int, to found: inout [CodeMutation]) {
        guard let left = tree.child("left", of: index), let right = tree.child("right", of: index)
        else { return }
        if let word = tree.child("operator", of: index) { swap(word, to: &found) }
        let (first, second) = (tree.nodes[left].span, tree.nodes[right].span)
        for range in [first.upperBound..<second.upperBound, first.lowerBound..<second.lowerBound] {
            found.append(
                CodeMutation(kind: .droppedCondition, range: range, replacement: ""))
        }
    }
}
