internal import ScopeFiles

/// A value of a tokenizer's file, read with errors of this module.
struct FileField {
    let file: String
    let value: JSONValue

    init(_ value: JSONValue, file: String) {
        self.file = file
        self.value = value
    }

    /// The outermost value of a file.
    init(root contents: FileContents) throws(TokenizerError) {
        file = contents.name
        do {
            value = try JSONDocument(contents).root
        } catch {
            throw .file(error)
        }
        guard value.kind == .object else {
            throw .file(.malformed(file: file, position: 0, reason: "must be a JSON object"))
        }
    }

    /// A member that is there and not null.
    subscript(name: String) -> FileField? {
        guard let member = value[name], !member.isNull else { return nil }
        return FileField(member, file: file)
    }

    func required(_ name: String) throws(TokenizerError) -> FileField {
        FileField(try read { () throws(FileError) in try value.required(name) }, file: file)
    }

    func string() throws(TokenizerError) -> String {
        try read { () throws(FileError) in try value.string() }
    }

    func utf8() throws(TokenizerError) -> [UInt8] {
        try read { () throws(FileError) in try value.utf8() }
    }

    func double() throws(TokenizerError) -> Double {
        try read { () throws(FileError) in try value.double() }
    }

    func bool() throws(TokenizerError) -> Bool {
        try read { () throws(FileError) in try value.bool() }
    }

    func elements() throws(TokenizerError) -> JSONElements {
        try read { () throws(FileError) in try value.elements() }
    }

    func members() throws(TokenizerError) -> JSONMembers {
        try read { () throws(FileError) in try value.members() }
    }

    /// A token id, within what any table could hold.
    func id() throws(TokenizerError) -> Int {
        let id = try read { () throws(FileError) in try value.int() }
        guard id >= 0, id < Self.idLimit else {
            throw malformed("must be from 0 to \(Self.idLimit - 1), found \(id)")
        }
        return id
    }

    /// Beyond every published vocabulary by a factor of a hundred.
    static let idLimit = TokenizerLimits.tokenID

    /// A flag that may be left out.
    func flag(_ name: String, default fallback: Bool = false) throws(TokenizerError) -> Bool {
        guard let member = self[name] else { return fallback }
        return try member.bool()
    }

    /// What kind of part an object describes.
    func type() throws(TokenizerError) -> FileField {
        let type = try required("type")
        _ = try type.string()
        return type
    }

    /// Refuses an object with a member that is not understood, as it may change the result.
    func allowOnly(_ names: Set<String>) throws(TokenizerError) {
        for (key, member) in try members() where !names.contains(key.string) {
            throw FileField(member, file: file).unsupported("this member")
        }
    }

    func malformed(_ reason: String) -> TokenizerError {
        .file(value.error(reason))
    }

    func unsupported(_ construct: String) -> TokenizerError {
        .unsupportedTokenizer(file: file, field: value.path ?? "", construct: construct)
    }

    /// The error for a type, or another name, that is not supported.
    func unsupportedName() -> TokenizerError {
        let lexeme = value.lexeme
        return unsupported(lexeme.count > 80 ? "\(lexeme.prefix(80))…" : lexeme)
    }

    private func read<Result>(
        _ body: () throws(FileError) -> Result
    ) throws(TokenizerError) -> Result {
        do {
            return try body()
        } catch {
            throw .file(error)
        }
    }
}
