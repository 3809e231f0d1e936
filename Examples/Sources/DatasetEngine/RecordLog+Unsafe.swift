public import ScopeFiles

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A file that grows by whole lines and loses none of them, whenever its process is killed.
///
/// Lines are on the disk when ``append(_:)`` returns. A process that is killed in the middle of one leaves a
/// part of a line without a line break, which is cut off when the file is opened again. One process at a
/// time may write a file.
public final class RecordLog {
    /// The file.
    public let path: String
    /// The lines that it has.
    public private(set) var lineCount = 0
    /// Bytes of a last line that was not finished, which were cut off.
    public private(set) var cutByteCount = 0

    private let descriptor: CInt

    /// Opens a file, or makes it.
    ///
    /// - Parameters:
    ///   - path: The file; its folder must be there.
    ///   - body: Is given the lines that are there already.
    /// - Throws: `FileError`, also where another process is writing the file.
    /// - Complexity: O(bytes of the file).
    public init(
        _ path: String, reading body: ([UInt8]) throws(FileError) -> Void = { _ in }
    ) throws(FileError) {
        self.path = path
        descriptor = unsafe open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else {
            throw .unwritable(file: path, reason: SystemMessage.text(of: errno))
        }
        // Some file systems of clusters know no locks: there nobody but the caller can tell.
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK else {
            throw .unwritable(file: path, reason: "another process is writing it")
        }
        let reader = try LineReader(path)
        var whole = 0
        while let line = try reader.next() {
            guard line.isEnded else {
                cutByteCount = line.bytes.count
                break
            }
            guard !line.isTooLong else {
                throw .tooLarge(file: path, reason: "line \(line.number) is no record")
            }
            whole += line.bytes.count + 1
            lineCount += 1
            try body(line.bytes)
        }
        if cutByteCount > 0 {
            guard ftruncate(descriptor, off_t(whole)) == 0 else {
                throw .unwritable(file: path, reason: SystemMessage.text(of: errno))
            }
        }
        try bringToDisk()
        Self.bringFolderToDisk(of: path)
    }

    deinit { close(descriptor) }

    /// Appends lines, each ended by a line break, and brings them to the disk.
    ///
    /// - Parameter bytes: The lines.
    /// - Throws: `FileError.unwritable`, as where the disk is full; what is whole of them stays.
    public func append(_ bytes: [UInt8]) throws(FileError) {
        precondition(bytes.isEmpty || bytes.last == 10, "a log has whole lines")
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { buffer in
                let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[written...])
                return unsafe write(descriptor, rest.baseAddress, rest.count)
            }
            if count >= 0 {
                written += count
            } else if errno != EINTR {
                throw .unwritable(file: path, reason: SystemMessage.text(of: errno))
            }
        }
        lineCount += bytes.count { $0 == 10 }
        try bringToDisk()
    }

    private func bringToDisk() throws(FileError) {
        guard fsync(descriptor) == 0 else {
            throw .unwritable(file: path, reason: SystemMessage.text(of: errno))
        }
    }

    /// A new file's name is on the disk when its folder is.
    private static func bringFolderToDisk(of path: String) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        let folder = parts.isEmpty ? "." : parts.joined(separator: "/") + "/"
        let handle = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard handle >= 0 else { return }
        fsync(handle)
        close(handle)
    }
}

/// Folders that are written to.
public enum DatasetFolder {
    /// Makes a folder and those above it, where they are missing.
    ///
    /// - Parameter path: The folder.
    /// - Throws: `FileError.unwritable`.
    public static func make(_ path: String) throws(FileError) {
        var place = path.hasPrefix("/") ? "/" : ""
        for part in path.split(separator: "/") {
            place += part
            guard unsafe mkdir(place, 0o777) == 0 || errno == EEXIST else {
                throw .unwritable(file: place, reason: SystemMessage.text(of: errno))
            }
            place += "/"
        }
        guard (try? FileFolder(directory: path)) != nil else {
            throw .unwritable(file: path, reason: "is not a folder")
        }
    }

    /// A record's name as the name of a file: letters, digits, `.`, `_` and `-` as they are, other bytes as
    /// `%` and two hexadecimal digits; a long name as the beginning of it and its SHA-256 digest.
    ///
    /// - Parameter id: The record's name.
    /// - Returns: The name.
    public static func fileName(of id: DatasetRecord.ID) -> String {
        let digits = Array("0123456789ABCDEF")
        let bytes = Array(id.description.utf8)
        var name = ""
        for byte in bytes {
            let scalar = Unicode.Scalar(byte)
            // A name of points alone would be a folder's.
            let isPlain =
                byte < 128 && scalar.properties.isAlphabetic || (48...57).contains(byte)
                || byte == 95 || byte == 45 || byte == 46 && !name.isEmpty
            if isPlain {
                name.unicodeScalars.append(scalar)
            } else {
                name += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
            }
        }
        guard name.utf8.count > 120 else { return name }
        var digest = SHA256()
        digest.update(bytes.span)
        return "\(name.prefix(40))-\(digest.finish())"
    }
}

/// The time that has passed on a clock that nobody sets.
enum SteadyClock {
    static var seconds: Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
