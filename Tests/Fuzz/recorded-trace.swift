import ScopeFiles
import ScopeReports
import ScopeTrace

/// Any bytes as what another tool recorded: either an error that names the file, or traces whose tokens
/// tile the text, whose rows of attention are read and whose attributions are of tokens that are there.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzRecordedTrace(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    do {
        for recorded in try RecordedTrace.all(in: FileContents(copying: bytes, name: "fuzz")) {
            check(recorded)
        }
    } catch {
        guard case .malformed(let file, let line, _, let reason) = error else {
            preconditionFailure("another failure")
        }
        precondition(file == "fuzz" && line > 0 && !reason.isEmpty)
    }
    return 0
}

private func check(_ recorded: RecordedTrace) {
    let trace = recorded.trace
    var end = 0
    for token in trace.tokens {
        precondition(token.sequenceSpan.lowerBound == end, "tokens leave a gap")
        end = token.sequenceSpan.upperBound
    }
    precondition(end == trace.bytes.count)
    for pattern in trace.attentionPatterns {
        precondition(pattern.rows.count == trace.tokens.count)
    }
    for attribution in recorded.attributions {
        precondition(attribution.scores.count == attribution.target.rawValue)
        precondition(trace.tokens.indices.contains(attribution.target.rawValue))
        precondition(!attribution.scores.contains { $0.isNaN })
    }
    guard recorded.format != .tokenscope else { return }
    // What came from elsewhere can be written as ours.
    let written = JSONLinesWriter().text(of: trace)
    guard
        let again = try? RecordedTrace.all(
            in: FileContents(copying: Array(written.utf8), name: "written"))
    else { preconditionFailure("what was written is refused") }
    precondition(again.first?.trace.tokens.map(\.bytes) == trace.tokens.map(\.bytes))
}
