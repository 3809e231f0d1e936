import Dispatch

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The user's browser.
enum Browser {
    #if os(macOS)
        private static let program = "open"
    #else
        private static let program = "xdg-open"
    #endif

    /// Opens an address, where there is a program for it; says nothing where there is none.
    static func open(_ address: String) {
        let words = unsafe [program, address].map { (word: String) in unsafe strdup(word) }
        defer { unsafe words.forEach { unsafe free($0) } }
        var arguments = unsafe words + [nil]
        #if canImport(Glibc)
            var actions = unsafe posix_spawn_file_actions_t()
        #else
            var actions: posix_spawn_file_actions_t? = nil
        #endif
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        for descriptor in [Int32](0...2) {
            unsafe posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0)
        }
        var process: pid_t = 0
        guard unsafe posix_spawnp(&process, program, &actions, nil, &arguments, environ) == 0
        else { return }
        // It hands the address on and ends; nobody waits for it, and it must not stay behind.
        let started = process
        DispatchQueue.global().async { _ = waitpid(started, nil, 0) }
    }
}
