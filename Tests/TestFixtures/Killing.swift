#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The signal that ``killAfter(microseconds:)`` sends.
public let killSignal: CInt = SIGALRM

/// Has this process killed after a time, wherever it is then.
///
/// - Parameter microseconds: The time, at least 1 and below a second.
public func killAfter(microseconds: Int) {
    _ = ualarm(useconds_t(microseconds), 0)
}
