#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The bytes of one file, immutable, with the name that error messages use.
///
/// Files below 1 MiB are copied into memory, larger ones are mapped, so a page is read when it is
/// touched. Whoever shortens a mapped file while it is read ends the process with a bus error, as
/// with every mapping: ``checkUnchanged()`` before each use narrows that window to the use itself.
@safe
public final class FileContents: Sendable {
    enum Ownership {
        case allocated
        case mapped(descriptor: CInt, identity: FileIdentity)
        case borrowed
    }

    /// Files of at least this many bytes are mapped, not copied.
    static let mappingThreshold = FileLimits.mappedByteCount

    /// The name as given, for messages.
    public let name: String

    let ownership: Ownership

    // Never written after `init`, so threads may share it.
    nonisolated(unsafe) private let memory: UnsafeRawBufferPointer

    init(name: String, ownership: Ownership, memory: UnsafeRawBufferPointer) {
        self.name = name
        self.ownership = ownership
        unsafe self.memory = memory
    }

    /// Copies bytes that are already in memory.
    public convenience init(copying bytes: [UInt8], name: String) {
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 64)
        unsafe copy.copyBytes(from: bytes)
        unsafe self.init(name: name, ownership: .allocated, memory: UnsafeRawBufferPointer(copy))
    }

    /// Wraps memory that lives, unchanged, as long as the process, such as an embedded file.
    public convenience init(unsafeStatic memory: UnsafeRawBufferPointer, name: String) {
        unsafe self.init(name: name, ownership: .borrowed, memory: memory)
    }

    deinit {
        switch ownership {
        case .allocated:
            unsafe memory.deallocate()
        case .mapped(let descriptor, _):
            unsafe munmap(UnsafeMutableRawPointer(mutating: memory.baseAddress), memory.count)
            close(descriptor)
        case .borrowed:
            break
        }
    }

    /// The size of the file in bytes.
    public var byteCount: Int { unsafe memory.count }

    /// Whether the bytes are those of a mapping, and so the file's.
    package var isMapped: Bool {
        if case .mapped = ownership { true } else { false }
    }

    /// All bytes, untyped, borrowed from this object.
    public var bytes: RawSpan {
        @_lifetime(borrow self)
        get {
            let span = unsafe RawSpan(_unsafeBytes: memory)
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }

    /// All bytes as `UInt8`, borrowed from this object; every access is bounds-checked.
    public var units: Span<UInt8> {
        @_lifetime(borrow self)
        get {
            let span = unsafe Span<UInt8>(_unsafeBytes: memory)
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }

    /// The byte at an offset, bounds-checked.
    public subscript(offset: Int) -> UInt8 {
        precondition(offset >= 0 && offset < byteCount, "the offset lies outside the file")
        return unsafe memory[offset]
    }

    /// Lends the memory for the duration of `body`; the pointer must not leave it.
    public func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try unsafe body(memory)
    }

    /// Copies a part of the file.
    ///
    /// - Parameter range: byte offsets within the file.
    /// - Returns: the bytes.
    /// - Complexity: O(`range.count`).
    public func copy(_ range: Range<Int>) -> [UInt8] {
        precondition(
            range.lowerBound >= 0 && range.upperBound <= byteCount,
            "the range lies outside the file")
        return unsafe Array(memory[range])
    }

    /// Tells the system that the mapped pages are not needed for now; they are read again on use.
    ///
    /// Does nothing for files held in memory.
    public func dropPages() {
        guard case .mapped = ownership else { return }
        let start = unsafe UnsafeMutableRawPointer(mutating: memory.baseAddress)
        unsafe madvise(start, memory.count, MADV_DONTNEED)
    }

    /// Refuses a mapped file whose size, modification time or identity is no longer what it was.
    ///
    /// A file held in memory cannot change and always passes; a file that was replaced under the
    /// same name passes as well, as the mapping still shows the old one.
    ///
    /// - Throws: ``FileError/changed(file:)``.
    public func checkUnchanged() throws(FileError) {
        guard case .mapped(let descriptor, let identity) = ownership else { return }
        if try FileIdentity(of: descriptor, name: name) != identity {
            throw .changed(file: name)
        }
    }
}
