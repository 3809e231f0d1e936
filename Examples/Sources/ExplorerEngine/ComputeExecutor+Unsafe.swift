import Dispatch

/// Runs jobs one after the other on a thread of their own: what computes keeps no other task waiting, and
/// nothing computes beside it.
final class ComputeExecutor: TaskExecutor {
    private let queue = DispatchQueue(label: "tokenscope.explore", qos: .userInitiated)

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async {
            unsafe job.runSynchronously(on: self.asUnownedTaskExecutor())
        }
    }
}
