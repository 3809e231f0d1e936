import Foundation

/// A client that sends whatever bytes it is given.
final class RawClient {
    struct Answer {
        let status: Int
        let head: String
        let body: String
    }

    private let socket: Int32

    /// Connects; `room` is what the system may keep of an answer before it is read, in bytes.
    init(port: UInt16, isIPv6: Bool = false, room: Int32? = nil) throws {
        let family = isIPv6 ? AF_INET6 : AF_INET
        #if canImport(Glibc)
            socket = Glibc.socket(family, Int32(SOCK_STREAM.rawValue), 0)
        #else
            socket = Darwin.socket(family, SOCK_STREAM, 0)
        #endif
        if var room {
            setsockopt(
                socket, SOL_SOCKET, SO_RCVBUF, &room, socklen_t(MemoryLayout<Int32>.size))
        }
        let result: Int32
        if isIPv6 {
            var address = sockaddr_in6()
            address.sin6_family = sa_family_t(AF_INET6)
            address.sin6_port = port.bigEndian
            address.sin6_addr = in6addr_loopback
            result = Self.reach(address, by: socket)
        } else {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
            result = Self.reach(address, by: socket)
        }
        guard result == 0 else { throw POSIXError(.ECONNREFUSED) }
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(
            socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        #if canImport(Darwin)
            var isQuiet: Int32 = 1
            setsockopt(
                socket, SOL_SOCKET, SO_NOSIGPIPE, &isQuiet, socklen_t(MemoryLayout<Int32>.size))
        #endif
    }

    deinit { close(socket) }

    private static func reach<Address>(_ address: Address, by socket: Int32) -> Int32 {
        withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<Address>.size))
            }
        }
    }

    /// Whether this machine has an IPv6 loopback address.
    static var hasIPv6: Bool {
        #if canImport(Glibc)
            let socket = Glibc.socket(AF_INET6, Int32(SOCK_STREAM.rawValue), 0)
        #else
            let socket = Darwin.socket(AF_INET6, SOCK_STREAM, 0)
        #endif
        guard socket >= 0 else { return false }
        defer { close(socket) }
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_addr = in6addr_loopback
        return withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, socklen_t(MemoryLayout<sockaddr_in6>.size))
            }
        } == 0
    }

    /// Sends bytes, as far as the server takes them: one that has answered already may not wait for all.
    func write(_ bytes: [UInt8]) {
        #if canImport(Glibc)
            let flags = Int32(MSG_NOSIGNAL)
        #else
            let flags: Int32 = 0
        #endif
        var done = 0
        while done < bytes.count {
            let count = bytes[done...].withUnsafeBytes {
                send(socket, $0.baseAddress, $0.count, flags)
            }
            if count <= 0 { return }
            done += count
        }
    }

    /// Some bytes; none at the end or after ten seconds.
    func read() -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = recv(socket, &buffer, buffer.count, 0)
        return count > 0 ? Array(buffer[..<count]) : []
    }

    /// Everything up to the end.
    func readAll() -> [UInt8] {
        var bytes: [UInt8] = []
        while true {
            let some = read()
            if some.isEmpty { return bytes }
            bytes += some
        }
    }

    /// Reads until a text has come.
    func read(until text: String) -> String {
        var bytes: [UInt8] = []
        while true {
            let some = read()
            bytes += some
            let all = String(decoding: bytes, as: UTF8.self)
            if some.isEmpty || all.contains(text) { return all }
        }
    }

    /// Sends a request and reads the answer; nil where there is none.
    static func ask(
        _ port: UInt16, _ method: String, _ path: String, headers: [String], body: [UInt8] = [],
        isIPv6: Bool = false
    ) throws -> Answer? {
        let client = try RawClient(port: port, isIPv6: isIPv6)
        var lines = ["\(method) \(path) HTTP/1.1", "Connection: close"] + headers
        if !body.isEmpty { lines.append("Content-Length: \(body.count)") }
        client.write(Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body)
        let text = String(decoding: client.readAll(), as: UTF8.self)
        guard let end = text.range(of: "\r\n\r\n"),
            let status = Int(text.split(separator: " ").dropFirst().first ?? "")
        else { return nil }
        return Answer(
            status: status, head: String(text[..<end.lowerBound]),
            body: String(text[end.upperBound...]))
    }
}
