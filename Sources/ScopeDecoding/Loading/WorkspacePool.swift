internal import ScopeTransformer
internal import Synchronization

/// Scratch memory shared by the sessions of a model: as many workspaces as were ever used at once.
final class WorkspacePool: Sendable {
    private let idle = Mutex<[Workspace<Float>]>([])

    /// Lends a workspace for the duration of `body`.
    func withWorkspace<Result>(
        _ body: (inout Workspace<Float>) throws(ModelFailure) -> Result
    ) throws(ModelFailure) -> Result {
        var workspace = take()
        defer { give(back: workspace) }
        return try body(&workspace)
    }

    /// Takes a workspace out, which is to be given back.
    func take() -> Workspace<Float> { idle.withLock { $0.popLast() } ?? Workspace() }

    /// Takes a workspace back.
    func give(back workspace: consuming Workspace<Float>) {
        let returned = workspace
        idle.withLock { $0.append(returned) }
    }
}
