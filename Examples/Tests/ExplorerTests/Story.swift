import ExplorerEngine
import Foundation
import Testing
import TokenScope

/// A workspace with the embedded model, and what it has told.
final class Story {
    /// Something that happened.
    struct Event {
        let number: Int
        let name: String
        let data: [String: Any]
    }

    let workspace: ExplorerWorkspace
    let folder: URL
    private let reader: EventLog.Reader
    private(set) var events: [Event] = []

    init(folder: URL? = nil, loading: ModelOptions = ModelOptions()) throws {
        self.folder =
            folder
            ?? FileManager.default.temporaryDirectory
            .appending(path: "tokenscope-explorer-\(UUID().uuidString)")
        workspace = ExplorerWorkspace(
            .init(modelFolders: [], loading: loading, sessionFolder: self.folder.path))
        reader = workspace.events.reader(after: 0)
        try workspace.start()
        try wait { event in
            event.name == "run" && event.data["kind"] as? String == "load"
                && event.data["state"] as? String == "finished"
        }
    }

    deinit {
        workspace.close()
        try? FileManager.default.removeItem(at: folder)
    }

    struct Timeout: Error {}

    /// Asks for something.
    func ask(_ action: String, _ request: [String: Any]) throws -> [String: Any] {
        let body = try JSONSerialization.data(withJSONObject: request)
        return try Self.object(try workspace.perform(action, Array(body)))
    }

    /// What is wrong with a request.
    func fault(_ action: String, _ request: [String: Any]) throws -> ActionError {
        let body = try JSONSerialization.data(withJSONObject: request)
        return try #require(throws: ActionError.self) {
            try workspace.perform(action, Array(body))
        }
    }

    /// Waits for something to happen, or to have happened.
    @discardableResult
    func wait(seconds: Double = 60, for isWanted: (Event) -> Bool) throws -> Event {
        if let known = events.first(where: isWanted) { return known }
        let end = Date().addingTimeInterval(seconds)
        while Date() < end {
            guard case .events(let bytes) = reader.next(waiting: 500) else { continue }
            let new = try Self.parsed(bytes)
            events += new
            if let found = new.first(where: isWanted) { return found }
        }
        throw Timeout()
    }

    /// Waits for the end of a run.
    @discardableResult
    func end(of answer: [String: Any]) throws -> [String: Any] {
        let run = try #require(answer["run"] as? String)
        return try wait { event in
            event.name == "run" && event.data["id"] as? String == run
                && ["finished", "stopped", "failed"].contains(event.data["state"] as? String)
        }.data
    }

    /// Asks for something that runs, and waits until it has.
    func finish(_ action: String, _ request: [String: Any]) throws -> [String: Any] {
        let answer = try ask(action, request)
        let end = try end(of: answer)
        #expect(end["state"] as? String == "finished", "\(end)")
        return answer
    }

    func manifest(_ session: String) throws -> [[String: Any]] {
        let object = try Self.object(try workspace.sessionText(session))
        return try #require(object["traces"] as? [[String: Any]])
    }

    func branch(_ session: String, _ key: String) throws -> [String: Any] {
        try #require(try manifest(session).first { $0["key"] as? String == key })
    }

    func trace(_ session: String, _ key: String) throws -> [String: Any] {
        try Self.object(try workspace.traceText(session, key))
    }

    /// What was told of a branch's tokens, put together.
    func told(_ session: String, _ key: String, after beginning: [Int] = []) -> [Int] {
        var ids = beginning
        for event in events where event.name == "tokens" {
            guard event.data["session"] as? String == session,
                event.data["branch"] as? String == key, let from = event.data["from"] as? Int,
                let part = event.data["part"] as? [String: Any], let new = part["ids"] as? [Int]
            else { continue }
            #expect(from <= ids.count, "a part leaves a gap")
            ids = ids.prefix(from) + new
        }
        return ids
    }

    static func object(_ bytes: [UInt8]) throws -> [String: Any] {
        try #require(
            try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
    }

    /// Server-sent events out of their text.
    static func parsed(_ bytes: [UInt8]) throws -> [Event] {
        try String(decoding: bytes, as: UTF8.self).components(separatedBy: "\n\n")
            .compactMap { block -> Event? in
                var fields: [String: String] = [:]
                for line in block.split(separator: "\n") where !line.hasPrefix(":") {
                    let parts = line.split(separator: ":", maxSplits: 1)
                    fields[String(parts[0])] = String(parts[1].dropFirst())
                }
                guard let name = fields["event"], let data = fields["data"] else { return nil }
                return Event(
                    number: Int(fields["id"] ?? "") ?? -1, name: name,
                    data: try object(Array(data.utf8)))
            }
    }
}
