import ScopeCode

/// Any bytes as the table of a language: either an error that names a line, or the same table every time.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzSyntaxTable(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    let text = String(decoding: bytes, as: UTF8.self)
    do {
        let table = try SyntaxTable(language: "fuzz", text: text)
        let again = try SyntaxTable(language: "fuzz", text: text + "\n# again\n")
        precondition(table == again, "another table")
    } catch .invalidTable(let language, let line, _) {
        precondition(language == "fuzz" && line >= 1)
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        precondition(line <= lines.count)
    } catch {
        preconditionFailure("another failure: \(error)")
    }
    return 0
}
