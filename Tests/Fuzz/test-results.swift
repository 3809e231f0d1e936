import ScopeFiles
import ScopeReports

/// Any bytes as results of tests: either an error that names the file and a line, or results that are all
/// found again, of which the stricter reading has no more that passed.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzTestResults(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    let contents = FileContents(copying: bytes, name: "fuzz")
    do {
        let plus = try TestResults(contents, suite: .plus)
        precondition(plus.tasks == plus.tasks.sorted() && plus.tasks.count <= plus.count)
        // The wider reading looks at fewer members, so what the stricter one takes it takes.
        let base = try TestResults(contents, suite: .base)
        precondition(base.tasks == plus.tasks && base.count == plus.count)
        for task in plus.tasks.prefix(4) {
            precondition(plus[task, -1] == nil, "a sample before the first")
            for sample in 0..<min(plus.count, 8) {
                guard let isPassing = plus[task, sample] else { continue }
                let isPassingBase = base[task, sample] ?? false
                precondition(!isPassing || isPassingBase, "the stricter suite lets more pass")
            }
        }
    } catch {
        guard case .malformed(let file, let line, _, let reason) = error else {
            preconditionFailure("another failure: \(error)")
        }
        precondition(file == "fuzz" && line >= 1 && !reason.isEmpty)
        precondition("\(error)".utf8.count < 2_000, "an error that repeats the file")
    }
    return 0
}
