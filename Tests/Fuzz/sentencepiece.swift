import ScopeFiles
import ScopeTokenizers

/// Any bytes as `tokenizer.model`: either an error, or a tokenizer that keeps its promises.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzSentencePiece(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    let file = FileContents(copying: bytes, name: "tokenizer.model")
    guard let tokenizer = try? AutoTokenizer.from(sentencePieceModel: file) else { return 0 }
    // All of it in a share of inputs: long texts and many ids cost more than reading a file.
    let isWhole = isOne(of: 16, bytes)
    for text in isWhole ? texts : [texts[0]] { check(tokenizer, text) }
    var detokenizer = tokenizer.makeDetokenizer()
    for id in -1...min(tokenizer.vocabularySize, isWhole ? 2_000 : 16) {
        let spelling = tokenizer.convertIdToToken(id)
        precondition((spelling == nil) == (tokenizer.bytes(of: id) == nil))
        if let spelling { precondition(tokenizer.convertTokenToId(spelling) == id) }
        if spelling == nil { precondition(detokenizer.append(id).isEmpty) }
    }
    return 0
}

private func check(_ tokenizer: any Tokenizer, _ text: String) {
    let encoding = tokenizer.encoding(of: text)
    precondition(tokenizer.encode(text: text) == encoding.ids, "spans change the ids")
    var end = 0
    for (id, span) in zip(encoding.ids, encoding.sourceSpans) {
        precondition(tokenizer.bytes(of: id) != nil, "an id that is no token")
        guard let span else { preconditionFailure("a token without a place") }
        precondition(span.lowerBound >= end && span.upperBound <= text.utf8.count)
        end = span.upperBound
    }
    var detokenizer = tokenizer.makeDetokenizer()
    let pieces = encoding.ids.flatMap { detokenizer.append($0) }
    let decoded = tokenizer.decode(tokens: encoding.ids)
    if String(validating: pieces, as: UTF8.self) != nil {
        precondition(decoded.utf8.elementsEqual(pieces), "the pieces are not the text")
    }
    _ = tokenizer.decode(
        tokens: tokenizer.encode(text: text, addSpecialTokens: true), skipSpecialTokens: true)
}

private let texts = [
    "ab <s>é\n", "", " ", "def f(x):\n    return x's  + 123 # né e\u{301}\r\n\n",
    "<s> </s> <unk><0x41>",
    "\u{2581}a\u{1F469}\u{200D}\u{1F4BB} 日本語 \0", String(repeating: "ab", count: 200),
]
