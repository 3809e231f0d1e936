internal import CTestSupport
internal import ScopeFiles

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// What this process may use, and what it uses; for tests of what untrusted files can cost.
public enum ProcessLimits {
    /// Whether memory is counted by a sanitizer too, so that figures of the system say nothing.
    public static let isSanitized: Bool = {
        #if os(Linux)
            for name in ["__asan_init", "__tsan_init"]
            where unsafe dlsym(dlopen(nil, RTLD_NOW), name) != nil { return true }
        #endif
        return false
    }()

    /// Ends the process by a signal once it has computed for so many seconds, or hangs for long.
    ///
    /// What it computes is counted, as other tests run at the same time.
    public static func end(afterSeconds seconds: Int) {
        let seconds = isSanitized ? seconds * 10 : seconds
        test_end_after(CInt(seconds))
        alarm(CUnsignedInt(seconds * 12))
    }

    /// Lets the process take so much more memory than it has, and no more: then an allocation fails.
    public static func limitMemory(toFurther byteCount: Int) {
        #if os(Linux)
            guard !isSanitized, let used = status("VmData") else { return }
            var limit = rlimit()
            guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_DATA.rawValue), &limit) == 0 else {
                return
            }
            limit.rlim_cur = min(limit.rlim_max, rlim_t(used + byteCount))
            unsafe setrlimit(__rlimit_resource_t(RLIMIT_DATA.rawValue), &limit)
        #endif
    }

    /// Lets files grow to so many bytes only; writing more is an error, as where the disk is full.
    public static func limitFileSize(to byteCount: Int) {
        signal(SIGXFSZ, SIG_IGN)
        #if os(Linux)
            var limit = rlimit(rlim_cur: rlim_t(byteCount), rlim_max: rlim_t.max)
            unsafe setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
        #else
            var limit = rlimit(rlim_cur: rlim_t(byteCount), rlim_max: rlim_t(Int64.max))
            unsafe setrlimit(RLIMIT_FSIZE, &limit)
        #endif
    }

    /// Goes on as a user who may do nothing special, where this process is root's.
    ///
    /// - Returns: Whether the process is not root's now.
    public static func dropPrivileges() -> Bool {
        if geteuid() == 0 { return seteuid(65534) == 0 }
        return true
    }

    /// Has the C library keep everything in one arena, so that its figures are of all threads.
    public static func useOneArena() {
        test_use_one_arena()
    }

    /// Gives free memory back to the system.
    public static func trimHeap() {
        test_trim_heap()
    }

    /// Bytes of the heap that are in use.
    public static var liveHeapByteCount: Int { Int(test_live_heap()) }

    /// Bytes of memory that belong to no file.
    public static var anonymousByteCount: Int { status("RssAnon") ?? 0 }

    /// The most memory that was there at once, in bytes.
    public static var peakByteCount: Int { status("VmHWM") ?? 0 }

    /// How many files are open.
    public static var descriptorCount: Int { (namesInDirectory("/proc/self/fd") ?? []).count }

    /// A figure of `/proc/self/status` in bytes.
    private static func status(_ name: String) -> Int? {
        guard let file = unsafe fopen("/proc/self/status", "r") else { return nil }
        defer { unsafe fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        while unsafe fgets(&line, 256, file) != nil {
            let text = String(
                decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            guard text.hasPrefix(name + ":") else { continue }
            let digits = text.filter(\.isNumber)
            return Int(digits).map { $0 * 1024 }
        }
        return nil
    }
}
