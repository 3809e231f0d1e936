import Synchronization
import TokenScope

extension ExplorerWorkspace {
    /// Opens a file that was made before: a session, or traces that this or another tool recorded.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - name: What it is called.
    /// - Returns: The session's id, JSON in UTF-8.
    /// - Throws: ``ActionError`` where the file holds neither.
    package func open(_ path: String, named name: String) throws(ActionError) -> [UInt8] {
        let name = String(name.split(separator: "/").last?.prefix(200) ?? "file")
        let (session, attributions): (BranchSession, [BranchNode.ID: [Attribution]])
        do {
            (session, attributions) = try Self.session(at: path)
        } catch {
            // The file has a name of ours meanwhile.
            let words = "\(error)".split(separator: path, omittingEmptySubsequences: false)
                .joined(separator: name)
            throw ActionError(.invalid, words, field: "file")
        }
        guard !session.tree.isEmpty else { throw .invalid("file", "\(name) holds no tokens") }
        let id = try state.withLock { (state) throws(ActionError) in
            guard state.sessions.count < Self.sessionLimit else {
                throw ActionError(.tooMany, "there are \(Self.sessionLimit) sessions: remove some")
            }
            var opened = ExplorerSession(
                opening: session, id: state.newID("s"), name: name, models: state.models)
            opened.kind = "opened"
            for place in opened.branches.indices {
                guard let leaf = opened.branches[place].leaf else { continue }
                opened.branches[place].attributions += attributions[leaf] ?? []
            }
            state.sessions.append(opened)
            tellSessions(state)
            return opened.id
        }
        return Self.answer { $0.member("session", id) }
    }

    /// What a file holds, with the attributions of its traces by their last tokens.
    private static func session(
        at path: String
    ) throws -> (session: BranchSession, attributions: [BranchNode.ID: [Attribution]]) {
        let contents = try FileContents.open(path)
        let beginning = contents.copy(0..<min(256, contents.byteCount))
        if String(decoding: beginning, as: UTF8.self).contains(BranchSessionFile.format) {
            return (try BranchSessionFile.session(in: contents), [:])
        }
        let traces = try RecordedTrace.all(in: contents)
        guard let header = traces.first?.trace.header else {
            throw ActionError(.invalid, "\(path) holds no trace")
        }
        guard traces.contains(where: { !$0.trace.bytes.isEmpty }) else {
            throw ActionError(.invalid, "\(path) holds ids alone, without their texts")
        }
        var session = BranchSession(tree: BranchTree(header: header), model: header.model.name)
        var attributions: [BranchNode.ID: [Attribution]] = [:]
        for recorded in traces {
            guard let leaf = try session.tree.graft(recorded.trace).last else { continue }
            attributions[leaf, default: []] += recorded.attributions
        }
        return (session, attributions)
    }

    /// A file for people to keep.
    package struct Export: Sendable {
        package let name: String
        package let mediaType: String
        package let bytes: [UInt8]
    }

    /// Writes a session, or one branch of it, in a format.
    ///
    /// - Parameters:
    ///   - session: The session.
    ///   - key: The branch; nil for the first one, or for all where a format takes several.
    ///   - format: session, jsonl, json, csv, html, svg or sarif.
    /// - Returns: The file.
    /// - Throws: ``ActionError`` where there is no such branch or format.
    package func export(
        _ session: String, _ key: String?, format: String
    ) throws(ActionError) -> Export {
        let whole = try state.withLock { (state) throws(ActionError) in
            try Self.session(session, in: state)
        }
        guard let first = whole.branches.first?.key else {
            throw ActionError(.conflict, "the session has no branches")
        }
        let reading = try reading(session, key ?? first)
        let trace = reading.trace
        let stem = session + (key.map { "-" + $0 } ?? "")
        func file(_ ending: String, _ mediaType: String, _ text: String) -> Export {
            Export(name: "\(stem).\(ending)", mediaType: mediaType, bytes: Array(text.utf8))
        }
        switch format {
        case "session":
            return Export(
                name: "\(session).json", mediaType: "application/json",
                bytes: BranchSessionFile.bytes(of: whole.written))
        case "jsonl":
            return file("jsonl", "application/jsonl", JSONLinesWriter().text(of: trace))
        case "json":
            return file("json", "application/json", JSONLinesWriter().document(of: trace))
        case "csv": return file("csv", "text/csv", CSVWriter().text(of: trace))
        case "svg": return file("svg", "image/svg+xml", SVGWriter().text(of: trace))
        case "html":
            return file("html", "text/html", try page(of: whole, key, reading))
        case "sarif":
            let writer = SARIFWriter(
                rules: [.uncertainLine, .uncertainToken],
                tool: .init(version: TokenScopeVersion.current))
            var bytes: [UInt8] = []
            for token in trace.tokens where token.sourceSpan?.lowerBound == bytes.count {
                bytes += token.bytes
            }
            let path = "\(stem).\(reading.session.language == "python" ? "py" : "txt")"
            return file(
                "sarif", "application/sarif+json",
                writer.text(of: trace.hotSpots(path: path)) { _ in bytes })
        default:
            throw .invalid(
                "format", "format is one of session, jsonl, json, csv, html, svg, sarif")
        }
    }

    /// A page that needs no server, of one branch or of all.
    private func page(
        of session: ExplorerSession, _ key: String?, _ reading: BranchReading
    ) throws(ActionError) -> String {
        let tokenizer = reading.tokenizer
        var report = HTMLReport(title: session.name, language: session.language) {
            tokenizer?.bytes(of: $0)
        }
        for branch in session.branches where key == nil || branch.key == key {
            let trace = try self.reading(session.id, branch.key).trace
            report.add(
                trace, name: branch.name, attributions: branch.attributions,
                syntax: session.language.flatMap { Self.syntax(of: trace, $0) })
        }
        return report.html()
    }
}
