/// A programming language by the names that files, fences and first lines give it.
public struct CodeLanguage: Equatable, Sendable {
    /// Its name, which is that of its grammar.
    public let name: String
    /// The extensions of its files, without the dot.
    public let extensions: [String]
    /// Whole names of files in it.
    public let fileNames: [String]
    /// What else a fence may call it.
    public let aliases: [String]
    /// The programs that a first line `#!` may name.
    public let interpreters: [String]

    /// Describes a language.
    ///
    /// - Parameters:
    ///   - name: Its name.
    ///   - extensions: The extensions of its files, without the dot.
    ///   - fileNames: Whole names of files in it.
    ///   - aliases: What else a fence may call it.
    ///   - interpreters: The programs that a first line `#!` may name.
    public init(
        name: String, extensions: [String] = [], fileNames: [String] = [], aliases: [String] = [],
        interpreters: [String] = []
    ) {
        self.name = name
        self.extensions = extensions
        self.fileNames = fileNames
        self.aliases = aliases
        self.interpreters = interpreters
    }

    /// The language of a name, an alias or an extension, such as `python`, `py` or `{.python}`.
    ///
    /// - Parameter name: A fence's word or a language's name; the case of its letters does not matter.
    /// - Returns: The language, nil where no table has it.
    public static func named(_ name: String) -> CodeLanguage? {
        // Pandoc writes {.python .numberLines}, some write .py.
        let word = name.lowercased().drop { $0 == "{" || $0 == "." || $0 == " " }
            .prefix { $0 != "}" && $0 != " " && $0 != "," && $0 != "{" }
        guard !word.isEmpty else { return nil }
        return all.first { $0.name == word } ?? all.first { $0.aliases.contains(String(word)) }
            ?? all.first { $0.extensions.contains(String(word)) }
    }

    /// The language of a file, by its name or its first line.
    ///
    /// - Parameters:
    ///   - path: The file's name or path.
    ///   - contents: The file's text or its beginning; only a first line `#!` is looked at.
    /// - Returns: The language, nil where neither tells.
    public static func ofFile(
        _ path: String, contents: some Collection<UInt8> = [] as [UInt8]
    ) -> CodeLanguage? {
        let file = path.split(separator: "/").last.map(String.init) ?? path
        if let language = all.first(where: { $0.fileNames.contains(file) }) { return language }
        if let dot = file.lastIndex(of: "."), dot != file.startIndex {
            let suffix = String(file[file.index(after: dot)...])
            // Where only the case differs, as in C and C++, the exact one wins.
            if let language = all.first(where: { $0.extensions.contains(suffix) })
                ?? all.first(where: { $0.extensions.contains(suffix.lowercased()) })
            {
                return language
            }
        }
        return ofShebang(contents)
    }

    /// The language that a first line `#!` names.
    ///
    /// - Parameter contents: A text or its beginning.
    /// - Returns: The language, nil where the text does not begin with `#!` or names another program.
    public static func ofShebang(_ contents: some Collection<UInt8>) -> CodeLanguage? {
        let line = contents.prefix(256).prefix { $0 != 0x0A && $0 != 0x0D }
        guard line.starts(with: [0x23, 0x21]) else { return nil }
        let words = String(decoding: line.dropFirst(2), as: UTF8.self)
            .split { $0 == " " || $0 == "\t" }
        var programs = words.map { $0.split(separator: "/").last.map(String.init) ?? String($0) }
        if programs.first == "env" {
            programs = Array(programs.dropFirst().drop { $0.hasPrefix("-") || $0.contains("=") })
        }
        guard let program = programs.first else { return nil }
        // python3.11 is a python.
        let stem = program.reversed().drop { $0.isNumber || $0 == "." }.reversed()
        let names = [program, String(stem)]
        return all.first { language in
            names.contains { language.interpreters.contains($0) || language.name == $0 }
        }
    }
}
