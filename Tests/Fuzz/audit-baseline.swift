import ScopeAudit
import ScopeFiles

/// Any bytes as a baseline of findings: either an error that names the file, or entries that come back the
/// same from what is written of them.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzAuditBaseline(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    do {
        let baseline = try FindingBaseline(bytes: bytes, file: "fuzz")
        let written = baseline.bytes
        let again = try FindingBaseline(bytes: written, file: "written")
        precondition(again == baseline, "other entries come back")
        precondition(again.bytes == written, "other bytes are written")
    } catch {
        guard case .file(let fault) = error else { preconditionFailure("not a file's fault") }
        precondition(fault.file == "fuzz", "what was written is refused: \(fault)")
        precondition(fault.description.utf8.count < 2_000, "an error that repeats the file")
    }
    return 0
}
