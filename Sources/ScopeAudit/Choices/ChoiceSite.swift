public import ScopeCode
internal import ScopeTrace

/// A place of a text where an insecure or a safe form stands.
public struct ChoiceSite: Hashable, Sendable {
    /// The choice; of forms that are spelled alike in the document, the first.
    public var choice: ChoiceTable.Choice
    /// The form that stands there, as the table has it.
    public var form: String
    /// Whether the form is an insecure one.
    public var isInsecure: Bool
    /// The bytes of the call.
    public var call: Range<Int>
    /// The bytes of the form.
    public var span: Range<Int>
    /// The byte from which on the forms differ.
    public var start: Int
    /// What each insecure form has there, with what ends it.
    public var insecureTexts: [String]
    /// What each safe form has there, with what ends it.
    public var safeTexts: [String]
}

extension ChoiceTable {
    /// The places of a document where one of the table's forms stands.
    ///
    /// - Parameter source: A document of the table's language.
    /// - Returns: The places in the order of the text.
    /// - Complexity: O(nodes × choices).
    public func sites(in source: SyntaxSource) -> [ChoiceSite] {
        let tree = source.tree
        let calls = Set(names["calls"] ?? [])
        let imports = ImportedNames(source, names)
        var sites: [ChoiceSite] = []
        for index in tree.nodes.indices where calls.contains(tree.kindName(of: index)) {
            guard index > 0 || tree.nodes.count > 1,
                let callee = (names["callee"] ?? []).lazy.compactMap({ tree.child($0, of: index) })
                    .first ?? tree.children(of: index).first
            else { continue }
            let arguments = (names["arguments"] ?? []).lazy
                .compactMap { tree.child($0, of: index) }.first
            for choice in choices {
                if let site = site(of: choice, at: index, callee, arguments, source, imports) {
                    sites.append(site)
                }
            }
        }
        return sites.sorted { ($0.start, $0.call.lowerBound) < ($1.start, $1.call.lowerBound) }
    }

    private func site(
        of choice: Choice, at call: Int, _ callee: Int, _ arguments: Int?, _ source: SyntaxSource,
        _ imports: ImportedNames
    ) -> ChoiceSite? {
        let tree = source.tree
        func text(_ index: Int) -> String {
            String(decoding: source.text[tree.nodes[index].span], as: UTF8.self)
        }
        let span = tree.nodes[call].span
        switch choice.place {
        case .callee:
            let name = text(callee)
            let meanings = imports.meanings(of: name)
            guard let form = (choice.insecure + choice.safe).first(where: meanings.contains) else {
                return nil
            }
            let isInsecure =
                choice.insecure.contains(form)
                && !(exceptions[choice.rule] ?? []).contains {
                    arguments.map(text)?.contains($0) ?? false
                }
            // Two forms are one where either of two modules has the same name.
            var seen: Set<String> = []
            func spelled(_ forms: inout [String]) -> [String] {
                let all = forms.map { ($0, imports.spelling(of: $0, like: name)) }
                let kept = all.filter { seen.insert($0.1).inserted }
                forms = kept.map(\.0)
                return kept.map(\.1)
            }
            var choice = choice
            let (insecure, safe) = (spelled(&choice.insecure), spelled(&choice.safe))
            let common = Self.commonQualifier(insecure + safe)
            let own = tree.nodes[callee].span
            return ChoiceSite(
                choice: choice, form: form, isInsecure: isInsecure, call: span, span: own,
                start: own.lowerBound + common.utf8.count,
                insecureTexts: insecure.map { $0.dropFirst(common.count) + "(" },
                safeTexts: safe.map { $0.dropFirst(common.count) + "(" })
        case .argument(let keyword):
            guard let arguments else { return nil }
            for child in tree.children(of: arguments)
            where (names["keyword"] ?? []).contains(tree.kindName(of: child)) {
                guard let name = tree.child("name", of: child), text(name) == keyword,
                    let value = tree.child("value", of: child)
                else { continue }
                let form = text(value)
                guard choice.insecure.contains(form) || choice.safe.contains(form) else { continue }
                return ChoiceSite(
                    choice: choice, form: form, isInsecure: choice.insecure.contains(form),
                    call: span, span: tree.nodes[child].span,
                    start: tree.nodes[value].span.lowerBound, insecureTexts: choice.insecure,
                    safeTexts: choice.safe)
            }
            return nil
        case .format(let methods):
            let name = text(callee)
            let last = name.split(separator: ".").last.map(String.init) ?? name
            guard name.contains("."), methods.contains(last), let arguments,
                let first = tree.children(of: arguments).first(where: {
                    tree.nodes[$0].traits.contains(.named)
                }), let isBuilt = isBuilt(first, in: tree)
            else { return nil }
            return ChoiceSite(
                choice: choice, form: last, isInsecure: isBuilt, call: span,
                span: tree.nodes[first].span, start: tree.nodes[first].span.lowerBound,
                insecureTexts: choice.insecure, safeTexts: choice.safe)
        }
    }

    /// Whether an argument is a text that is built in place; nil where it is no text.
    private func isBuilt(_ index: Int, in tree: SyntaxTree) -> Bool? {
        let strings = Set(names["string"] ?? [])
        let interpolations = Set(names["interpolation"] ?? [])
        let kind = tree.kindName(of: index)
        if strings.contains(kind) {
            return (index..<tree.nodes[index].end).contains {
                interpolations.contains(tree.kindName(of: $0))
            }
        }
        // "…" % x, "…" + x, "…".format(x): a text first, and something done to it.
        guard kind == "binary_operator" || kind == "binary_expression" || kind == "call",
            (index..<tree.nodes[index].end).prefix(4).contains(where: {
                strings.contains(tree.kindName(of: $0))
            })
        else { return nil }
        return (index..<tree.nodes[index].end).contains {
            tree.nodes[$0].end == $0 + 1 && tree.kindName(of: $0) == "identifier"
        }
    }

    /// What all names have in common up to a point.
    private static func commonQualifier(_ names: [String]) -> String {
        guard let first = names.first else { return "" }
        var common = ""
        var start = first.startIndex
        while let point = first[start...].firstIndex(of: ".") {
            let next = first.index(after: point)
            let prefix = String(first[..<next])
            guard names.allSatisfy({ $0.hasPrefix(prefix) }) else { break }
            common = prefix
            start = next
        }
        return common
    }
}
