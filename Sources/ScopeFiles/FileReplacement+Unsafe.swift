#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A file that is being written beside the one it will replace.
///
/// The bytes go to a file of another name in the same folder, which takes the old one's place in one step
/// when it is complete. Whoever reads the name meanwhile finds the old file, and if writing fails or
/// is given up it stays.
public struct FileReplacement: ~Copyable {
    private let path: String
    private let temporaryPath: String
    private let descriptor: CInt
    private var isFinished = false

    /// Begins a file.
    ///
    /// - Parameter path: The file that is to be replaced or made; its folder must be there.
    /// - Throws: ``FileError/unwritable(file:reason:)``.
    public init(_ path: String) throws(FileError) {
        guard !path.isEmpty, !path.utf8.contains(0), !kindOfFile(at: path).isDirectory else {
            throw .unwritable(file: path, reason: "is not the name of a file")
        }
        // Made like any other file, with the permissions that new files have here.
        var temporaryPath = path
        var descriptor: CInt = -1
        for attempt in 0..<1000 where descriptor < 0 {
            temporaryPath = "\(path).\(getpid())-\(attempt).tmp"
            descriptor = makeDescriptor(temporaryPath)
            guard descriptor >= 0 || errno == EEXIST || errno == EINTR else { break }
        }
        guard descriptor >= 0 else {
            throw .unwritable(file: path, reason: systemMessage(errno))
        }
        self.path = path
        self.temporaryPath = temporaryPath
        self.descriptor = descriptor
    }

    deinit {
        guard !isFinished else { return }
        close(descriptor)
        unsafe unlink(temporaryPath)
    }

    /// Puts a text in the place of a file, in UTF-8, whole or not at all.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - path: The file that is to be replaced or made; its folder must be there.
    /// - Throws: ``FileError/unwritable(file:reason:)``; the old file is then as it was.
    /// - Complexity: O(*n*) in the length of the text.
    public static func write(_ text: String, to path: String) throws(FileError) {
        let file = try FileReplacement(path)
        try file.write(Array(text.utf8))
        try file.commit()
    }

    /// Appends bytes.
    ///
    /// - Parameter bytes: The bytes.
    /// - Throws: ``FileError/unwritable(file:reason:)``, as where the disk is full.
    public func write(_ bytes: [UInt8]) throws(FileError) {
        let code = unsafe bytes.withUnsafeBytes { unsafe Self.write($0, to: descriptor) }
        try check(code)
    }

    /// Appends numbers, four bytes each, the least significant first.
    ///
    /// - Parameter values: The numbers.
    /// - Throws: ``FileError/unwritable(file:reason:)``, as where the disk is full.
    public func write(_ values: [Float]) throws(FileError) {
        #if _endian(little)
            let code = unsafe values.withUnsafeBytes { unsafe Self.write($0, to: descriptor) }
            try check(code)
        #else
            let bytes = values.flatMap { value in
                (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) }
            }
            try write(bytes)
        #endif
    }

    /// Puts the file in its place.
    ///
    /// - Throws: ``FileError/unwritable(file:reason:)``; the old file is then as it was.
    public consuming func commit() throws(FileError) {
        guard fsync(descriptor) == 0 else {
            throw .unwritable(file: path, reason: systemMessage(errno))
        }
        guard systemRename(temporaryPath, path) == 0 else {
            throw .unwritable(file: path, reason: systemMessage(errno))
        }
        isFinished = true
        close(descriptor)
        // The name is on the disk when the folder is; where folders cannot be brought there, the file is in
        // its place all the same.
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        let folder = parts.isEmpty ? "." : parts.joined(separator: "/") + "/"
        let handle = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard handle >= 0 else { return }
        fsync(handle)
        close(handle)
    }

    private func check(_ code: CInt) throws(FileError) {
        guard code == 0 else { throw .unwritable(file: path, reason: systemMessage(code)) }
    }

    /// 0, or the number of the error.
    private static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: CInt) -> CInt {
        var written = 0
        while written < bytes.count {
            let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[written...])
            let count = unsafe systemWrite(descriptor, rest.baseAddress, rest.count)
            if count >= 0 {
                written += count
            } else if errno != EINTR {
                return errno
            }
        }
        return 0
    }
}

private func makeDescriptor(_ path: String) -> CInt {
    unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
}

// Inside the type these names mean its own methods.
private func systemWrite(_ descriptor: CInt, _ start: UnsafeRawPointer?, _ count: Int) -> Int {
    unsafe write(descriptor, start, count)
}

private func systemRename(_ old: String, _ new: String) -> CInt {
    unsafe rename(old, new)
}
