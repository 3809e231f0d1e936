internal import CScopeGrammar
internal import CScopeTreeSitter
import Synchronization

/// Grammars whose scanners are guarded against what the runtime does at the end of a text.
@safe
enum GuardedGrammars {
    /// Copies by the addresses of what they are copies of; they stay for the life of the process.
    private static let copies = Mutex<[UInt: UInt]>([:])

    /// The guarded copy of a grammar, always the same; the grammar itself where there is nothing to guard.
    @unsafe
    static func copy(of grammar: OpaquePointer) -> OpaquePointer {
        let address = copies.withLock { copies in
            let address = UInt(bitPattern: grammar)
            if let known = copies[address] { return known }
            guard
                let copy = unsafe tscope_guarded_grammar(
                    UnsafeRawPointer(grammar), UInt32(TREE_SITTER_LANGUAGE_VERSION))
            else {
                preconditionFailure("there is no memory for a grammar")
            }
            copies[address] = UInt(bitPattern: copy)
            return UInt(bitPattern: copy)
        }
        return unsafe OpaquePointer(bitPattern: address) ?? grammar
    }

    /// Parses a text with a parser that has a grammar; nil where that takes longer than it may.
    @unsafe
    static func parse(
        _ text: UnsafeBufferPointer<CChar>, with parser: OpaquePointer, after old: OpaquePointer?
    ) -> OpaquePointer? {
        let start = unsafe text.baseAddress ?? noText
        if let grammar = unsafe ts_parser_language(parser) {
            unsafe tscope_will_parse(UnsafeRawPointer(grammar), start, UInt32(text.count))
        }
        return unsafe ts_parser_parse_string(parser, old, start, UInt32(text.count))
    }

    /// What stands in for the address of an empty text.
    private static nonisolated(unsafe) let noText = unsafe UnsafePointer<CChar>(bitPattern: 8)
}
