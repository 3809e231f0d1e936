import ScopeFiles
import ScopeTokenizers

/// Any bytes as a template: either an error, or the same bounded text every time.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzChatTemplate(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    let source = String(decoding: bytes, as: UTF8.self)
    guard let template = read(source) else { return 0 }
    do {
        let text = try render(template)
        precondition(text.utf8.count <= 16 << 20, "the text is longer than the limit")
        let again = try render(template)
        precondition(Array(text.utf8) == Array(again.utf8), "the second text differs")
    } catch {
        precondition(!error.description.isEmpty && error.line ?? 0 >= 1, "an error without a place")
    }
    return 0
}

/// The template of a seed, which may be a whole `tokenizer_config.json`, or of any text.
private func read(_ source: String) -> ChatTemplate? {
    let file = FileContents(copying: Array(source.utf8), name: "tokenizer_config.json")
    if let template = try? ChatTemplate.from(FileFolder(name: "fuzz", files: [file])) {
        return template
    }
    do {
        return try ChatTemplate(source: source, specialTokens: ["bos_token": "<s>"])
    } catch {
        precondition(error.line ?? 0 >= 1, "an error without a line")
        return nil
    }
}

private func render(_ template: ChatTemplate) throws(ChatTemplateError) -> String {
    try template.render(
        messages: messages,
        tools: [["name": "f", "parameters": ["x": .double(1.5), "y": ["a", true]]]],
        addGenerationPrompt: true, variables: ["n": 3, "u": "na\u{EF}ve \u{65E5}\u{672C}"],
        date: ChatDate(year: 2024, month: 7, day: 26))
}

private let messages: [ChatValue] = [
    ["role": "system", "content": "  Be <brief> & 'exact'.\n"],
    ["role": "user", "content": "a,b,,c", "n": 2],
    ["role": "assistant", "content": "", "calls": [["name": "f", "arguments": ["x": .null]]]],
    ["role": "user", "content": [["type": "text", "text": "look"], ["type": "image"]]],
]
