import ScopeCode
import TokenScope

extension Command {
    static let grammar = Command(
        name: "grammar",
        operands: "install [LANGUAGE...] | list | path",
        summary: "install and list the grammars that syntax needs",
        discussion: """
            install   build grammars from their source packages at pinned versions and hashes, with pip
                      and a C compiler, into the user's data folder; without LANGUAGE all of c, cpp, go,
                      java, javascript, python, rust, swift, tsx, typescript
            list      the grammars that are found, each with its version, its queries and its file, or
                      why it is not used
            path      the places that are searched, in order

            A grammar is code that runs in the process. Only a file that belongs to you or to root and
            that nobody else can write or replace is loaded. TOKENSCOPE_GRAMMAR_PATH names further
            places, parted by colons.
            """,
        flags: [
            Flag(
                name: "into", value: "FOLDER",
                help: "install: where to put them (default tokenscope/grammars in the user's data "
                    + "folder)"),
            Flag(name: "help", value: nil, help: "this text"),
        ],
        run: { (options) throws(ToolError) in
            let words = options.operands
            let library = GrammarLibrary.standard
            switch words.first {
            case "install":
                let folder = options["into"].map { ["--into", $0] } ?? []
                try ShellScript.grammars.run(["install"] + folder + words.dropFirst())
            case "list" where words.count == 1:
                Terminal.write(GrammarList.text(of: library.listing(), places: library.places))
            case "path" where words.count == 1:
                Terminal.write(library.places.map { $0 + "\n" }.joined())
            default:
                throw .usage("grammar takes install, list or path")
            }
        }
    )
}

/// The table of the grammars of a machine.
enum GrammarList {
    static func text(of grammars: [ListedGrammar], places: [String]) -> String {
        guard !grammars.isEmpty else {
            return "no grammars in \(places.joined(separator: ", "))\n"
                + "tokenscope grammar install gets some\n"
        }
        let width = grammars.map(\.language.count).max() ?? 0
        return grammars.map { grammar in
            let name = grammar.language.isEmpty ? "-" : grammar.language
            let left = name + String(repeating: " ", count: max(0, width - name.count) + 2)
            guard let version = grammar.version else {
                return left + "\(grammar.problem.map { "\($0)" } ?? grammar.file)\n"
            }
            let queries =
                grammar.queries.isEmpty ? "no queries" : grammar.queries.joined(separator: " ")
            return left + "ABI \(version)  \(queries)  \(grammar.file)\n"
        }.joined()
    }
}
