#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The beginning of a library in the executable and linkable format (ELF).
///
/// The system maps the parts of the file that its table names without asking whether the file is long
/// enough, and a process that touches what is not there dies. So a copy that broke off is found here.
enum LibraryHeader {
    private static let headerLength = 64
    private static let entryLength = 56
    private static let loadedPart = 1

    /// Why a file is not a whole library, nil where it may be one.
    static func fault(of path: String) -> String? {
        #if canImport(Darwin)
            // The linker there checks for itself.
            return nil
        #else
            let descriptor = unsafe open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
            guard descriptor >= 0 else { return systemMessage(errno) }
            defer { close(descriptor) }
            var status = stat()
            guard unsafe fstat(descriptor, &status) == 0 else { return systemMessage(errno) }
            let length = Int(status.st_size)
            guard let header = bytes(of: descriptor, at: 0, count: headerLength),
                header.starts(with: [0x7F, 0x45, 0x4C, 0x46])
            else { return "is no library" }
            // Another word size or byte order is none of this process, as the system will say.
            guard header[4] == 2, header[5] == 1, MemoryLayout<Int>.size == 8 else { return nil }
            let table = number(header[32..<40])
            let entry = number(header[54..<56])
            let count = number(header[56..<58])
            guard table > 0, count > 0, entry == entryLength, table <= length - count * entry,
                let entries = bytes(of: descriptor, at: table, count: count * entry)
            else { return "is no library: its table of parts is not there" }
            for start in stride(from: 0, to: entries.count, by: entry) {
                guard number(entries[start..<start + 4]) == loadedPart else { continue }
                let offset = number(entries[start + 8..<start + 16])
                let size = number(entries[start + 32..<start + 40])
                guard offset >= 0, size >= 0, offset <= length, size <= length - offset else {
                    return "is cut off: it has \(length) bytes and names more"
                }
            }
            return nil
        #endif
    }

    private static func bytes(of descriptor: CInt, at offset: Int, count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        return unsafe pread(descriptor, &bytes, count, off_t(offset)) == count ? bytes : nil
    }

    /// A number, the lowest byte first; negative where it is beyond what a file can have.
    private static func number(_ bytes: ArraySlice<UInt8>) -> Int {
        Int(bitPattern: bytes.reversed().reduce(UInt(0)) { $0 << 8 | UInt($1) })
    }
}
