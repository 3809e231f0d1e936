import ExplorerEngine
import ExplorerServer
import Foundation
import Testing

/// The Explorer's server, asked by a client that sends any bytes.
@Suite(.serialized) struct ServerTests {
    private struct Site {
        let story: Story
        let server: ExplorerServer
        let root: String

        init(timeout: UInt32 = HTTPDaemon.usualTimeout) throws {
            story = try Story()
            server = try ExplorerServer(story.workspace, timeout: timeout)
            root = "/" + server.address.split(separator: "/")[2] + "/"
        }

        var host: String { "Host: 127.0.0.1:\(server.port)" }

        func get(_ path: String, headers: [String] = []) throws -> RawClient.Answer? {
            try RawClient.ask(server.port, "GET", root + path, headers: [host] + headers)
        }

        func post(
            _ name: String, _ body: String, type: String? = "application/json",
            headers: [String] = []
        ) throws -> RawClient.Answer? {
            try RawClient.ask(
                server.port, "POST", root + "api/" + name,
                headers: [host] + (type.map { ["Content-Type: " + $0] } ?? []) + headers,
                body: Array(body.utf8))
        }
    }

    @Test func thePageAndItsDataAreServed() throws {
        let site = try Site()
        defer { site.server.stop() }
        let shell = try #require(try site.get(""))
        #expect(shell.status == 200 && shell.body.hasPrefix("<!doctype html>"))
        for header in [
            "Content-Security-Policy: default-src 'none'", "Referrer-Policy: no-referrer",
            "X-Content-Type-Options: nosniff", "Cache-Control: no-store",
        ] { #expect(shell.head.contains(header), "\(header)") }
        #expect(!shell.head.contains("Access-Control"))
        let script = try #require(try site.get("page/app.js"))
        #expect(script.head.contains("Content-Type: text/javascript; charset=utf-8"))
        let run = try #require(
            try site.post(
                "generate", #"{"prompt":"def f(x):","settings":{"max_tokens":6,"greedy":true}}"#))
        #expect(run.status == 200)
        let answer = try Story.object(Array(run.body.utf8))
        try site.story.end(of: answer)
        let session = try #require(answer["session"] as? String)
        #expect(try site.get("api/session/\(session)")?.status == 200)
        #expect(try site.get("api/session/\(session)/trace/b0")?.status == 200)
        #expect(try site.get("api/session/\(session)/rows/b0")?.body == "[]")
        #expect(try site.get("api/session/\(session)/syntax/b0?language=klingon")?.body == "null")
        let file = try #require(try site.get("api/session/\(session)/export?format=jsonl"))
        #expect(file.head.contains("attachment; filename=\"\(session).jsonl\""))
        let opened = try #require(
            try site.post("open?name=a%2Fb.jsonl", file.body, type: "application/octet-stream"))
        #expect(opened.status == 200 && opened.body.contains("\"session\""))
        let state = try Story.object(Array(try #require(try site.get("api/state")).body.utf8))
        let names = (state["sessions"] as? [[String: Any]])?.compactMap { $0["name"] as? String }
        #expect(names == ["def f(x):", "b.jsonl"])
    }

    @Test func whoMustNotAskIsRefused() throws {
        let site = try Site()
        defer { site.server.stop() }
        let (port, root) = (site.server.port, site.root)
        func status(_ path: String, _ headers: [String]) throws -> Int? {
            try RawClient.ask(port, "GET", path, headers: headers)?.status
        }
        let own = root + "api/state"
        #expect(try status(own, [site.host]) == 200)
        #expect(try status(own, ["Host: localhost:\(port)"]) == 200)
        for host in ["evil.example", "127.0.0.1", "127.0.0.1:1", "127.0.0.1:\(port).evil.example"] {
            #expect(try status(own, ["Host: \(host)"]) == 403, "\(host)")
        }
        #expect(try status(own, [site.host, "Host: evil.example"]) == 403)
        for origin in ["http://evil.example", "null", "https://127.0.0.1:\(port)"] {
            #expect(try status(own, [site.host, "Origin: \(origin)"]) == 403, "\(origin)")
        }
        #expect(try status(own, [site.host, "Origin: http://127.0.0.1:\(port)"]) == 200)
        let wrong = String(root.dropFirst().dropLast(2))
        for path in [
            "/", "//", "/api/state", "/\(wrong)/api/state", "/\(wrong)00/api/state",
            "/" + String(repeating: "0", count: 64) + "/",
        ] {
            let answer = try RawClient.ask(port, "GET", path, headers: [site.host])
            #expect(answer?.status == 404 && answer?.body.isEmpty == true, "\(path)")
        }
    }

    @Test(.enabled(if: RawClient.hasIPv6)) func theIPv6LoopbackIsListenedOnWhenAsked() throws {
        let story = try Story()
        let server = try ExplorerServer(story.workspace, on: .ipv6)
        defer { server.stop() }
        #expect(server.address.hasPrefix("http://[::1]:\(server.port)/"))
        let path = "/" + server.address.split(separator: "/")[2] + "/api/state"
        for host in ["[::1]:\(server.port)", "localhost:\(server.port)"] {
            let answer = try RawClient.ask(
                server.port, "GET", path,
                headers: ["Host: \(host)", "Origin: http://\(host)"], isIPv6: true)
            #expect(answer?.status == 200, "\(host)")
        }
        let other = try RawClient.ask(
            server.port, "GET", path, headers: ["Host: [::2]:\(server.port)"], isIPv6: true)
        #expect(other?.status == 403)
        // One address, no other.
        #expect(throws: (any Error).self) { try RawClient(port: server.port) }
    }

    @Test(arguments: [
        ("page/../main.js", 404), ("page/%2e%2e/page.c", 404), ("page/..%2fpage.c", 404),
        ("page/main.js%00", 400), ("page/%ff", 400), ("page/%zz", 400), ("page/%2", 400),
        ("page/main.js/", 404), ("page//main.js", 404), ("page/main.js?x=%ff", 400),
        ("api/session/..%2f..%2fx", 404), ("api/session/s1/trace/%2e", 404), ("nope", 404),
        ("api/tokens", 405), ("api/events?after=-1", 400), ("api/events?after=x", 400),
    ])
    func aPathLeadsNowhereElse(_ path: String, _ status: Int) throws {
        let site = try Site()
        defer { site.server.stop() }
        #expect(try site.get(path)?.status == status)
    }

    @Test func bodiesAreBoundedAndChecked() throws {
        let site = try Site()
        defer { site.server.stop() }
        #expect(try site.post("tokens", #"{"text":"def"}"#)?.status == 200)
        #expect(try site.post("tokens", "{}", type: nil)?.status == 415)
        #expect(try site.post("tokens", "{}", type: "text/plain")?.status == 415)
        #expect(try site.post("open", "{}")?.status == 415)
        let large = "{\"text\":\"" + String(repeating: "a", count: 1_100_000) + "\"}"
        #expect(try site.post("tokens", large)?.status == 413)
        for text in ["{", "[]", "{\"text\":1}", "{\"text\":\"a\",\"text\":\"b\"}"] {
            let answer = try site.post("tokens", text)
            #expect(answer?.status == 400 && answer?.body.contains("message") == true, "\(text)")
        }
        let broken = try RawClient.ask(
            site.server.port, "POST", site.root + "api/tokens",
            headers: [site.host, "Content-Type: application/json"],
            body: Array("{\"text\":\"".utf8) + [0xFF, 0xC0] + Array("\"}".utf8))
        #expect(broken?.status == 400)
        let deep = String(repeating: "[", count: 20_000)
        #expect(try site.post("tokens", deep)?.status == 400)
        // A body that says nothing of its length.
        let client = try RawClient(port: site.server.port)
        let piece = "4000\r\n" + String(repeating: "a", count: 0x4000) + "\r\n"
        client.write(
            Array(
                ("POST \(site.root)api/tokens HTTP/1.1\r\n\(site.host)\r\nConnection: close\r\n"
                    + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + String(repeating: piece, count: 70) + "0\r\n\r\n").utf8))
        #expect(String(decoding: client.readAll(), as: UTF8.self).hasPrefix("HTTP/1.1 413"))
        #expect(
            try RawClient.ask(
                site.server.port, "GET", site.root + "api/state", headers: [site.host],
                body: [1, 2])?.status == 400)
        #expect(
            try RawClient.ask(
                site.server.port, "DELETE", site.root + "api/state", headers: [site.host])?.status
                == 405)
    }

    private func follow(_ site: Site, after: Int, header: Bool) throws -> RawClient {
        let client = try RawClient(port: site.server.port)
        let query = header ? "" : "?after=\(after)"
        let line = header ? "Last-Event-ID: \(after)\r\n" : ""
        client.write(
            Array(
                ("GET \(site.root)api/events\(query) HTTP/1.1\r\n\(site.host)\r\n\(line)\r\n").utf8)
        )
        return client
    }

    @Test func eventsGoOnAfterAReconnect() throws {
        let site = try Site()
        defer { site.server.stop() }
        let first = try follow(site, after: 0, header: false)
        #expect(first.read(until: "event: models").contains("Content-Type: text/event-stream"))
        let known = site.story.workspace.events.last
        let answer = try site.story.ask(
            "score", ["text": "def f(x):\n    return x\n"])
        try site.story.end(of: answer)
        let text = try follow(site, after: known, header: true).read(until: "\"finished\"")
        #expect(text.contains("id: \(known + 1)\n") && !text.contains("id: \(known)\n"))
        #expect(text.contains("event: tokens") && text.contains("event: branch"))
    }

    @Test func clientsThatVanishOrWaitKeepNobodyElseFromAnswers() throws {
        let site = try Site()
        defer { site.server.stop() }
        // All but one of the connections there are.
        var waiting = try (0..<63).map { _ in try follow(site, after: 0, header: false) }
        for client in waiting { _ = client.read() }
        #expect(try site.get("api/state")?.status == 200)
        waiting = []
        let end = Date().addingTimeInterval(30)
        var answered = 0
        while Date() < end, answered < 32 {
            // Their places become free as they are seen to be gone, and so do those of earlier tries.
            Thread.sleep(forTimeInterval: 0.5)
            let clients = try? (0..<32).map { _ in try follow(site, after: 0, header: false) }
            answered = clients?.count { !$0.read(until: "event: ").isEmpty } ?? 0
        }
        #expect(answered == 32)
    }

    /// A client that takes nothing of its answers is let go after a while, and gets all of them before.
    @Test(arguments: [1, HTTPDaemon.usualTimeout])
    func whoTakesNothingIsLetGo(timeout: UInt32) throws {
        let site = try Site(timeout: timeout)
        defer { site.server.stop() }
        let client = try RawClient(port: site.server.port, room: 4_096)
        // More than the system keeps of what is sent.
        let count = 300
        let head = "GET \(site.root)page/app.js HTTP/1.1\r\n\(site.host)\r\n"
        let requests = String(repeating: head + "\r\n", count: count - 1)
        client.write(Array((requests + head + "Connection: close\r\n\r\n").utf8))
        Thread.sleep(forTimeInterval: 3)
        #expect(try site.get("api/state")?.status == 200)
        let text = String(decoding: client.readAll(), as: UTF8.self)
        let answers = text.components(separatedBy: "HTTP/1.1 200").count - 1
        if timeout == 1 {
            #expect(answers < count)
        } else {
            #expect(answers == count)
        }
    }

    @Test func aPortThatIsTakenIsSaid() throws {
        let site = try Site()
        defer { site.server.stop() }
        let fault = #expect(throws: HTTPDaemon.Failure.self) {
            try ExplorerServer(site.story.workspace, port: site.server.port)
        }
        #expect(fault?.description.contains("\(site.server.port) is taken") == true)
    }

    @Test func stoppingEndsWhoeverListens() throws {
        let site = try Site()
        let client = try follow(site, after: 0, header: false)
        _ = client.read(until: "event: models")
        let start = Date()
        site.server.stop()
        _ = client.readAll()
        #expect(Date().timeIntervalSince(start) < 5)
        #expect(throws: (any Error).self) { try RawClient(port: site.server.port) }
    }
}
