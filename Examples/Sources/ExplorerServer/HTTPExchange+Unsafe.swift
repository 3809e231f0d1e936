import CMicroHTTPD
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A request on its way, from its head to the end of its answer.
final class HTTPExchange: Sendable {
    private struct State {
        var body: [UInt8] = []
        var file: UploadFile?
        var count = 0
        var isTooLong = false
    }

    let request: HTTPRequest
    let limit: Int
    private let state: Mutex<State>

    init(_ request: HTTPRequest, limit: Int, file: UploadFile?) {
        self.request = request
        self.limit = limit
        state = Mutex(State(file: file))
    }

    /// Takes some of the body.
    func take(_ bytes: UnsafeRawBufferPointer) {
        state.withLock { state in
            state.count += bytes.count
            guard state.count <= limit, !state.isTooLong else {
                state.isTooLong = true
                state.body = []
                return
            }
            if let file = state.file {
                let isWritten = unsafe file.write(bytes)
                if !isWritten { state.isTooLong = true }
            } else {
                unsafe state.body.append(contentsOf: bytes)
            }
        }
    }

    /// The whole body; nil where there was too much of it.
    var body: HTTPBody? {
        state.withLock { state in
            guard !state.isTooLong else { return nil }
            return state.file.map { .file($0.path) } ?? .bytes(state.body)
        }
    }
}

/// A stream's bytes that did not fit the room of a call.
final class StreamRest: Sendable {
    let next: @Sendable () -> [UInt8]?
    private let rest = Mutex<ArraySlice<UInt8>>([])

    init(_ next: @escaping @Sendable () -> [UInt8]?) {
        self.next = next
    }

    /// Copies what comes next.
    ///
    /// - Returns: The number of bytes; nil at the end, 0 for nothing yet.
    func copy(to buffer: UnsafeMutableRawBufferPointer) -> Int? {
        rest.withLock { rest in
            if rest.isEmpty {
                guard let bytes = next() else { return nil }
                rest = bytes[...]
            }
            let count = min(rest.count, buffer.count)
            unsafe buffer.copyBytes(from: rest.prefix(count))
            rest = rest.dropFirst(count)
            return count
        }
    }
}

/// What the C library calls for a request: once for its head, then for each part of its body, and once more.
func answerConnection(
    _ closure: UnsafeMutableRawPointer?, _ connection: OpaquePointer?,
    _ path: UnsafePointer<CChar>?, _ method: UnsafePointer<CChar>?,
    _ version: UnsafePointer<CChar>?, _ upload: UnsafePointer<CChar>?,
    _ uploadCount: UnsafeMutablePointer<Int>?,
    _ slot: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> MHD_Result {
    guard let closure = unsafe closure, let connection = unsafe connection,
        let path = unsafe path, let method = unsafe method, let uploadCount = unsafe uploadCount,
        let slot = unsafe slot
    else { return .NO }
    let box = unsafe Unmanaged<HTTPDaemonBox>.fromOpaque(closure).takeUnretainedValue()
    guard let handler = box.daemon.withLock({ $0?.value })?.handler else { return .NO }
    guard let known = unsafe slot.pointee else {
        guard let path = unsafe String(validatingCString: path),
            let method = unsafe String(validatingCString: method),
            let request = unsafe readHead(connection, path: path, method: method)
        else { return unsafe send(HTTPResponse(400), to: connection) }
        let exchange: HTTPExchange
        switch handler.begin(request) {
        case .answer(let response): return unsafe send(response, to: connection)
        case .read(let limit): exchange = HTTPExchange(request, limit: limit, file: nil)
        case .store(let limit):
            guard let file = UploadFile() else {
                return unsafe send(.error(500, "there is no room for the file"), to: connection)
            }
            exchange = HTTPExchange(request, limit: limit, file: file)
        }
        unsafe slot.pointee = Unmanaged.passRetained(exchange).toOpaque()
        return .YES
    }
    let exchange = unsafe Unmanaged<HTTPExchange>.fromOpaque(known).takeUnretainedValue()
    if unsafe uploadCount.pointee > 0 {
        unsafe exchange.take(UnsafeRawBufferPointer(start: upload, count: uploadCount.pointee))
        unsafe uploadCount.pointee = 0
        return .YES
    }
    guard let body = exchange.body else {
        return unsafe send(
            .error(413, "the body may have \(exchange.limit) bytes"), to: connection)
    }
    // A model may take its time; the time that the other side may take begins after that.
    unsafe tool_http_set_timeout(connection, 0)
    let response = handler.answer(exchange.request, body)
    unsafe tool_http_set_timeout(connection, box.timeout)
    return unsafe send(response, to: connection)
}

/// What the C library calls when a request is over, however it ended.
func completeRequest(
    _ closure: UnsafeMutableRawPointer?, _ connection: OpaquePointer?,
    _ slot: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, _ reason: MHD_RequestTerminationCode
) {
    guard let slot = unsafe slot, let known = unsafe slot.pointee else { return }
    unsafe Unmanaged<HTTPExchange>.fromOpaque(known).release()
    unsafe slot.pointee = nil
}

/// The names of headers that somebody reads.
private let readHeaders: Set<String> = [
    "host", "origin", "content-type", "content-length", "transfer-encoding", "last-event-id",
]

/// Collects headers or parameters of a query.
private final class Pairs {
    var values: [(name: String, value: String)] = []
    var isMalformed = false
}

private func readPairs(
    _ connection: OpaquePointer, _ kind: MHD_ValueKind
) -> [(name: String, value: String)]? {
    let pairs = Pairs()
    let closure = unsafe Unmanaged.passUnretained(pairs).toOpaque()
    unsafe MHD_get_connection_values(
        connection, kind,
        { closure, _, name, value in
            guard let closure = unsafe closure, let name = unsafe name else { return .YES }
            let pairs = unsafe Unmanaged<Pairs>.fromOpaque(closure).takeUnretainedValue()
            guard let name = unsafe String(validatingCString: name),
                let value = unsafe value == nil
                    ? ""
                    : value.flatMap({
                        unsafe String(validatingCString: $0)
                    })
            else {
                pairs.isMalformed = true
                return .YES
            }
            pairs.values.append((name, value))
            return .YES
        }, closure)
    return withExtendedLifetime(pairs) { pairs.isMalformed ? nil : pairs.values }
}

private func readHead(
    _ connection: OpaquePointer, path: String, method: String
) -> HTTPRequest? {
    guard let all = unsafe readPairs(connection, .HEADER_KIND),
        let query = unsafe readPairs(connection, .GET_ARGUMENT_KIND)
    else { return nil }
    var headers: [String: [String]] = [:]
    for (name, value) in all where readHeaders.contains(name.lowercased()) {
        headers[name.lowercased(), default: []].append(value)
    }
    return HTTPRequest(method: method, path: path, query: query, headers: headers)
}

private func send(_ answer: HTTPResponse, to connection: OpaquePointer) -> MHD_Result {
    let response: OpaquePointer?
    switch answer.body {
    case .bytes(let bytes):
        unsafe response = unsafe bytes.withUnsafeBytes { buffer in
            unsafe MHD_create_response_from_buffer(
                buffer.count, UnsafeMutableRawPointer(mutating: buffer.baseAddress),
                .RESPMEM_MUST_COPY)
        }
    case .stream(let next):
        // The rest keeps nothing of the connection but its way to see whether it is still there.
        let gone = unsafe GoneCheck(connection: connection)
        let rest = StreamRest {
            while let bytes = next() {
                if !bytes.isEmpty { return bytes }
                if gone.isGone { return nil }
            }
            return nil
        }
        unsafe response = unsafe MHD_create_response_from_callback(
            UInt64.max, 64 << 10,
            { closure, _, buffer, count in
                guard let closure = unsafe closure, let buffer = unsafe buffer else { return -1 }
                let rest = unsafe Unmanaged<StreamRest>.fromOpaque(closure).takeUnretainedValue()
                return unsafe rest.copy(
                    to: UnsafeMutableRawBufferPointer(start: buffer, count: count)) ?? -1
            }, Unmanaged.passRetained(rest).toOpaque(),
            { closure in
                guard let closure = unsafe closure else { return }
                unsafe Unmanaged<StreamRest>.fromOpaque(closure).release()
            })
    }
    guard let response = unsafe response else { return .NO }
    defer { unsafe MHD_destroy_response(response) }
    for (name, value) in ExplorerServer.headers + answer.headers {
        unsafe MHD_add_response_header(response, name, value)
    }
    return unsafe MHD_queue_response(connection, UInt32(answer.status), response)
}

/// Sees whether a connection's other side has gone; asked by the connection's own thread alone.
@safe private struct GoneCheck: @unchecked Sendable {
    nonisolated(unsafe) let connection: OpaquePointer

    var isGone: Bool { unsafe tool_http_is_gone(connection) != 0 }
}
