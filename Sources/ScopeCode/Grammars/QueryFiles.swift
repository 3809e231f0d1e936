/// The query files that belong to a grammar, which lie beside it or in a folder of their own.
enum QueryFiles {
    /// As much as a file of queries may hold; those of editors stay below 100 kB.
    static let longest = SyntaxLimits.queryFileByteCount

    /// The files of a language by name, from the first folder that has any.
    ///
    /// For a library `FOLDER/NAME.so` these are `FOLDER/queries/LANGUAGE/*.scm`, and beside the folder,
    /// as editors have it, `FOLDER/../queries/LANGUAGE/*.scm`.
    static func beside(_ library: GrammarFile, language: String) -> [String: [String]] {
        for path in [library.path, library.resolvedPath] {
            let parts = path.split(separator: "/", omittingEmptySubsequences: false)
            for up in 1...2 where parts.count > up {
                let folder = parts.dropLast(up).joined(separator: "/") + "/queries"
                let files = files(of: language, in: folder)
                if !files.isEmpty { return files }
            }
        }
        return [:]
    }

    private static func files(of language: String, in folder: String) -> [String: [String]] {
        var files: [String: [String]] = [:]
        for name in FileSystem.names(in: folder + "/" + language) where name.hasSuffix(".scm") {
            files[String(name.dropLast(4))] = [folder + "/" + language + "/" + name]
        }
        return files
    }

    /// The text of a query file, after those of the languages that its first line says it inherits from
    /// (`; inherits: c,cpp`, as Neovim and Helix have it).
    static func text(
        of path: String, depth: Int = 0
    ) throws(SyntaxFailure) -> String {
        let bytes = try FileSystem.contents(of: path, limit: longest)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw .unreadableQuery(file: path, reason: "is not UTF-8")
        }
        guard depth < SyntaxLimits.queryInheritance else {
            throw .unreadableQuery(file: path, reason: "inherits from itself")
        }
        var inherited = ""
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        for language in inheritedLanguages(of: text) {
            let other = (parts.dropLast(2) + [language[...], parts[parts.count - 1]])
                .joined(separator: "/")
            guard FileSystem.kind(of: other) == .file else { continue }
            inherited += try self.text(of: other, depth: depth + 1) + "\n"
        }
        return inherited + text
    }

    private static func inheritedLanguages(of text: String) -> [String] {
        for line in text.utf8.prefix(4096).split(separator: 0x0A) {
            var words = String(decoding: line, as: UTF8.self).drop { $0 == ";" || $0 == " " }
            guard line.first == 0x3B else { return [] }
            guard words.hasPrefix("inherits") else { continue }
            words = words.dropFirst("inherits".count).drop { $0 == " " || $0 == ":" }
            return words.split { $0 == "," || $0 == " " || $0 == "\r" }
                // Optional ones stand in parentheses.
                .map { String($0.filter { $0 != "(" && $0 != ")" }) }
                .filter { name in
                    name.utf8.allSatisfy { $0 != 0x2F } && name != ".." && !name.isEmpty
                }
        }
        return []
    }
}
