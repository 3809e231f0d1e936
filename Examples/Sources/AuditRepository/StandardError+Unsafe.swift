#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The stream for what is no result.
enum StandardError {
    static func write(_ text: String) {
        let bytes = Array(text.utf8)
        unsafe bytes.withUnsafeBytes { buffer in
            guard let start = buffer.baseAddress else { return }
            #if canImport(Glibc)
                _ = unsafe Glibc.write(2, start, buffer.count)
            #else
                _ = unsafe Darwin.write(2, start, buffer.count)
            #endif
        }
    }
}
