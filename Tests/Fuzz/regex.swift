import ScopeFiles
import ScopeTokenizers

/// A pattern, a line break and a text: either an error, or pieces that tile the text.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzRegex(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe UnsafeBufferPointer(start: start, count: count)
    let parts = unsafe bytes.split(
        separator: UInt8(ascii: "\n"), maxSplits: 1, omittingEmptySubsequences: false)
    let pattern = unsafe String(decoding: parts[0], as: UTF8.self)
    let text = unsafe String(decoding: parts.count > 1 ? parts[1] : parts[0], as: UTF8.self)
    var file = Array(opening.utf8)
    file.appendJSON(string: pattern)
    file += closing
    let contents = FileContents(copying: file, name: "tokenizer.json")
    guard let tokenizer = try? AutoTokenizer.from(tokenizerFile: contents) else { return 0 }
    let encoding = tokenizer.encoding(of: text)
    var end = 0
    for span in encoding.sourceSpans {
        precondition(span?.lowerBound == end, "the pieces leave a gap")
        end = span?.upperBound ?? -1
    }
    precondition(end == text.utf8.count, "the pieces end early")
    precondition(tokenizer.decode(tokens: encoding.ids).utf8.elementsEqual(text.utf8))
    return 0
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
