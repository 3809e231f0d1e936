import ScopeFiles
@testable import ScopeTokenizers

/// Any bytes as a template: either an error, or the same bounded text every time.
///
/// Rendering may take a thousand steps, or what a program allows in one of 512 inputs.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzChatTemplate(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    guard let template = read(bytes) else { return 0 }
    var limits = TemplateLimits()
    if !isOne(of: 512, bytes) {
        limits.work = 1 << 14
        limits.bytes = 1 << 16
    }
    do {
        let text = try render(template, limits)
        precondition(text.utf8.count <= limits.bytes, "the text is longer than the limit")
        guard isOne(of: 8, bytes.reversed()) else { return 0 }
        let again = try render(template, limits)
        precondition(Array(text.utf8) == Array(again.utf8), "the second text differs")
    } catch {
        precondition(!error.description.isEmpty && error.line ?? 0 >= 1, "an error without a place")
    }
    return 0
}

/// The template of a seed, which may be a whole `tokenizer_config.json`, or of any text.
private func read(_ bytes: [UInt8]) -> ChatTemplate? {
    // A template that begins with a brace begins a tag with it.
    if bytes.starts(with: #"{""#.utf8) {
        let file = FileContents(copying: bytes, name: "tokenizer_config.json")
        if let template = try? ChatTemplate.from(FileFolder(name: "fuzz", files: [file])) {
            return template
        }
    }
    do {
        return try ChatTemplate(
            source: String(decoding: bytes, as: UTF8.self), specialTokens: ["bos_token": "<s>"])
    } catch {
        precondition(error.line ?? 0 >= 1, "an error without a line")
        return nil
    }
}

private func render(
    _ template: ChatTemplate, _ limits: TemplateLimits
) throws(ChatTemplateError) -> String {
    try template.render(
        variables, isForTools: true, date: ChatDate(year: 2024, month: 7, day: 26), limits: limits)
}

private let variables: [String: ChatValue] = [
    "bos_token": "<s>", "messages": .array(messages), "documents": .null,
    "tools": [["name": "f", "parameters": ["x": .double(1.5), "y": ["a", true]]]],
    "add_generation_prompt": true, "n": 3, "u": "na\u{EF}ve \u{65E5}\u{672C}",
]

private let messages: [ChatValue] = [
    ["role": "system", "content": "  Be <brief> & 'exact'.\n"],
    ["role": "user", "content": "a,b,,c", "n": 2],
    ["role": "assistant", "content": "", "calls": [["name": "f", "arguments": ["x": .null]]]],
    ["role": "user", "content": [["type": "text", "text": "look"], ["type": "image"]]],
]
