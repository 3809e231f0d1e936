import ExplorerEngine
import TokenScope

extension HTTPResponse {
    static func json(_ bytes: [UInt8], status: Int = 200) -> HTTPResponse {
        HTTPResponse(status, "application/json", bytes)
    }

    static func error(_ status: Int, _ message: String, field: String? = nil) -> HTTPResponse {
        var writer = JSONWriter()
        writer.object { writer in
            writer.key("error")
            writer.object { writer in
                writer.member("message", message)
                if let field { writer.member("field", field) }
            }
        }
        return .json(writer.finish(), status: status)
    }

    static func error(_ error: ActionError) -> HTTPResponse {
        let status =
            switch error.kind {
            case .invalid: 400
            case .notFound: 404
            case .conflict: 409
            case .tooMany: 429
            case .failed: 500
            }
        return .error(status, error.message, field: error.field)
    }
}

extension ExplorerServer {
    /// The page's document, which loads everything else from this server.
    func shell() throws(ActionError) -> HTTPResponse { try asset(Self.shellName) }

    /// A file of the page.
    func asset(_ name: String) throws(ActionError) -> HTTPResponse {
        guard let file = asset(named: name) else {
            throw ActionError(.notFound, "the page has no file \(name)")
        }
        return HTTPResponse(200, file.mediaType + "; charset=utf-8", Array(file.text.utf8))
    }

    /// What happens, from a number on.
    func events(_ call: Route.Call) throws(ActionError) -> HTTPResponse {
        let after = call.request.header("last-event-id") ?? call.query["after"]
        guard after == nil || after.flatMap({ Int($0) }).map({ $0 >= 0 }) == true else {
            throw ActionError(.invalid, "after must be a number of an event", field: "after")
        }
        let reader = workspace.events.reader(after: after.flatMap { Int($0) })
        let quiet = QuietTime()
        return HTTPResponse(streaming: "text/event-stream") {
            // A first line at once tells the browser that it is connected.
            if quiet.isFirst() { return Array(": connected\n\n".utf8) }
            // So long a client that has gone keeps its connection.
            switch reader.next(waiting: 200) {
            case .events(let bytes):
                quiet.reset()
                return bytes
            case .nothing: return quiet.isLong() ? Array(": here\n\n".utf8) : []
            case .closed: return nil
            }
        }
    }

    /// A file to keep.
    func export(_ call: Route.Call) throws(ActionError) -> HTTPResponse {
        let file = try workspace.export(
            call.parameters[0], call.query["branch"], format: call.query["format"] ?? "session")
        var response = HTTPResponse(200, file.mediaType, file.bytes)
        response.headers.append(
            ("Content-Disposition", "attachment; filename=\"\(file.name)\""))
        return response
    }

    /// The document of a page with a model behind it.
    static let shellName = "live.html"

    /// What the document may do: load what this server has, and nothing else.
    static let policy = [
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'",
        "img-src 'self' data: blob:", "form-action 'none'", "frame-ancestors 'none'",
        "base-uri 'none'", "require-trusted-types-for 'script'", "trusted-types 'none'",
    ].joined(separator: "; ")

    /// What every answer says besides.
    static let headers: [(name: String, value: String)] = [
        ("Content-Security-Policy", policy), ("Referrer-Policy", "no-referrer"),
        ("X-Content-Type-Options", "nosniff"), ("Cache-Control", "no-store"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"), ("X-Frame-Options", "DENY"),
    ]
}
