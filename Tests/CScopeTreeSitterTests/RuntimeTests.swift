import CScopeTreeSitter
import Testing

/// The parser runtime that the machine has: linked, in a version that this package can use.
@Suite struct RuntimeTests {
    /// A parser lives for one call.
    private func withParser<R>(_ body: (OpaquePointer) throws -> R) throws -> R {
        guard let parser = unsafe ts_parser_new() else { throw NoParser() }
        defer { unsafe ts_parser_delete(parser) }
        return try unsafe body(parser)
    }

    private struct NoParser: Error {}

    @Test("The header admits grammars of ABI 14")
    func languageVersions() {
        #expect(TREE_SITTER_LANGUAGE_VERSION >= 14)
        #expect(TREE_SITTER_MIN_COMPATIBLE_LANGUAGE_VERSION <= 14)
    }

    @Test("A new parser has no language and parses nothing")
    func parser() throws {
        try unsafe withParser { parser in
            let hasLanguage = unsafe ts_parser_language(parser) != nil
            #expect(!hasLanguage)
            let hasTree = unsafe ts_parser_parse_string(parser, nil, "x = 1", 5) != nil
            #expect(!hasTree)
        }
    }

    @Test("A parser keeps the ranges it was given, in bytes")
    func includedRanges() throws {
        try unsafe withParser { parser in
            let ranges = [range(from: 4, to: 9), range(from: 9, to: 12)]
            let accepted = unsafe include(ranges, in: parser)
            #expect(accepted)
            var count: UInt32 = 0
            let kept = unsafe ts_parser_included_ranges(parser, &count)
            let bytes = unsafe UnsafeBufferPointer(start: kept, count: Int(count))
            let ends = unsafe bytes.map { $0.end_byte }
            #expect(ends == [9, 12])
        }
    }

    @Test("A parser refuses ranges that overlap")
    func refusedRanges() throws {
        try unsafe withParser { parser in
            let ranges = [range(from: 4, to: 9), range(from: 8, to: 12)]
            let accepted = unsafe include(ranges, in: parser)
            #expect(!accepted)
        }
    }

    private func include(_ ranges: [TSRange], in parser: OpaquePointer) -> Bool {
        unsafe ranges.withUnsafeBufferPointer { buffer in
            unsafe ts_parser_set_included_ranges(parser, buffer.baseAddress, UInt32(buffer.count))
        }
    }

    private func range(from start: UInt32, to end: UInt32) -> TSRange {
        TSRange(
            start_point: TSPoint(row: 0, column: start),
            end_point: TSPoint(row: 0, column: end),
            start_byte: start,
            end_byte: end
        )
    }
}
