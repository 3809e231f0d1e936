import Dispatch

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Ctrl-C: the first cancels the work, which ends with what there is; a second ends the process.
enum Interrupt {
    static func cancelling(_ work: @escaping @Sendable () -> Int32) async -> Int32 {
        let task = Task { work() }
        signal(SIGINT, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())
        source.setEventHandler {
            task.cancel()
            signal(SIGINT, SIG_DFL)
        }
        source.activate()
        defer { source.cancel() }
        return await task.value
    }
}
