internal import ScopeTransformer
internal import Synchronization

/// Scratch memory shared by the sessions of a model: as many workspaces as were ever used at once.
final class WorkspacePool: Sendable {
    private let idle = Mutex<[Workspace<Float>]>([])

    /// Lends a workspace for the duration of `body`.
    func withWorkspace<Result>(
        _ body: (inout Workspace<Float>) throws(ModelFailure) -> Result
    ) throws(ModelFailure) -> Result {
        var workspace = idle.withLock { $0.popLast() } ?? Workspace()
        defer {
            let returned = workspace
            workspace = Workspace()
            idle.withLock { $0.append(returned) }
        }
        return try body(&workspace)
    }
}
