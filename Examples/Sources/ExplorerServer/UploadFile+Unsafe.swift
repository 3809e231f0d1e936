#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A file in the folder for temporary files, which goes when nobody needs it any more.
final class UploadFile: Sendable {
    let path: String
    private let descriptor: Int32

    /// Makes an empty file that only this user can read; nil where there is no room.
    init?() {
        let folder = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
        var template = Array("\(folder)/tokenscope-XXXXXX".utf8CString)
        descriptor = unsafe mkstemp(&template)
        guard descriptor >= 0 else { return nil }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Adds bytes.
    ///
    /// - Returns: Whether they all went in.
    func write(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var done = 0
        while done < bytes.count {
            guard let start = bytes.baseAddress else { return true }
            #if canImport(Glibc)
                let count = unsafe Glibc.write(descriptor, start + done, bytes.count - done)
            #else
                let count = unsafe Darwin.write(descriptor, start + done, bytes.count - done)
            #endif
            if count <= 0 { return false }
            done += count
        }
        return true
    }

    deinit {
        close(descriptor)
        unsafe unlink(path)
    }
}
