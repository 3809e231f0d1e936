package import ExplorerEngine
import TokenScope

/// The Explorer over HTTP: a workspace for a browser on the same machine.
package final class ExplorerServer: HTTPHandler {
    /// A text that is to be measured has to fit.
    static let bodyLimit = 1 << 20
    static let fileLimit = 256 << 20

    package let workspace: ExplorerWorkspace
    private let host: String
    private let daemon: HTTPDaemon
    private let access: AccessGuard
    private let assets: [String: PageFile]

    /// Begins to answer.
    ///
    /// - Parameters:
    ///   - workspace: What is shown.
    ///   - address: Where it listens.
    ///   - port: The port; 0 for any that is free.
    ///   - timeout: Seconds after which a client that takes or sends nothing is let go.
    /// - Throws: ``HTTPDaemon/Failure`` where the port is taken, or the machine lacks the address.
    package init(
        _ workspace: ExplorerWorkspace, on address: LoopbackAddress = .ipv4, port: UInt16 = 0,
        timeout: UInt32 = HTTPDaemon.usualTimeout
    ) throws(HTTPDaemon.Failure) {
        self.workspace = workspace
        host = address.host
        daemon = try HTTPDaemon(address, port: port, timeout: timeout)
        access = AccessGuard(secret: Self.newSecret(), port: daemon.port)
        assets = Dictionary(uniqueKeysWithValues: PageFile.all.map { ($0.name, $0) })
        daemon.serve(self)
    }

    func asset(named name: String) -> PageFile? { assets[name] }

    /// Where the browser goes.
    package var address: String { "http://\(host):\(daemon.port)/\(access.secret)/" }

    /// The port that is listened on.
    package var port: UInt16 { daemon.port }

    /// Ends all connections, and what the workspace does.
    package func stop() {
        workspace.close()
        daemon.stop()
    }

    /// 32 bytes that nobody can guess, as text for an address.
    private static func newSecret() -> String {
        var generator = SystemRandomNumberGenerator()
        var digits = ""
        for _ in 0..<4 {
            let word = String(generator.next() as UInt64, radix: 16)
            digits += String(repeating: "0", count: 16 - word.count) + word
        }
        return digits
    }

    func begin(_ request: HTTPRequest) -> HTTPDecision {
        switch access.check(request) {
        case .failure(let refusal):
            guard let message = refusal.message else {
                return .answer(HTTPResponse(refusal.status))
            }
            return .answer(.error(refusal.status, message))
        case .success(let segments):
            let matching = Route.all.filter { $0.parameters(of: segments) != nil }
            guard !matching.isEmpty else { return .answer(.error(404, "there is no such page")) }
            let method = request.method == "HEAD" ? "GET" : request.method
            guard let route = matching.first(where: { $0.method == method }) else {
                var response = HTTPResponse.error(405, "this path takes another method")
                response.headers.append(("Allow", matching[0].method))
                return .answer(response)
            }
            guard let upload = route.upload else {
                return Self.hasBody(request)
                    ? .answer(.error(400, "this request has no body")) : .read(limit: 0)
            }
            let wanted = upload == .json ? "application/json" : "application/octet-stream"
            let type = request.header("content-type")?.lowercased().split(separator: ";").first
            guard type.map(String.init) == wanted else {
                return .answer(.error(415, "the body must be \(wanted)"))
            }
            let limit = upload == .json ? Self.bodyLimit : Self.fileLimit
            if let length = request.header("content-length"), Int(length) ?? .max > limit {
                return .answer(.error(413, "the body may have \(limit) bytes"))
            }
            return upload == .json ? .read(limit: limit) : .store(limit: limit)
        }
    }

    private static func hasBody(_ request: HTTPRequest) -> Bool {
        request.headers["transfer-encoding"] != nil
            || request.header("content-length").map { $0 != "0" } ?? false
    }

    func answer(_ request: HTTPRequest, _ body: HTTPBody) -> HTTPResponse {
        guard case .success(let segments) = access.check(request) else { return HTTPResponse(404) }
        let method = request.method == "HEAD" ? "GET" : request.method
        for route in Route.all where route.method == method {
            guard let parameters = route.parameters(of: segments) else { continue }
            var query: [String: String] = [:]
            for (name, value) in request.query {
                guard let name = PercentDecoding.text(name, plusIsSpace: true),
                    let value = PercentDecoding.text(value, plusIsSpace: true)
                else { return .error(400, "the query is malformed") }
                query[name] = value
            }
            do throws(ActionError) {
                return try route.run(
                    Route.Call(
                        server: self, parameters: parameters, query: query, request: request,
                        body: body))
            } catch {
                return .error(error)
            }
        }
        return HTTPResponse(404)
    }
}
