import ScopeFiles
import ScopeReports
import ScopeTrace

/// Any bytes as what another program recorded: either an error that names the file and a line, or traces.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzImportedTrace(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    do throws(ReportError) {
        let recorded = try RecordedTrace.all(in: FileContents(copying: bytes, name: "fuzz"))
        for record in recorded {
            let trace = record.trace
            precondition(trace.bytes.count == trace.tokens.last?.sequenceSpan.upperBound ?? 0)
            if trace.bytes.count < 4096 { _ = JSONLinesWriter().text(of: trace) }
        }
    } catch {
        guard case .malformed(let file, let line, _, let reason) = error else { return 0 }
        precondition(file == "fuzz" && line >= 1 && !reason.isEmpty, "an error without a place")
    }
    return 0
}
