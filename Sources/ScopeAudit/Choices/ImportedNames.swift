internal import ScopeCode
internal import ScopeTrace

/// What the names of a document mean by its imports, wherever in it they stand.
///
/// A name that a function or an assignment takes for something else is not told apart.
struct ImportedNames {
    /// By name in the document, what it may stand for, with all modules; several where imports are tried in turn.
    private var meanings: [String: [String]] = [:]
    /// Whether names may come from elsewhere: nothing is imported, or everything that a module has.
    private let isOpen: Bool
    private let builtIns: Set<String>

    /// Reads a document's imports.
    ///
    /// - Parameters:
    ///   - source: The document.
    ///   - names: The grammar's names for imports and what is built in, from a ``ChoiceTable``; without them
    ///     names stand for themselves.
    init(_ source: SyntaxSource, _ names: [String: [String]]) {
        builtIns = Set(names["built-in"] ?? [])
        let (plain, from) = (Set(names["import"] ?? []), Set(names["import-from"] ?? []))
        let everything = Set(names["import-all"] ?? [])
        let tree = source.tree
        func text(_ index: Int) -> String {
            String(decoding: source.text[tree.nodes[index].span], as: UTF8.self)
                .filter { !$0.isWhitespace }
        }
        var hasImports = false
        var hasEverything = false
        for index in tree.nodes.indices {
            let kind = tree.kindName(of: index)
            if everything.contains(kind) { hasEverything = true }
            guard plain.contains(kind) || from.contains(kind) else { continue }
            hasImports = true
            let module = from.contains(kind) ? tree.child("module_name", of: index).map(text) : nil
            if from.contains(kind), module == nil { continue }
            for child in tree.children(of: index) where tree.fieldName(of: child) == "name" {
                let name = text(tree.child("name", of: child) ?? child)
                let alias = tree.child("alias", of: child).map(text)
                if let module {
                    meanings[alias ?? name, default: []].append("\(module).\(name)")
                } else if let alias {
                    meanings[alias, default: []].append(name)
                } else {
                    let head = String(name.prefix { $0 != "." })
                    meanings[head, default: []].append(head)
                }
            }
        }
        isOpen = !hasImports || hasEverything
    }

    /// What a name with dots may stand for; none where it is nothing that was imported or is built in.
    func meanings(of name: String) -> [String] {
        let head = String(name.prefix { $0 != "." })
        if let known = meanings[head] { return known.map { $0 + name.dropFirst(head.count) } }
        return isOpen || builtIns.contains(name) ? [name] : []
    }

    /// How a form is spelled in the document.
    ///
    /// - Parameters:
    ///   - form: The form with all modules.
    ///   - neighbour: A name in the document, whose first part is taken where it fits.
    /// - Returns: The form as it would stand there; with all modules where none of it was imported.
    func spelling(of form: String, like neighbour: String) -> String {
        let head = String(neighbour.prefix { $0 != "." })
        for name in [head] + meanings.keys.sorted() {
            for meaning in meanings[name] ?? [] {
                if form == meaning { return name }
                if form.hasPrefix(meaning + ".") { return name + form.dropFirst(meaning.count) }
            }
        }
        return form
    }
}
