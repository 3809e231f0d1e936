#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// What the processor has spent, which does not depend on how busy the machine is.
public enum ProcessorTime {
    /// Seconds that the thread of the caller has had so far.
    ///
    /// Only within a function that does not suspend are two of them those of the same thread.
    public static func ofThread() -> Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
