import ScopeFiles
import ScopeReports
import ScopeTrace

/// Any bytes as recorded tokens: either an error that names the file and a line, or traces that come back
/// the same from what is written of them.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzTrace(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    do {
        for reader in try JSONLinesReader.samples(
            in: FileContents(copying: bytes, name: "fuzz"))
        {
            let written = try rewritten(reader.trace(file: "fuzz"))
            guard let written else { continue }
            let again = try JSONLinesReader(FileContents(copying: written, name: "written"))
            precondition(again.ids == reader.ids, "other tokens come back")
            let second = try rewritten(again.trace(file: "written"))
            precondition(second == written, "other bytes are written")
        }
    } catch ReportError.malformed(let file, let line, _, let reason) {
        precondition(file == "fuzz", "what was written is refused in line \(line): \(reason)")
        precondition(line >= 1 && !reason.isEmpty, "an error without a line")
    } catch {
        preconditionFailure("another failure: \(error)")
    }
    return 0
}

/// The trace as a file; none where its bytes are too many to be worth it.
private func rewritten(_ trace: TokenTrace) throws(ReportError) -> [UInt8]? {
    guard trace.bytes.count < 4096 else { return nil }
    let writer = JSONLinesWriter()
    return Array(writer.text(of: trace).utf8)
}
