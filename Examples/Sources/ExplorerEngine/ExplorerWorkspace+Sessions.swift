#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif
import Synchronization
import TokenScope

extension ExplorerWorkspace {
    private func change(
        _ request: Fields, _ body: (inout ExplorerSession) throws(ActionError) -> Void
    ) throws(ActionError) {
        let id = try request.required("session")
        try state.withLock { (state) throws(ActionError) in
            guard let place = state.sessions.firstIndex(where: { $0.id == id }) else {
                throw .notFound("session \(id)", field: "session")
            }
            try body(&state.sessions[place])
            tellSessions(state)
        }
    }

    /// Names a session, or a branch of it, and notes something of it.
    func rename(_ request: Fields) throws(ActionError) -> [UInt8] {
        let (name, note) = (try request.string("name"), try request.string("note"))
        let branch = try request.string("branch")
        if let name, name.isEmpty || name.utf8.count > 1000 {
            throw .invalid("name", "a name has from 1 to 1000 bytes")
        }
        try change(request) { (session) throws(ActionError) in
            if let branch {
                guard session.index(of: branch) != nil else {
                    throw .notFound("branch \(branch)", field: "branch")
                }
                session.change(branch) { $0.name = name ?? $0.name }
                tellBranch(branch, of: session)
            } else {
                session.name = name ?? session.name
                session.note = note ?? session.note
            }
            session.isSaved = false
        }
        return Self.answer { _ in }
    }

    /// Forgets a session, and deletes the file that it was saved to.
    func remove(_ request: Fields) throws(ActionError) -> [UInt8] {
        let id = try request.required("session")
        let (tasks, path) = try state.withLock {
            (state) throws(ActionError) -> ([Task<Void, Never>], String?) in
            guard let place = state.sessions.firstIndex(where: { $0.id == id }) else {
                throw .notFound("session \(id)", field: "session")
            }
            let tasks = state.runs.filter { $0.session == id && !$0.state.isOver }
                .compactMap(\.task)
            let path = state.sessions.remove(at: place).path
            tellSessions(state)
            return (tasks, path)
        }
        for task in tasks { task.cancel() }
        bench.withLock { $0.forget(session: id) }
        if let path { try? FileManager.default.removeItem(atPath: path) }
        return Self.answer { _ in }
    }

    /// Writes a session into the folder of sessions.
    func save(_ request: Fields) throws(ActionError) -> [UInt8] {
        let id = try request.required("session")
        let session = try state.withLock { (state) throws(ActionError) in
            try Self.session(id, in: state)
        }
        let path = session.path ?? options.sessionFolder + "/" + Self.fileName(of: session)
        do {
            try FileManager.default.createDirectory(
                atPath: options.sessionFolder, withIntermediateDirectories: true)
            try BranchSessionFile(path).write(session.written)
        } catch {
            throw ActionError(.failed, "the session could not be saved: \(error)")
        }
        try change(request) { (session) throws(ActionError) in
            session.path = path
            session.isSaved = true
        }
        return Self.answer { $0.member("file", path) }
    }

    /// A name of a file that is none of another session's, whatever the session is called.
    private static func fileName(of session: ExplorerSession) -> String {
        let letters = session.name.lowercased().unicodeScalars.map { scalar in
            scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
                ? String(scalar) : "-"
        }
        let words = letters.joined().split(separator: "-").joined(separator: "-").prefix(40)
        let time = session.created.filter { $0.isASCII && $0.isNumber }
        let random = String(UInt32.random(in: 0...UInt32.max), radix: 36)
        return "\(words.isEmpty ? "session" : String(words))-\(time)-\(random).json"
    }

    /// Adds the sessions that were saved, newest names last; what cannot be read is left where it is.
    func readSavedSessions() {
        let folder = options.sessionFolder
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for name in names.sorted().prefix(Self.sessionLimit) where name.hasSuffix(".json") {
            let path = folder + "/" + name
            guard let session = try? BranchSessionFile(path).read() else { continue }
            let isClosed = state.withLock { state in
                guard !state.sessions.contains(where: { $0.path == path }) else {
                    return state.isClosed
                }
                var added = ExplorerSession(
                    opening: session, id: state.newID("s"), name: String(name.dropLast(5)),
                    models: state.models)
                added.path = path
                added.isSaved = true
                state.sessions.append(added)
                tellSessions(state)
                return state.isClosed
            }
            if isClosed { return }
        }
    }
}
