import FoundationEssentials
import ScopeTrace

/// A byte that chooses a type, then any bytes as its JSON through `Codable`: either an error, or a value
/// that comes back the same.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzTraceValues(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let start = unsafe start, count > 1 else { return 0 }
    let json = unsafe Data(UnsafeBufferPointer(start: start + 1, count: count - 1))
    switch unsafe start[0] % 8 {
    case 0: check(TokenTrace.self, json)
    case 1: check(DocumentMap.self, json)
    case 2: check(SyntaxTree.self, json)
    case 3: check(BranchSession.self, json)
    case 4: check(PatchingMatrix.self, json)
    case 5: check(GenerationSettings.self, json)
    case 6: check(FlowGraph.self, json)
    default: check(SyntaxReport.self, json)
    }
    return 0
}

private func check<Value: Codable & Equatable>(_ type: Value.Type, _ json: Data) {
    guard let value = try? JSONDecoder().decode(type, from: json) else { return }
    do {
        let written = try JSONEncoder().encode(value)
        let again = try JSONDecoder().decode(type, from: written)
        precondition(again == value, "another value comes back")
    } catch {
        preconditionFailure("a value that was read cannot be written and read: \(error)")
    }
    if let trace = value as? TokenTrace {
        precondition(trace.bytes.count == trace.tokens.last?.sequenceSpan.upperBound ?? 0)
        for column in trace.metrics.columns {
            for row in 0..<min(trace.tokens.count, 64) { _ = column[row] }
        }
    }
    if let tree = value as? SyntaxTree {
        for index in tree.nodes.indices {
            _ = tree.kindName(of: index)
            _ = tree.fieldName(of: index)
            precondition(tree.children(of: index).allSatisfy { tree.nodes[$0].parent == index })
        }
    }
}
