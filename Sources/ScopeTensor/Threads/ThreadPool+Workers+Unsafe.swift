#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

extension ThreadPool {
    /// Starts a worker, which keeps the pool alive for the rest of the process; false where the
    /// system refuses.
    ///
    /// The thread takes no signals: those are for the threads of the host.
    func startWorker() -> Bool {
        var all = sigset_t()
        var before = sigset_t()
        unsafe sigfillset(&all)
        unsafe pthread_sigmask(SIG_SETMASK, &all, &before)
        defer { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }

        let pool = unsafe Unmanaged.passRetained(self)
        #if canImport(Darwin)
            var thread: pthread_t?
            let status = unsafe pthread_create(
                &thread, nil,
                { context in
                    unsafe Unmanaged<ThreadPool>.fromOpaque(context).takeUnretainedValue().serve()
                }, pool.toOpaque())
            if status == 0, let thread = unsafe thread { unsafe pthread_detach(thread) }
        #else
            var thread = pthread_t()
            let status = unsafe pthread_create(
                &thread, nil,
                { context in
                    guard let context = unsafe context else { return nil }
                    unsafe Unmanaged<ThreadPool>.fromOpaque(context).takeUnretainedValue().serve()
                }, pool.toOpaque())
            if status == 0 { pthread_detach(thread) }
        #endif
        if status != 0 { unsafe pool.release() }
        return status == 0
    }
}
