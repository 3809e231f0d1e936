#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// What tells one state of a file from another without reading it.
struct FileIdentity: Equatable, Sendable {
    let device: UInt64
    let inode: UInt64
    let byteCount: Int
    let modifiedSeconds: Int
    let modifiedNanoseconds: Int

    /// The state of an open file, which must be a regular one.
    init(of descriptor: CInt, name: String) throws(FileError) {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else {
            throw .unreadable(file: name, reason: systemMessage(errno))
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            let isDirectory = status.st_mode & S_IFMT == S_IFDIR
            throw .unreadable(
                file: name, reason: isDirectory ? "is a directory" : "is not a regular file")
        }
        #if canImport(Darwin)
            let modified = status.st_mtimespec
        #else
            let modified = status.st_mtim
        #endif
        device = UInt64(truncatingIfNeeded: status.st_dev)
        inode = UInt64(truncatingIfNeeded: status.st_ino)
        byteCount = Int(status.st_size)
        modifiedSeconds = Int(modified.tv_sec)
        modifiedNanoseconds = Int(modified.tv_nsec)
    }
}

/// Whether something is at `path`, and whether it is a directory; links are followed.
package func kindOfFile(at path: String) -> (exists: Bool, isDirectory: Bool) {
    var status = stat()
    guard !path.utf8.contains(0), unsafe stat(path, &status) == 0 else { return (false, false) }
    return (true, status.st_mode & S_IFMT == S_IFDIR)
}

/// What tells one folder from another whatever path leads to it; nil where there is none.
package struct FolderIdentity: Hashable, Sendable {
    private let device: UInt64
    private let inode: UInt64

    /// The identity of the folder at `path`; links are followed.
    package init?(path: String) {
        var status = stat()
        guard !path.utf8.contains(0), unsafe stat(path, &status) == 0,
            status.st_mode & S_IFMT == S_IFDIR
        else { return nil }
        device = UInt64(truncatingIfNeeded: status.st_dev)
        inode = UInt64(truncatingIfNeeded: status.st_ino)
    }
}

/// The names in a directory, unsorted, without those that are not valid UTF-8; nil if unreadable.
package func namesInDirectory(_ path: String) -> [String]? {
    guard !path.utf8.contains(0), let stream = unsafe opendir(path) else { return nil }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while let entry = unsafe readdir(stream) {
        let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
            unsafe String(validating: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        if let name { names.append(name) }
    }
    return names
}

/// The system's words for an error number.
func systemMessage(_ code: CInt) -> String {
    unsafe String(cString: strerror(code))
}
