import ExplorerEngine

/// What can be asked for, in one table: a method, a path after the secret, and what answers it.
struct Route: Sendable {
    /// A request with what its path and query say.
    struct Call: Sendable {
        let server: ExplorerServer
        let parameters: [String]
        let query: [String: String]
        let request: HTTPRequest
        let body: HTTPBody
    }

    let method: String
    /// Segments; `*` stands for any one.
    let path: [String]
    /// What goes into the body, nil where there is none.
    let upload: Upload?
    let run: @Sendable (Call) throws(ActionError) -> HTTPResponse

    enum Upload: Sendable {
        case json
        case file
    }

    private init(
        _ method: String, _ path: String, upload: Upload? = nil,
        _ run: @escaping @Sendable (Call) throws(ActionError) -> HTTPResponse
    ) {
        self.method = method
        self.path = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        self.upload = upload
        self.run = run
    }

    static let all: [Route] = [
        Route("GET", "") { (call) throws(ActionError) in try call.server.shell() },
        Route("GET", "page/*") { (call) throws(ActionError) in
            try call.server.asset(call.parameters[0])
        },
        Route("GET", "api/state") { (call) throws(ActionError) in
            .json(call.server.workspace.stateText())
        },
        Route("GET", "api/events") { (call) throws(ActionError) in try call.server.events(call) },
        Route("GET", "api/session/*") { (call) throws(ActionError) in
            .json(try call.server.workspace.sessionText(call.parameters[0]))
        },
        Route("GET", "api/session/*/trace/*") { (call) throws(ActionError) in
            .json(
                try call.server.workspace.traceText(call.parameters[0], call.parameters[1]))
        },
        Route("GET", "api/session/*/rows/*") { (call) throws(ActionError) in
            .json(try call.server.workspace.rowsText(call.parameters[0], call.parameters[1]))
        },
        Route("GET", "api/session/*/syntax/*") { (call) throws(ActionError) in
            .json(
                try call.server.workspace.syntaxText(
                    call.parameters[0], call.parameters[1], language: call.query["language"]))
        },
        Route("GET", "api/session/*/export") { (call) throws(ActionError) in
            try call.server.export(call)
        },
        Route("POST", "api/open", upload: .file) { (call) throws(ActionError) in
            guard case .file(let path) = call.body else { return HTTPResponse(400) }
            return .json(
                try call.server.workspace.open(path, named: call.query["name"] ?? "file"))
        },
        Route("POST", "api/*", upload: .json) { (call) throws(ActionError) in
            guard case .bytes(let bytes) = call.body else { return HTTPResponse(400) }
            return .json(try call.server.workspace.perform(call.parameters[0], bytes))
        },
    ]

    /// What of a path stands for this one's stars; nil where it is another path.
    func parameters(of segments: [String]) -> [String]? {
        guard segments.count == path.count else { return nil }
        var parameters: [String] = []
        for (part, segment) in zip(path, segments) {
            if part == "*" {
                parameters.append(segment)
            } else if part != segment {
                return nil
            }
        }
        return parameters
    }
}
