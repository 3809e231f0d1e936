import CBareParser

/// tree-sitter and nothing else, on the same grammar.
@safe
final class BareParser {
    private nonisolated(unsafe) let parser: OpaquePointer

    /// Nil where the library has no such grammar.
    init?(library: String, language: String) {
        guard let parser = unsafe bare_parser_new(library, "tree_sitter_" + language) else {
            return nil
        }
        unsafe self.parser = unsafe parser
    }

    deinit { unsafe bare_parser_delete(parser) }

    /// Appends bytes and parses what changed.
    func append(_ bytes: ArraySlice<UInt8>) {
        unsafe bytes.withUnsafeBytes { buffer in
            unsafe bare_parser_append(
                parser, buffer.assumingMemoryBound(to: CChar.self).baseAddress, buffer.count)
        }
    }
}
