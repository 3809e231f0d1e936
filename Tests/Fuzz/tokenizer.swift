import ScopeFiles
import ScopeTokenizers

/// Any bytes as `tokenizer.json`: either an error, or a tokenizer that keeps its promises.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzTokenizer(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    let file = FileContents(copying: bytes, name: "tokenizer.json")
    guard let tokenizer = try? AutoTokenizer.from(tokenizerFile: file) else { return 0 }
    // All of it in a share of inputs: long texts and many ids cost more than reading a file.
    let isWhole = isOne(of: 16, bytes)
    for text in isWhole ? texts : [texts[0]] { check(tokenizer, text) }
    for id in -1...min(tokenizer.vocabularySize, isWhole ? 2_000 : 16) {
        let spelling = tokenizer.convertIdToToken(id)
        precondition((spelling == nil) == (tokenizer.bytes(of: id) == nil))
        if let spelling { precondition(tokenizer.convertTokenToId(spelling) == id) }
    }
    return 0
}

private func check(_ tokenizer: any Tokenizer, _ text: String) {
    let encoding = tokenizer.encoding(of: text)
    precondition(tokenizer.encode(text: text) == encoding.ids, "spans change the ids")
    var end = 0
    for (id, span) in zip(encoding.ids, encoding.sourceSpans) {
        precondition(tokenizer.bytes(of: id) != nil, "an id that is no token")
        guard let span else { continue }
        precondition(span.lowerBound >= end && span.upperBound <= text.utf8.count)
        end = span.upperBound
    }
    let full = tokenizer.encode(text: text, addSpecialTokens: true)
    precondition(full.allSatisfy { tokenizer.bytes(of: $0) != nil })
    precondition(full.count >= encoding.ids.count)
    _ = tokenizer.decode(tokens: full, skipSpecialTokens: true)
}

private let texts = [
    "ab <s>é\n", "", " ", "def f(x):\n    return x's  + 123 # né e\u{301}\r\n\n",
    "<|endoftext|> <|im_start|>word word_  <fim_prefix>\t", "\u{1F469}\u{200D}\u{1F4BB} 日本語 \0",
    String(repeating: "ab", count: 200),
]
