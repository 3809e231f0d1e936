public import ScopeFiles

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A folder that is there as long as this object, for tests that need files of their own.
public final class TemporaryFolder: Sendable {
    /// Where it lies.
    public let path: String

    /// Makes an empty folder.
    public init() throws(FileError) {
        let base = environmentValue("TMPDIR") ?? "/tmp"
        var template = Array("\(base)/tokenscope.XXXXXX".utf8CString)
        guard unsafe mkdtemp(&template) != nil else { throw Self.fault(base) }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { Self.remove(path) }

    /// The path of a file in the folder.
    public func path(of file: String) -> String { "\(path)/\(file)" }

    /// Writes a file, in place if it is there already.
    public func write(_ bytes: [UInt8], to file: String) throws(FileError) {
        let descriptor = unsafe open(path(of: file), O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        guard descriptor >= 0 else { throw Self.fault(file) }
        defer { close(descriptor) }
        var written = 0
        while written < bytes.count {
            let rest = Array(bytes[written...])
            let count = unsafe rest.withUnsafeBytes { bytes in
                unsafe systemWrite(descriptor, bytes)
            }
            guard count > 0 else { throw Self.fault(file) }
            written += count
        }
    }

    /// Writes a text file.
    public func write(_ text: String, to file: String) throws(FileError) {
        try write(Array(text.utf8), to: file)
    }

    /// Cuts a file to a length.
    public func cut(_ file: String, to length: Int) throws(FileError) {
        try Self.cut(path(of: file), to: length)
    }

    /// Cuts the file of a path to a length.
    public static func cut(_ path: String, to length: Int) throws(FileError) {
        guard unsafe truncate(path, off_t(length)) == 0 else { throw fault(path) }
    }

    /// The names of what it holds, sorted.
    public var names: [String] {
        get throws(FileError) {
            guard let names = namesInDirectory(path) else { throw Self.fault(path) }
            return names.filter { $0 != "." && $0 != ".." }.sorted()
        }
    }

    /// Makes a folder inside the folder.
    public func makeFolder(_ name: String) throws(FileError) {
        guard unsafe mkdir(path(of: name), 0o700) == 0 else { throw Self.fault(name) }
    }

    /// Makes a pipe, which nobody writes to.
    public func makePipe(_ name: String) throws(FileError) {
        guard unsafe mkfifo(path(of: name), 0o600) == 0 else { throw Self.fault(name) }
    }

    /// Makes a symbolic link to `target`.
    public func makeLink(_ name: String, to target: String) throws(FileError) {
        guard unsafe symlink(target, path(of: name)) == 0 else { throw Self.fault(name) }
    }

    /// Says who may read, write and run a file or folder.
    public func setMode(_ mode: Int, of file: String) throws(FileError) {
        guard unsafe chmod(path(of: file), mode_t(mode)) == 0 else { throw Self.fault(file) }
    }

    /// Gives a file another name, over a file that has it already.
    public func rename(_ file: String, to name: String) throws(FileError) {
        guard systemRename(path(of: file), path(of: name)) == 0 else {
            throw Self.fault(file)
        }
    }

    private static func fault(_ file: String) -> FileError {
        .unreadable(file: file, reason: "error \(errno) of the system in a test's own folder")
    }

    private static func remove(_ path: String) {
        for name in namesInDirectory(path) ?? [] where name != "." && name != ".." {
            let child = "\(path)/\(name)"
            if unsafe unlink(child) != 0 { remove(child) }
        }
        unsafe rmdir(path)
    }
}

// Inside the type these names mean its own methods.
private func systemWrite(_ descriptor: CInt, _ bytes: UnsafeRawBufferPointer) -> Int {
    unsafe write(descriptor, bytes.baseAddress, bytes.count)
}

private func systemRename(_ old: String, _ new: String) -> CInt {
    unsafe rename(old, new)
}
