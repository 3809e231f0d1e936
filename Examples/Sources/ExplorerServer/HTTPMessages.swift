/// What a browser asks for.
package struct HTTPRequest: Sendable {
    package let method: String
    /// The path as it was sent, without its query.
    let path: String
    /// Parameters of the query as they were sent.
    let query: [(name: String, value: String)]
    /// The headers that somebody reads, by lower-case name; of several of a name all.
    let headers: [String: [String]]

    /// The one value of a header; nil where there is none, or several.
    func header(_ name: String) -> String? {
        let values = headers[name] ?? []
        return values.count == 1 ? values[0] : nil
    }
}

/// What it is answered.
package struct HTTPResponse: Sendable {
    /// What follows the head.
    enum Body: Sendable {
        case bytes([UInt8])
        /// Bytes as they come; nil ends them, and none at all means that there is nothing yet.
        case stream(@Sendable () -> [UInt8]?)
    }

    let status: Int
    var headers: [(name: String, value: String)] = []
    let body: Body

    init(_ status: Int, _ mediaType: String? = nil, _ body: [UInt8] = []) {
        self.status = status
        self.body = .bytes(body)
        if let mediaType { headers.append(("Content-Type", mediaType)) }
    }

    init(streaming mediaType: String, _ next: @escaping @Sendable () -> [UInt8]?) {
        status = 200
        body = .stream(next)
        headers.append(("Content-Type", mediaType))
    }
}

/// What takes requests in two steps: their heads, and then their bodies.
protocol HTTPHandler: Sendable {
    /// Looks at a request's head.
    ///
    /// - Returns: What becomes of it.
    func begin(_ request: HTTPRequest) -> HTTPDecision

    /// Answers a request that is whole.
    func answer(_ request: HTTPRequest, _ body: HTTPBody) -> HTTPResponse
}

/// What becomes of a request.
enum HTTPDecision: Sendable {
    /// It is answered without a look at its body.
    case answer(HTTPResponse)
    /// Its body is read up to a number of bytes.
    case read(limit: Int)
    /// Its body goes to a file, up to a number of bytes.
    case store(limit: Int)
}

/// A request's body.
enum HTTPBody: Sendable {
    case bytes([UInt8])
    case file(String)
}
