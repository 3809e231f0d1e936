import ScopeFiles
import ScopeTokenizers

/// A line with a JSON object, then any bytes: `vocab.json` and `merges.txt`, or either of them
/// beside a sound one, as the bytes say.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzMerges(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    if isOne(of: 2, bytes) {
        check(vocab: Array(vocabulary.utf8), merges: bytes)
    } else if isOne(of: 2, bytes.reversed()) {
        check(vocab: bytes, merges: Array("#version: 0.2\n".utf8))
    } else {
        let parts = bytes.split(
            separator: UInt8(ascii: "\n"), maxSplits: 1, omittingEmptySubsequences: false)
        check(vocab: Array(parts[0]), merges: parts.count > 1 ? Array(parts[1]) : [])
    }
    return 0
}

private let vocabulary = #"{"a":0,"b":1,"\#u{120}":2,"ab":3,"\#u{120}a":4,"i":5,"n":6,"in":7}"#

private let texts = ["in a\nbab é", "", " ab", String(repeating: "ab", count: 200)]

private func check(vocab: [UInt8], merges: [UInt8]) {
    let folder = FileFolder(
        name: "fuzz",
        files: [
            FileContents(copying: vocab, name: "vocab.json"),
            FileContents(copying: merges, name: "merges.txt"),
        ])
    guard let tokenizer = try? AutoTokenizer.from(folder) else { return }
    for text in isOne(of: 16, merges) ? texts : [texts[0]] {
        let encoding = tokenizer.encoding(of: text)
        precondition(tokenizer.encode(text: text) == encoding.ids, "spans change the ids")
        precondition(encoding.ids.allSatisfy { tokenizer.bytes(of: $0) != nil })
        var end = 0
        for span in encoding.sourceSpans {
            guard let span else { preconditionFailure("a token without a place") }
            precondition(span.lowerBound >= end && span.upperBound <= text.utf8.count)
            end = span.upperBound
        }
    }
}
