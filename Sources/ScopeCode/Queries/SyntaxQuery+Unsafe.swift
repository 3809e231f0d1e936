internal import CScopeTreeSitter

/// Patterns of syntax in tree-sitter's language of queries, made ready for a grammar.
///
/// The files that come with a grammar say which nodes are functions, types, keywords (`highlights`) and
/// what is defined and referred to (`tags`). Of the predicates, `eq?`, `match?`, `any-of?` and their
/// negations are understood; a match with another one that asks something (its name ends with `?`)
/// does not count, except `is?` and `is-not?`, which need a table of local names and always hold.
@safe
public final class SyntaxQuery: Sendable {
    /// What it is called in messages.
    public let name: String
    /// The names that it gives to nodes, such as `function.method`.
    public let captureNames: [String]

    nonisolated(unsafe) let pointer: OpaquePointer
    /// What a match must fulfil besides, by pattern.
    let predicates: [[QueryPredicate]]
    /// Whether a pattern takes every node of a kind, wherever it stands.
    let isGeneral: [Bool]

    /// Reads a query.
    ///
    /// - Parameters:
    ///   - text: The patterns.
    ///   - name: What it is called in messages.
    ///   - grammar: The grammar whose nodes it names.
    /// - Throws: ``SyntaxFailure/malformedQuery(name:offset:reason:)``.
    public init(_ text: String, name: String, grammar: Grammar) throws(SyntaxFailure) {
        self.name = name
        var text = text
        guard text.utf8.count <= SyntaxLimits.queryByteCount else {
            throw .malformedQuery(name: name, offset: 0, reason: "is too long")
        }
        if let fault = QueryShape.fault(in: text) {
            throw .malformedQuery(name: name, offset: fault.offset, reason: fault.reason)
        }
        var offset: UInt32 = 0
        var kind = TSQueryErrorNone
        let made = text.withUTF8 { bytes in
            unsafe bytes.withMemoryRebound(to: CChar.self) { bytes in
                unsafe ts_query_new(
                    grammar.pointer, bytes.baseAddress, UInt32(bytes.count), &offset, &kind)
            }
        }
        guard let query = unsafe made else {
            throw .malformedQuery(name: name, offset: Int(offset), reason: Self.reason(of: kind))
        }
        unsafe pointer = unsafe query
        let captureCount = unsafe ts_query_capture_count(query)
        captureNames = (0..<captureCount).map { id in
            var length: UInt32 = 0
            return unsafe Self.text(ts_query_capture_name_for_id(query, id, &length), length)
        }
        let patternCount = unsafe ts_query_pattern_count(query)
        predicates = (0..<patternCount).map { pattern in
            unsafe Self.predicates(of: pattern, in: query)
        }
        let starts = (0..<patternCount).map { pattern in
            Int(unsafe ts_query_start_byte_for_pattern(query, pattern))
        }
        let bytes = Array(text.utf8)
        isGeneral = zip(starts, starts.dropFirst() + [bytes.count]).map { start, end in
            Self.isGeneral(bytes[start..<max(start, end)])
        }
    }

    /// Whether a pattern has no node within a node and no predicate.
    private static func isGeneral(_ pattern: ArraySlice<UInt8>) -> Bool {
        var depth = 0
        var rest = pattern
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: ";"): rest = rest.drop { $0 != 0x0A }
            case UInt8(ascii: "\""):
                while let next = rest.popFirst(), next != UInt8(ascii: "\"") {
                    if next == UInt8(ascii: "\\") { rest = rest.dropFirst() }
                }
            case UInt8(ascii: "("):
                depth += 1
                if depth > 1 { return false }
            case UInt8(ascii: ")"): depth -= 1
            default: break
            }
        }
        return true
    }

    deinit { unsafe ts_query_delete(pointer) }

    private static func reason(of kind: TSQueryError) -> String {
        switch kind {
        case TSQueryErrorSyntax: "is not a pattern"
        case TSQueryErrorNodeType: "is no kind of node of the grammar"
        case TSQueryErrorField: "is no field of the grammar"
        case TSQueryErrorCapture: "is no name that the pattern gives"
        case TSQueryErrorStructure: "can never match"
        default: "is not understood"
        }
    }

    private static func text(_ start: UnsafePointer<CChar>?, _ length: UInt32) -> String {
        let bytes = unsafe UnsafeBufferPointer(start: start, count: Int(length))
        return String(decoding: unsafe bytes.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func predicates(
        of pattern: UInt32, in query: OpaquePointer
    ) -> [QueryPredicate] {
        var count: UInt32 = 0
        let first = unsafe ts_query_predicates_for_pattern(query, pattern, &count)
        var predicates: [QueryPredicate] = []
        var words: [QueryPredicate.Word] = []
        let steps = unsafe UnsafeBufferPointer(start: first, count: Int(count))
        for place in 0..<Int(count) {
            let step = unsafe steps[place]
            var length: UInt32 = 0
            switch step.type {
            case TSQueryPredicateStepTypeCapture:
                words.append(.capture(step.value_id))
            case TSQueryPredicateStepTypeString:
                let text = unsafe ts_query_string_value_for_id(query, step.value_id, &length)
                words.append(.text(unsafe Self.text(text, length)))
            default:
                if let predicate = QueryPredicate(words) { predicates.append(predicate) }
                words = []
            }
        }
        return predicates
    }
}
