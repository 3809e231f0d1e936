internal import ScopeCode
internal import ScopeTrace

extension CodeMutator {
    /// Where a name that stands under these kinds is read.
    private static let readers: Set = [
        "argument_list", "binary_operator", "boolean_operator", "comparison_operator",
        "not_operator", "unary_operator", "return_statement", "subscript", "expression_list",
        "conditional_expression", "list", "tuple", "if_statement", "elif_clause",
        "while_statement", "parenthesized_expression",
    ]

    /// Fields under which a name is read, by the kind of the parent.
    private static let readFields = [
        "attribute": "object", "keyword_argument": "value", "assignment": "right",
        "augmented_assignment": "right", "for_statement": "right", "pair": "value",
        "for_in_clause": "right",
    ]

    /// Fields under which a name is given, by the kind of the parent; empty for any.
    private static let givers = [
        "parameters": "", "default_parameter": "name", "typed_parameter": "",
        "typed_default_parameter": "name", "assignment": "left", "pattern_list": "",
        "for_statement": "left", "as_pattern_target": "", "named_expression": "name",
    ]

    /// Other variables of the function in the place of one that is read: the three that were given
    /// last before it.
    func addNames(at index: Int, to found: inout [CodeMutation]) {
        guard let tree = treeOfRead(index), let function = function(around: index, in: tree)
        else { return }
        let span = tree.nodes[index].span
        let name = source.text[span]
        // Nobody takes the receiver for a variable.
        let receivers = ["self", "cls"].map { Array($0.utf8) }
        guard !receivers.contains(Array(name)) else { return }
        var others: [[UInt8]] = []
        for place in (function + 1..<index).reversed() where others.count < 3 {
            guard gives(place, in: tree) else { continue }
            let other = source.text[tree.nodes[place].span]
            guard other != name, !(others + receivers).contains(Array(other)) else { continue }
            others.append(Array(other))
        }
        for other in others {
            found.append(
                CodeMutation(
                    kind: .wrongVariable, range: span,
                    replacement: String(decoding: other, as: UTF8.self)))
        }
    }

    private func treeOfRead(_ index: Int) -> SyntaxTree? {
        let tree = source.tree
        guard let parent = tree.nodes[index].parent else { return nil }
        let kind = tree.kindName(of: parent)
        let isRead =
            Self.readers.contains(kind)
            || Self.readFields[kind].map { $0 == tree.fieldName(of: index) }
                ?? false
        return isRead ? tree : nil
    }

    private func function(around index: Int, in tree: SyntaxTree) -> Int? {
        var next = tree.nodes[index].parent
        while let place = next {
            if tree.kindName(of: place) == "function_definition" { return place }
            next = tree.nodes[place].parent
        }
        return nil
    }

    private func gives(_ index: Int, in tree: SyntaxTree) -> Bool {
        guard tree.kindName(of: index) == "identifier", let parent = tree.nodes[index].parent,
            let field = Self.givers[tree.kindName(of: parent)]
        else { return false }
        return field.isEmpty || field == tree.fieldName(of: index)
    }
}
