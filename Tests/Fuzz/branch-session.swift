import ScopeFiles
import ScopeReports
import ScopeTrace

/// Any bytes as a session of branches: either an error that names the file, or a tree that keeps its
/// promises and survives being written.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzBranchSession(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    do {
        let session = try BranchSessionFile.session(in: FileContents(copying: bytes, name: "fuzz"))
        check(session.tree)
        let written = BranchSessionFile.bytes(of: session)
        let again = try BranchSessionFile.session(
            in: FileContents(copying: written, name: "written"))
        precondition(again.tree == session.tree, "another tree comes back")
        precondition(BranchSessionFile.bytes(of: again) == written, "other bytes are written")
    } catch {
        precondition(error.file == "fuzz", "what was written is refused: \(error)")
        precondition(!error.description.isEmpty)
    }
    return 0
}

private func check(_ tree: BranchTree) {
    precondition(tree.nodes.reduce(0) { count, _ in count + 1 } == tree.count)
    for node in tree.nodes {
        precondition(node.id < tree.nextID && tree[node.id] == node)
        let before = node.parent.flatMap { tree[$0] }?.token
        precondition((node.parent == nil) == (before == nil), "a node hangs on nothing")
        precondition(node.token.index.rawValue == (before?.index.rawValue ?? -1) + 1)
        precondition(tree.children(of: node.parent).contains(node.id), "a parent lacks a child")
    }
    for leaf in tree.leaves.prefix(8) {
        let trace = tree.trace(of: leaf)
        precondition(trace.bytes == tree.bytes(of: leaf))
        precondition(trace.tokens.count == tree.path(to: leaf).count)
    }
    let runs = tree.runs()
    precondition(runs.reduce(0) { $0 + $1.nodes.count } == tree.count, "a node is in no run")
    var copy = tree
    if let root = tree.roots.first { copy.prune(root) }
    do {
        let places = try copy.merge(tree)
        precondition(places.count == tree.count, "merging lost a node")
    } catch {
        preconditionFailure("a tree cannot be merged with its own: \(error)")
    }
}
