import ScopeCode
import ScopeFiles
import ScopeReports
import ScopeTokenizers
import ScopeTrace

extension HostileFiles {
    static let tokenizers = [
        HostileFiles(
            "tokenizer",
            { file in
                let tokenizer = try AutoTokenizer.from(tokenizerFile: named(file, "tokenizer.json"))
                let text = String(repeating: "aab ", count: 2_000)
                precondition(!tokenizer.encode(text: text).isEmpty)
            },
            refused: [
                "an id of 2^40": { bytePairs(vocabulary: #""a":1099511627776"#) },
                "an id far beyond the entries": { bytePairs(vocabulary: #""a":60000000"#) },
                "a merge of what is no token": { bytePairs(merges: #""a c""#) },
                "groups in groups": { bytePairs(regex: String(repeating: "(", count: 100_000)) },
                "repeats of repeats": { bytePairs(regex: "(((a{999}){999}){999}){999}") },
                "classes in classes": {
                    bytePairs(regex: String(repeating: "[a&&", count: 50_000))
                },
                "a back-reference": { bytePairs(regex: #"(a)\\1"#) },
                "an open class": { bytePairs(regex: "[a-") },
                "a hundred steps": {
                    let step = #"{"type":"Digits","individual_digits":true}"#
                    let steps = [String](repeating: step, count: 100).joined(separator: ",")
                    return bytePairs(
                        splitting: #"{"type":"Sequence","pretokenizers":[\#(steps)]}"#)
                },
                "a name of a megabyte": {
                    let name = String(repeating: "x", count: 1 << 20)
                    return bytePairs(added: #"{"id":9,"content":"\#(name)","special":true}"#)
                },
            ],
            read: [
                "an expression that backtracks elsewhere": { bytePairs(regex: "(a|a?)+$") },
                "choices of choices": { bytePairs(regex: "(a*)*(a*)*(a*)*b|(.*)*x") },
            ]),
        HostileFiles(
            "sentencepiece",
            { _ = try AutoTokenizer.from(sentencePieceModel: named($0, "tokenizer.model")) },
            refusedBytes: [
                "a field of 2^63 bytes": { [0x0A] + [UInt8](repeating: 0xFF, count: 8) + [0x7F] },
                "a number without an end": { [UInt8](repeating: 0x80, count: 100_000) },
                "a piece without a name": { [0x0A, 0x00] },
                "no pieces": { [] },
            ]),
        HostileFiles(
            "merges",
            { file in
                _ = try AutoTokenizer.from(
                    FileFolder(
                        name: "f",
                        files: [
                            FileContents(copying: Array(#"{"a":0}"#.utf8), name: "vocab.json"),
                            named(file, "merges.txt"),
                        ]))
            },
            refused: ["a line without a merge": { "#version: 0.2\na\n" }]),
    ]

    static let templates = [
        HostileFiles(
            "template",
            { file in
                let source = String(decoding: file.copy(0..<file.byteCount), as: UTF8.self)
                // Brackets outside of tags are text.
                guard source.contains("{%") || source.contains("{{") else { throw NoTemplate() }
                let template = try ChatTemplate(source: source, specialTokens: [:])
                _ = try template.render(messages: [["role": "user", "content": "a"]])
            },
            // Those that spend all the work that is allowed take a second in a program that is made for
            // speed, and ten in others; the tests of templates have them with less of it.
            refused: [
                "a macro that calls itself": {
                    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}"
                },
                "brackets": { "{{ " + String(repeating: "(", count: 100_000) + " }}" },
                "blocks": { String(repeating: "{% if a %}", count: 100_000) },
                "a gigabyte": { "{{ 'a' * 1000000000 }}" },
                "two megabytes": { "{{ a }}" + String(repeating: "a", count: 2 << 20) },
            ])
    ]

    static let recordings = [
        HostileFiles(
            "session", { _ = try BranchSessionFile.session(in: $0) },
            refused: [
                "a later version": { #"{"format":"tokenscope.branches","version":99}"# },
                "nothing but a format": { #"{"format":"tokenscope.branches","version":1}"# },
                "two formats": { #"{"format":"a","format":"tokenscope.branches","version":1}"# },
            ]),
        HostileFiles(
            "trace",
            { file in
                for reader in try JSONLinesReader.samples(in: file) {
                    let trace = try reader.trace(file: file.name)
                    guard !trace.tokens.isEmpty else { throw NoTemplate() }
                }
            },
            refused: [
                "an id below zero": { #"{"id":-1}"# },
                "an id of 2^64": { #"{"id":18446744073709551616}"# },
                "a metric that changes its kind": {
                    #"{"id":1,"metrics":{"a":1}}"# + "\n" + #"{"id":1,"metrics":{"a":"b"}}"#
                },
                "an amendment of what is not there": {
                    #"{"id":1}"# + "\n"
                        + #"{"amendments":[{"index":1000000000000,"metrics":{"a":1}}]}"#
                },
                "a line that was cut": { #"{"id":1}"# + "\n" + #"{"id":2,"metr"# },
                "two headers": { #"{"model":{}}"# + "\n" + #"{"model":{}}"# },
            ],
            read: [
                "a hundred metrics": {
                    let metrics = (0..<100).map { #""m\#($0)":1"# }.joined(separator: ",")
                    return [String](repeating: #"{"id":1,"metrics":{\#(metrics)}}"#, count: 100)
                        .joined(separator: "\n")
                }
            ]),
    ]

    static let syntax = [
        HostileFiles(
            "query",
            { file in
                let grammar = try GrammarLibrary.standard.grammar(for: "python")
                let text = String(decoding: file.copy(0..<file.byteCount), as: UTF8.self)
                let query = try SyntaxQuery(text, name: file.name, grammar: grammar)
                _ = try grammar.parse(Array("a = b(c)\n".utf8), queries: [query])
            },
            refused: [
                "kinds that are none": { "(no_such_node) @a" },
                "an open pattern": { "(call function: (identifier) @a" },
                "ten megabytes": { String(repeating: "; comment\n", count: 1 << 20) },
                "a field that is none": { "(call nothing: (_)) @a" },
                "question marks": { "(_)" + String(repeating: "?", count: 1_000) + " @a" },
                "patterns in patterns": { String(repeating: "(call ", count: 100_000) },
                "groups behind a string": {
                    #"(string) @a ")" ; ))"# + "\n" + String(repeating: "[", count: 100_000)
                },
            ],
            read: [
                "an expression that backtracks elsewhere": {
                    #"((identifier) @a (#match? @a "^(b|b?)+$"))"#
                },
                "an expression that is none": { #"((identifier) @a (#match? @a "(("))"# },
                "an expression of groups": {
                    let groups = String(repeating: "(", count: 100_000)
                    return #"((identifier) @a (#match? @a "\#(groups)"))"#
                },
            ]),
        HostileFiles(
            "table",
            { file in
                let text = String(decoding: file.copy(0..<file.byteCount), as: UTF8.self)
                _ = try SyntaxTable(language: "x", text: text)
            },
            refused: ["a property that is none": { "statement a\nnonsense b\n" }]),
    ]
}

/// What a reader of plain text cannot refuse.
private struct NoTemplate: Error {}

private func bytePairs(
    vocabulary: String = #""a":0,"b":1,"\#u{120}":2,"aa":3"#, merges: String = #""a a""#,
    regex: String = "a", splitting: String? = nil, added: String = ""
) -> String {
    let splitting =
        splitting
        ?? #"{"type":"Split","behavior":"Isolated","pattern":{"Regex":"\#(regex)"}}"#
    return """
        {"added_tokens":[\(added)],"decoder":{"type":"ByteLevel"},
        "pre_tokenizer":{"type":"Sequence","pretokenizers":[\(splitting),
        {"type":"ByteLevel","add_prefix_space":false,"use_regex":false}]},
        "model":{"type":"BPE","merges":[\(merges)],"vocab":{\(vocabulary)}}}
        """
}
