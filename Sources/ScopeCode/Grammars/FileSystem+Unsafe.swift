#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// What looking for grammars asks of the file system.
enum FileSystem {
    enum Kind {
        case nothing, file, folder
    }

    /// What a path leads to, links followed.
    static func kind(of path: String) -> Kind {
        var status = stat()
        guard !path.utf8.contains(0), unsafe stat(path, &status) == 0 else { return .nothing }
        return status.st_mode & S_IFMT == S_IFDIR ? .folder : .file
    }

    /// The names in a folder, sorted; empty where it cannot be read.
    static func names(in folder: String) -> [String] {
        guard !folder.utf8.contains(0), let stream = unsafe opendir(folder) else { return [] }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                unsafe String(validating: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if let name, name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// The bytes of a regular file, which must not be longer than a limit.
    static func contents(of path: String, limit: Int) throws(SyntaxFailure) -> [UInt8] {
        func failure(_ reason: String) -> SyntaxFailure {
            .unreadableQuery(file: path, reason: reason)
        }
        // A pipe must not keep anyone waiting.
        let descriptor = unsafe open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(systemMessage(errno)) }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw failure(systemMessage(errno)) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw failure("is not a regular file") }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 15)
        while true {
            let count = unsafe read(descriptor, &chunk, chunk.count)
            guard count >= 0 else { throw failure(systemMessage(errno)) }
            if count == 0 { return bytes }
            bytes += chunk[..<count]
            guard bytes.count <= limit else { throw failure("is longer than \(limit) bytes") }
        }
    }

    /// The value of a variable of the environment; nil where it is not set or empty, or where the
    /// process has more rights than who started it.
    static func variable(_ name: String) -> String? {
        guard getuid() == geteuid(), getgid() == getegid() else { return nil }
        let value = unsafe getenv(name)
        let text = unsafe value.map { unsafe String(cString: $0) }
        return text.flatMap { $0.isEmpty ? nil : $0 }
    }
}
