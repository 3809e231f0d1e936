/// Who may ask: a browser page of this server's, and whoever was told the address.
///
/// The address holds a secret. `Host` must be the server's own, so that a name that somebody points at this
/// machine is none; so must `Origin`, where a browser sends one, which other sites' pages cannot choose.
struct AccessGuard: Sendable {
    let secret: String
    let hosts: [String]

    init(secret: String, port: UInt16) {
        self.secret = secret
        hosts = ["127.0.0.1:\(port)", "localhost:\(port)", "[::1]:\(port)"]
    }

    /// Checks a request's head.
    ///
    /// - Returns: The path's segments after the secret, or how the request is refused.
    func check(_ request: HTTPRequest) -> Result<[String], Refusal> {
        guard let host = request.header("host"), hosts.contains(host.lowercased()) else {
            return .failure(Refusal(status: 403, message: "this server is asked by another name"))
        }
        if let origins = request.headers["origin"] {
            guard origins.count == 1,
                hosts.contains(where: { "http://\($0)" == origins[0].lowercased() })
            else {
                return .failure(Refusal(status: 403, message: "another site's page asks"))
            }
        }
        let parts = request.path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count >= 2, parts[0].isEmpty, Self.isEqual(String(parts[1]), secret) else {
            return .failure(Refusal(status: 404, message: nil))
        }
        var segments: [String] = []
        for part in parts.dropFirst(2) {
            guard let segment = PercentDecoding.text(part) else {
                return .failure(Refusal(status: 400, message: "the path is malformed"))
            }
            segments.append(segment)
        }
        return .success(segments)
    }

    /// How a request is refused.
    struct Refusal: Error {
        let status: Int
        /// What to say; nil to say nothing.
        let message: String?
    }

    /// Compares two texts in a time that does not tell where they differ.
    static func isEqual(_ left: String, _ right: String) -> Bool {
        let (left, right) = (Array(left.utf8), Array(right.utf8))
        var difference = UInt8(left.count == right.count ? 0 : 1)
        for place in right.indices {
            difference |= right[place] ^ (place < left.count ? left[place] : 0)
        }
        return difference == 0
    }
}
