import ScopeAudit

/// Any bytes as the weights of a suspicion model: either an error that names the text and a line of it, or
/// a model that comes back the same.
///
/// The weights that are missing are added for one input in 8: without all of them there is no model.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzSuspicionModel(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    let own = String(decoding: bytes, as: UTF8.self)
    let text = isOne(of: 8, bytes) ? rest + own : own
    do {
        let model = try SuspicionModel(text: text, file: "fuzz")
        precondition(model.regression.weights.allSatisfy { $0.isFinite })
        precondition(model.noteLimit.isFinite && model.warningLimit.isFinite)
        let again = try SuspicionModel(text: model.text, file: "written")
        precondition(again == model, "another model comes back")
        precondition(again.text == model.text, "another text is written")
    } catch {
        guard case .invalidTable(let file, let line, let reason) = error else {
            preconditionFailure("another failure: \(error)")
        }
        precondition(file == "fuzz", "what was written is refused: \(error)")
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        precondition((0...lines.count).contains(line) && reason.utf8.count < 1_000)
    }
    return 0
}

/// A weight for each feature, which later lines replace.
private let rest = SuspicionModel.tinyPython.text
