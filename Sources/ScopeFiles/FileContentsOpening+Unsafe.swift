#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

extension FileContents {
    /// Opens a regular file: below 1 MiB it is read, above it is mapped.
    ///
    /// Symbolic links are followed. Directories, pipes and devices are refused without waiting on
    /// them.
    ///
    /// - Parameters:
    ///   - path: where the file is, relative to the current directory unless it starts with `/`.
    ///   - name: what messages call it; the path unless given.
    /// - Returns: the file's bytes.
    /// - Throws: ``FileError/missing(file:)``, ``FileError/unreadable(file:reason:)``, or
    ///   ``FileError/changed(file:)`` if it was written to while it was read.
    /// - Complexity: O(size) below 1 MiB, else O(1) until pages are touched.
    public static func open(
        _ path: String, name: String? = nil
    ) throws(FileError) -> FileContents {
        let name = name ?? path
        let descriptor = try openForReading(path, name: name)
        var isKept = false
        defer { if !isKept { close(descriptor) } }

        let identity = try FileIdentity(of: descriptor, name: name)
        if identity.byteCount >= mappingThreshold {
            let mapping = unsafe mmap(
                nil, identity.byteCount, PROT_READ, MAP_PRIVATE, descriptor, 0)
            guard let mapping = unsafe mapping, unsafe mapping != MAP_FAILED else {
                throw .unreadable(file: name, reason: systemMessage(errno))
            }
            isKept = true
            return unsafe FileContents(
                name: name,
                ownership: .mapped(descriptor: descriptor, identity: identity),
                memory: UnsafeRawBufferPointer(start: mapping, count: identity.byteCount))
        }

        let buffer = UnsafeMutableRawBufferPointer.allocate(
            byteCount: identity.byteCount, alignment: 64)
        let contents = unsafe FileContents(
            name: name, ownership: .allocated, memory: UnsafeRawBufferPointer(buffer))
        try unsafe fill(buffer, from: descriptor, at: 0, name: name)
        guard try FileIdentity(of: descriptor, name: name) == identity else {
            throw .changed(file: name)
        }
        return contents
    }

    /// A part of the file that nobody outside can change any more.
    ///
    /// Of a mapped file it is read from the disk, not through the mapping, so that a file which was
    /// shortened is an error here.
    ///
    /// - Parameter range: byte offsets within the file.
    /// - Returns: the bytes under the same name; this object if it is all of it and in memory.
    /// - Throws: ``FileError/changed(file:)`` or ``FileError/unreadable(file:reason:)``.
    /// - Complexity: O(`range.count`), O(1) for all of a file in memory.
    public func snapshot(_ range: Range<Int>) throws(FileError) -> FileContents {
        guard case .mapped(let descriptor, _) = ownership else {
            return range == 0..<byteCount ? self : FileContents(copying: copy(range), name: name)
        }
        precondition(
            range.lowerBound >= 0 && range.upperBound <= byteCount,
            "the range lies outside the file")
        let buffer = UnsafeMutableRawBufferPointer.allocate(
            byteCount: range.count, alignment: 64)
        let part = unsafe FileContents(
            name: name, ownership: .allocated, memory: UnsafeRawBufferPointer(buffer))
        try unsafe Self.fill(buffer, from: descriptor, at: range.lowerBound, name: name)
        try checkUnchanged()
        return part
    }

    private static func openForReading(
        _ path: String, name: String
    ) throws(FileError) -> CInt {
        // A C string would end at the zero byte, and another file would be opened.
        guard !path.isEmpty, !path.utf8.contains(0) else { throw .missing(file: name) }
        while true {
            // Without O_NONBLOCK, opening a pipe waits for somebody to write.
            let descriptor = openDescriptor(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
            if descriptor >= 0 { return descriptor }
            switch errno {
            case EINTR: continue
            case ENOENT, ENOTDIR: throw .missing(file: name)
            case let code: throw .unreadable(file: name, reason: systemMessage(code))
            }
        }
    }

    private static func fill(
        _ buffer: UnsafeMutableRawBufferPointer, from descriptor: CInt, at offset: Int, name: String
    ) throws(FileError) {
        var filled = 0
        while filled < buffer.count {
            let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
            let count = unsafe pread(
                descriptor, rest.baseAddress, rest.count, off_t(offset + filled))
            if count > 0 {
                filled += count
            } else if count == 0 {
                throw .changed(file: name)
            } else if errno != EINTR {
                throw .unreadable(file: name, reason: systemMessage(errno))
            }
        }
    }
}

// Inside the type, `open` is the method above.
private func openDescriptor(_ path: String, _ flags: CInt) -> CInt {
    unsafe open(path, flags)
}
