import ExplorerEngine
import Foundation
import Testing

/// Sessions that are kept, opened and forgotten; and the log of events.
@Suite struct SessionTests {
    @Test func aSavedSessionComesBackWithAllItHad() throws {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "tokenscope-sessions-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let before: [[String: Any]]
        let file: String
        do {
            let story = try Story(folder: folder)
            let answer = try story.finish(
                "generate",
                ["prompt": "def f(x):", "settings": ["max_tokens": 8, "greedy": true]])
            let session = try #require(answer["session"] as? String)
            let place: [String: Any] = ["session": session, "branch": "b0", "token": 6]
            let other = try story.finish(
                "replace",
                place.merging(["id": 40, "settings": ["max_tokens": 3, "greedy": true]]) { $1 })
            #expect(other["branch"] as? String == "b1")
            try story.end(
                of: try story.ask("attribute", place.merging(["method": "random"]) { $1 }))
            _ = try story.ask(
                "rename", ["session": session, "name": "Näme ⁂ / ..", "note": "a note"])
            file = try #require(
                try story.ask("save", ["session": session])["file"] as? String)
            #expect(URL(filePath: file).deletingLastPathComponent().path == folder.path)
            before = try story.manifest(session)
            // The folder stays when the story ends.
            try FileManager.default.copyItem(atPath: file, toPath: folder.path + ".copy")
        }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try FileManager.default.moveItem(atPath: folder.path + ".copy", toPath: file)
        let story = try Story(folder: folder)
        let told = try story.wait { event in
            event.name == "sessions" && (event.data["sessions"] as? [Any])?.isEmpty == false
        }.data
        let info = try #require((told["sessions"] as? [[String: Any]])?.first)
        #expect(info["name"] as? String == "Näme ⁂ / ..")
        #expect(info["note"] as? String == "a note")
        #expect(info["saved"] as? Bool == true)
        let session = try #require(info["id"] as? String)
        let after = try story.manifest(session)
        for name in ["key", "name", "parent", "fork", "edit", "tokens", "prompt", "attributions"] {
            #expect(
                after.map { "\($0[name] ?? "")" } == before.map { "\($0[name] ?? "")" }, "\(name)")
        }
        // It can be gone on with.
        _ = try story.finish(
            "resume",
            ["session": session, "branch": "b1", "settings": ["max_tokens": 2, "greedy": true]])
        _ = try story.ask("remove", ["session": session])
        #expect(!FileManager.default.fileExists(atPath: file))
        #expect(throws: ActionError.self) { try story.workspace.sessionText(session) }
    }

    @Test(arguments: ["session", "jsonl", "json"])
    func whatIsExportedCanBeOpened(_ format: String) throws {
        let story = try Story()
        let answer = try story.finish(
            "generate", ["prompt": "def f(x):", "settings": ["max_tokens": 8, "greedy": true]])
        let session = try #require(answer["session"] as? String)
        let file = try story.workspace.export(session, "b0", format: format)
        let path = story.folder.path + ".\(file.name)"
        try Data(file.bytes).write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let opened = try Story.object(try story.workspace.open(path, named: "../" + file.name))
        let other = try #require(opened["session"] as? String)
        #expect(
            try story.trace(other, "b0")["ids"] as? [Int]
                == story.trace(session, "b0")["ids"] as? [Int])
    }

    @Test(arguments: ["csv", "html", "svg", "sarif"])
    func exportsAreWhatTheySay(_ format: String) throws {
        let story = try Story()
        let answer = try story.finish("score", ["text": "def f(x):\n    return <b>\n"])
        let session = try #require(answer["session"] as? String)
        let text = String(
            decoding: try story.workspace.export(session, nil, format: format).bytes,
            as: UTF8.self)
        let beginning = ["csv": "index", "html": "<!doctype html>", "svg": "<svg", "sarif": "{"]
        #expect(text.contains(beginning[format] ?? "?"))
        #expect(throws: ActionError.self) {
            try story.workspace.export(session, nil, format: "exe")
        }
    }

    @Test(arguments: [
        "", "{", "[1]", "{\"format\":\"tokenscope.branches\",\"version\":99}", "\u{0}",
    ])
    func aFileOfNothingIsRefusedByItsName(_ text: String) throws {
        let story = try Story()
        let path = story.folder.path + ".broken"
        try Data(text.utf8).write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let fault = try #require(throws: ActionError.self) {
            try story.workspace.open(path, named: "mine.json")
        }
        #expect(!fault.message.contains(path) && fault.message.contains("mine.json"), "\(fault)")
    }

    @Test func theLogGoesOnWhereAReaderWasAndTellsOfAGap() throws {
        let log = EventLog()
        let early = log.reader(after: 0)
        #expect(early.next(waiting: 1) == .nothing)
        for number in 1...5 { log.append("run", Array("{\"n\":\(number)}".utf8)) }
        guard case .events(let all) = early.next(waiting: 0),
            case .events(let rest) = log.reader(after: 3).next(waiting: 0)
        else {
            Issue.record("nothing was told")
            return
        }
        #expect(try Story.parsed(all).map(\.number) == [1, 2, 3, 4, 5])
        #expect(try Story.parsed(rest).map(\.number) == [4, 5])
        // More than is kept.
        let large = [UInt8](repeating: UInt8(ascii: " "), count: 4 << 20) + Array("{}".utf8)
        for _ in 1...6 { log.append("run", large) }
        guard case .events(let reset) = log.reader(after: 3).next(waiting: 0) else {
            Issue.record("nothing was told")
            return
        }
        #expect(try Story.parsed(reset).map(\.name) == ["reset"])
        guard case .events(let unknown) = log.reader(after: 99).next(waiting: 0) else {
            Issue.record("nothing was told")
            return
        }
        #expect(try Story.parsed(unknown).map(\.name) == ["reset"])
        log.close()
        #expect(log.reader(after: 0).next(waiting: 0) == .closed)
    }
}
