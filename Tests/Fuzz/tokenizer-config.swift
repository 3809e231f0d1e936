import ScopeFiles
import ScopeTokenizers

/// Any bytes as one of the small files beside a tokenizer: either an error, or one whose roles are tokens.
///
/// Their number chooses the file. Old files, which need an expression made ready, are rare.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzTokenizerConfig(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    switch count % 32 {
    case 0: check([vocabulary, merges, file(bytes, "tokenizer_config.json")])
    case 1: check([vocabulary, merges, file(bytes, "added_tokens.json")])
    case 2...9: check([tokenizer, template, file(bytes, "special_tokens_map.json")])
    default: check([tokenizer, file(bytes, "tokenizer_config.json")])
    }
    return 0
}

private func check(_ files: [FileContents]) {
    let folder = FileFolder(name: "fuzz", files: files)
    _ = try? ChatTemplate.from(folder)
    let tokenizer: any Tokenizer
    do {
        tokenizer = try AutoTokenizer.from(folder)
    } catch {
        precondition(!error.description.isEmpty)
        return
    }
    for id in [tokenizer.bosTokenId, tokenizer.eosTokenId] {
        if let id { precondition(tokenizer.bytes(of: id) != nil, "a role without a token") }
    }
    let ids = tokenizer.encode(text: "ab <s>a", addSpecialTokens: true)
    precondition(ids.allSatisfy { tokenizer.bytes(of: $0) != nil }, "an id that is no token")
}

private func file(_ bytes: [UInt8], _ name: String) -> FileContents {
    FileContents(copying: bytes, name: name)
}

private func file(_ text: String, _ name: String) -> FileContents {
    FileContents(copying: Array(text.utf8), name: name)
}

private let letters = #"{"a":0,"b":1,"\#u{120}":2,"ab":3,"\#u{120}a":4,"<":5,"s":6,">":7}"#
private let vocabulary = file(letters, "vocab.json")
private let merges = file("#version: 0.2\na b\n", "merges.txt")
private let template = file(#"{"bos_token":"<s>"}"#, "tokenizer_config.json")
private let tokenizer = file(
    """
    {"added_tokens":[{"id":8,"content":"<s>","special":true}],"decoder":{"type":"ByteLevel"},\
    "pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false,"use_regex":false},\
    "model":{"type":"BPE","merges":["a b"],"vocab":\(letters)}}
    """, "tokenizer.json")
