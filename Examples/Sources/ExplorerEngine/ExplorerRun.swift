import TokenScope

/// Something that computes, or waits for its turn.
struct ExplorerRun: Sendable {
    enum State: String, Sendable {
        case waiting
        case running
        case finished
        case stopped
        case failed

        var isOver: Bool { self != .waiting && self != .running }
    }

    let id: String
    let kind: String
    let session: String?
    /// The branches that it is about.
    let branches: [String]
    var state = State.waiting
    var error: String?
    var tokens: Int?
    var seconds: Double?
    var progress: Double?
    var task: Task<Void, Never>?

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("id", id)
            writer.member("kind", kind)
            if let session { writer.member("session", session) }
            if let branch = branches.first { writer.member("branch", branch) }
            writer.member("state", state.rawValue)
            if let error { writer.member("error", error) }
            if let tokens { writer.member("tokens", tokens) }
            if let seconds { writer.member("seconds", seconds) }
            if let tokens, let seconds, seconds > 0 {
                writer.member("tokens_per_second", Double(tokens) / seconds)
            }
            if let progress { writer.member("progress", progress) }
        }
    }
}
