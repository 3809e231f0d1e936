import CMicroHTTPD
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// An address of the loopback interface: whoever asks there is on this machine.
package enum LoopbackAddress: String, CaseIterable, Sendable {
    case ipv4 = "127.0.0.1"
    case ipv6 = "::1"

    /// The address as it stands in a URL.
    var host: String { self == .ipv6 ? "[\(rawValue)]" : rawValue }
}

/// GNU libmicrohttpd listening on the loopback interface, with a thread for each connection.
///
/// So an answer may wait, as those do that wait for events or for a model; what a reader does not take is
/// never stored for it.
@safe package final class HTTPDaemon: Sendable {
    /// Connections at one time.
    static let connectionLimit: UInt32 = 64
    /// Seconds without a byte after which a connection is closed, unless a server is given others.
    package static let usualTimeout: UInt32 = 30
    /// Bytes that a request's head may have, with room for the answer's.
    private static let headLimit = 32 << 10

    /// Why nothing listens.
    package enum Failure: Error, CustomStringConvertible {
        case portTaken(UInt16)
        case notPossible(String)

        package var description: String {
            switch self {
            case .portTaken(let port):
                "port \(port) is taken by another program: name another one, or 0 for any"
            case .notPossible(let reason): "the server cannot listen: \(reason)"
            }
        }
    }

    @safe private struct State {
        var handler: (any HTTPHandler)?
        nonisolated(unsafe) var daemon: OpaquePointer?
    }

    private let state: Mutex<State>
    /// The port that is listened on.
    let port: UInt16

    /// Begins to listen; requests are refused until ``serve(_:)``.
    init(_ address: LoopbackAddress, port: UInt16, timeout: UInt32) throws(Failure) {
        state = Mutex(State())
        let box = HTTPDaemonBox(timeout: timeout)
        // The box lives as long as the process may call back: until the daemon has stopped.
        let closure = unsafe Unmanaged.passRetained(box).toOpaque()
        let daemon = unsafe tool_http_start(
            address == .ipv6 ? 1 : 0, port, Self.connectionLimit, timeout, Self.headLimit,
            answerConnection, completeRequest, closure)
        guard let daemon = unsafe daemon else {
            let code = errno
            unsafe Unmanaged<HTTPDaemonBox>.fromOpaque(closure).release()
            if code == EADDRINUSE || code == EACCES { throw .portTaken(port) }
            if code == EADDRNOTAVAIL || code == EAFNOSUPPORT {
                throw .notPossible("this machine has no \(address.rawValue)")
            }
            throw .notPossible(unsafe String(cString: strerror(code)))
        }
        self.port = unsafe tool_http_port(daemon)
        self.box = box
        state.withLock { unsafe $0.daemon = daemon }
        box.daemon.withLock { $0 = WeakDaemon(value: self) }
    }

    private let box: HTTPDaemonBox

    /// Answers requests from here on.
    func serve(_ handler: any HTTPHandler) {
        state.withLock { $0.handler = handler }
    }

    var handler: (any HTTPHandler)? { state.withLock { $0.handler } }

    /// Ends all connections; answers that wait must have been told to end.
    func stop() {
        let daemon = state.withLock { state in
            let daemon = unsafe state.daemon
            unsafe state.daemon = nil
            state.handler = nil
            return unsafe Listening(daemon: daemon)
        }
        if let daemon = unsafe daemon.daemon {
            unsafe MHD_stop_daemon(daemon)
            unsafe Unmanaged.passUnretained(box).release()
        }
    }

    deinit { stop() }
}

/// A daemon on its way between threads.
@safe private struct Listening: @unchecked Sendable {
    nonisolated(unsafe) let daemon: OpaquePointer?
}

/// What the C library holds: a way to the daemon that keeps nothing alive.
final class HTTPDaemonBox: Sendable {
    let daemon = Mutex<WeakDaemon?>(nil)
    /// Seconds without a byte after which a connection is closed.
    let timeout: UInt32

    init(timeout: UInt32) {
        self.timeout = timeout
    }
}

struct WeakDaemon: Sendable {
    weak let value: HTTPDaemon?
}
