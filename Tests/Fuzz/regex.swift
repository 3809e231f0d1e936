import ScopeFiles
@testable import ScopeTokenizers

/// A pattern, a line break and a text: either an error with a place, or cuts that tile the text, the same
/// with the table of states and without it.
///
/// One in 64 is the pattern of a whole tokenizer, whose pieces tile the text.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzRegex(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe UnsafeBufferPointer(start: start, count: count)
    let parts = unsafe bytes.split(
        separator: UInt8(ascii: "\n"), maxSplits: 1, omittingEmptySubsequences: false)
    let pattern = unsafe String(decoding: parts[0], as: UTF8.self)
    let text = unsafe String(decoding: parts.count > 1 ? parts[1] : parts[0], as: UTF8.self)
    let isWhole = unsafe isOne(of: 64, bytes)
    if isWhole { checkTokenizer(pattern, text) }
    do {
        // Long programs, such as those of large counts, take as long as their limits allow.
        let program = try RegexProgram(RegexParser.parse(pattern))
        guard program.instructions.count < 256 || isWhole else { return 0 }
        check(try CompiledRegex(pattern), Array(text.utf8))
    } catch {
        precondition(error.position >= 0 && !error.reason.isEmpty, "an error without a place")
    }
    return 0
}

private func check(_ regex: CompiledRegex, _ text: [UInt8]) {
    let pieces = cut(text, by: regex)
    var end = 0
    for piece in pieces {
        precondition(piece.lowerBound == end && !piece.isEmpty, "the pieces leave a gap")
        end = piece.upperBound
    }
    precondition(end == text.count, "the pieces end early")
    if regex.isTabulated {
        precondition(cut(text, by: regex.withoutTable) == pieces, "the table cuts elsewhere")
    }
}

private func cut(_ text: [UInt8], by regex: CompiledRegex) -> [Range<Int>] {
    var pieces: [Range<Int>] = []
    Splitter(.regex(regex), .isolated).split(text.span, text.indices, into: &pieces)
    return pieces
}

private func checkTokenizer(_ pattern: String, _ text: String) {
    var file = Array(opening.utf8)
    file.appendJSON(string: pattern)
    file += closing
    let contents = FileContents(copying: file, name: "tokenizer.json")
    guard let tokenizer = try? AutoTokenizer.from(tokenizerFile: contents) else { return }
    let encoding = tokenizer.encoding(of: text)
    var end = 0
    for span in encoding.sourceSpans {
        precondition(span?.lowerBound == end, "the tokens leave a gap")
        end = span?.upperBound ?? -1
    }
    precondition(end == text.utf8.count, "the tokens end early")
    precondition(tokenizer.decode(tokens: encoding.ids).utf8.elementsEqual(text.utf8))
}

private let opening = """
    {"decoder":{"type":"ByteLevel"},"pre_tokenizer":{"type":"Sequence","pretokenizers":[\
    {"type":"Split","behavior":"Isolated","pattern":{"Regex":
    """

/// The rest of the file: a token for each byte and no merges.
private let closing: [UInt8] = {
    var alphabet: [Unicode.Scalar] = []
    var following: UInt32 = 0x100
    for byte in UInt8.min...UInt8.max {
        switch byte {
        case 0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF:
            alphabet.append(Unicode.Scalar(byte))
        default:
            if let scalar = Unicode.Scalar(following) { alphabet.append(scalar) }
            following += 1
        }
    }
    var text = Array("}},{\"type\":\"ByteLevel\",\"add_prefix_space\":false,".utf8)
    text += "\"use_regex\":false}]},\"model\":{\"type\":\"BPE\",\"merges\":[],\"vocab\":{".utf8
    for (id, scalar) in alphabet.enumerated() {
        if id > 0 { text += ",".utf8 }
        text.appendJSON(string: String(scalar))
        text += ":\(id)".utf8
    }
    return text + "}}}".utf8
}()
