internal import Dispatch

/// Runs an actor's jobs one after the other on a thread of their own.
///
/// The threads that tasks share are as few as the processors; a pass of seconds on one of them would
/// keep others waiting, the one that cancels it among them.
final class DecodingExecutor: SerialExecutor {
    private let queue = DispatchQueue(label: "tokenscope.decoding")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async {
            unsafe job.runSynchronously(on: self.asUnownedSerialExecutor())
        }
    }
}

extension DecodingRun {
    /// Where the actor's work runs.
    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe executor.asUnownedSerialExecutor()
    }
}
