#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// What the caller has set.
enum Environment {
    /// The value of a variable, nil if it is not set.
    static func text(_ name: String) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        return unsafe String(cString: value)
    }

    /// A whole number, nil if it is not set or none.
    static func number(_ name: String) -> Int? { text(name).flatMap { Int($0) } }

    /// Writes a line to standard error.
    static func note(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        _ = unsafe bytes.withUnsafeBytes { unsafe write(2, $0.baseAddress, $0.count) }
    }
}
