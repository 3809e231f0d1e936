public import ScopeFiles

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The lines of a file or of standard input, read a piece at a time.
public final class LineReader {
    /// One line.
    public struct Line: Sendable {
        /// Its number, from 1.
        public let number: Int
        /// Its bytes without the line break; none where it is too long.
        public let bytes: [UInt8]
        /// Whether it has more bytes than a line may have.
        public let isTooLong: Bool
        /// Whether a line break ends it.
        public let isEnded: Bool

        /// Whether there is nothing on it.
        public var isBlank: Bool { !isTooLong && bytes.allSatisfy { $0 <= 0x20 } }
    }

    /// Bytes that a line has at most: more would be another kind of file.
    public static let mostBytes = 64 << 20

    private let name: String
    private let descriptor: CInt
    private let isOwned: Bool
    private var buffer: [UInt8] = []
    private var place = 0
    private var number = 0
    private var isAtEnd = false

    /// Opens a file.
    ///
    /// - Parameter path: The file, or "-" for standard input.
    /// - Throws: `FileError`.
    public init(_ path: String) throws(FileError) {
        name = path
        isOwned = path != "-"
        guard isOwned else {
            descriptor = 0
            return
        }
        descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            let code = errno
            guard code != ENOENT else { throw .missing(file: path) }
            throw .unreadable(file: path, reason: SystemMessage.text(of: code))
        }
    }

    deinit {
        if isOwned { close(descriptor) }
    }

    /// The next line; nil behind the last one.
    ///
    /// - Returns: The line.
    /// - Throws: `FileError` where the system cannot read on.
    /// - Complexity: O(bytes of the line).
    public func next() throws(FileError) -> Line? {
        var bytes: [UInt8] = []
        var isTooLong = false
        while true {
            if place == buffer.count, try !fill() {
                guard isTooLong || !bytes.isEmpty else { return nil }
                number += 1
                return Line(number: number, bytes: bytes, isTooLong: isTooLong, isEnded: false)
            }
            let end = endOfLine
            let part = buffer[place..<(end ?? buffer.count)]
            isTooLong = isTooLong || bytes.count + part.count > Self.mostBytes
            if isTooLong { bytes = [] } else { bytes += part }
            place = end.map { $0 + 1 } ?? buffer.count
            guard end != nil else { continue }
            number += 1
            return Line(number: number, bytes: bytes, isTooLong: isTooLong, isEnded: true)
        }
    }

    /// Where the next line feed of the buffer is.
    private var endOfLine: Int? {
        unsafe buffer.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else { return nil }
            guard let found = unsafe memchr(start + place, 10, bytes.count - place) else {
                return nil
            }
            return unsafe UnsafeRawPointer(found) - start
        }
    }

    private func fill() throws(FileError) -> Bool {
        guard !isAtEnd else { return false }
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        var count = 0
        repeat {
            count = unsafe read(descriptor, &chunk, chunk.count)
        } while count < 0 && errno == EINTR
        guard count >= 0 else {
            throw .unreadable(file: name, reason: SystemMessage.text(of: errno))
        }
        isAtEnd = count == 0
        buffer = Array(chunk[..<count])
        place = 0
        return count > 0
    }
}

/// What the system says of an error.
enum SystemMessage {
    static func text(of code: CInt) -> String {
        guard let text = unsafe strerror(code) else { return "error \(code)" }
        return unsafe String(cString: text)
    }
}
