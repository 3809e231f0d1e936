internal import ScopeFiles

/// A GGUF file's metadata, read with errors of this module.
struct GGUFFields {
    let metadata: GGUFMetadata

    var file: String { metadata.file }

    func string(_ key: String) throws(TokenizerError) -> String {
        try read { () throws(FileError) in try metadata.string(for: key) }
    }

    /// A flag that may be left out.
    func flag(_ key: String) throws(TokenizerError) -> Bool? {
        guard let value = metadata[key] else { return nil }
        return try read { () throws(FileError) in try value.bool() }
    }

    func array(_ key: String) throws(TokenizerError) -> GGUFArray {
        try read { () throws(FileError) in try metadata.array(for: key) }
    }

    func array(ifPresent key: String) throws(TokenizerError) -> GGUFArray? {
        guard metadata[key] != nil else { return nil }
        return try array(key)
    }

    /// The id of a token that may be left out.
    ///
    /// - Parameters:
    ///   - key: the key.
    ///   - count: how many tokens there are.
    /// - Returns: the id; nil if the key is not there, or has the number for "no such token".
    /// - Throws: ``TokenizerError`` if there is no such token.
    func id(_ key: String, of count: Int) throws(TokenizerError) -> Int? {
        guard let value = metadata[key] else { return nil }
        let id = try read { () throws(FileError) in try value.int() }
        // Files written with -1 as an unsigned number.
        if id == -1 || id == Int(UInt32.max) { return nil }
        guard id >= 0, id < count else {
            throw .file(value.error("is \(id), there are \(count) tokens"))
        }
        return id
    }

    func unsupported(_ key: String, _ construct: String) -> TokenizerError {
        .unsupportedTokenizer(file: file, field: key, construct: construct)
    }

    func read<Result>(
        _ body: () throws(FileError) -> Result
    ) throws(TokenizerError) -> Result {
        do {
            return try body()
        } catch {
            throw .file(error)
        }
    }
}
