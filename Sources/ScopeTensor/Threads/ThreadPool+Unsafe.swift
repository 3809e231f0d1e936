import Synchronization

/// Threads that compute the parts of one operation together; one pool for the process.
///
/// The caller works too, and waits only for workers that have begun a part: a worker that the
/// system does not run holds nobody up. While one caller has the pool, others compute their parts
/// by themselves, and so does a part that calls the pool again: nobody waits for anybody, so
/// nothing can lock.
///
/// Thread safety: `job` is written by the holder of `isTaken` while no worker can join, and read by
/// workers between joining and leaving; joining acquires what opening released.
@safe
final class ThreadPool: Sendable {
    /// The pool of the process; its threads start when they are first wanted.
    static let shared = ThreadPool()

    /// How many threads an operation may take at most.
    static let largestThreadCount = 256

    /// What the threads are working on.
    @safe
    private struct Job {
        var parts = 0
        nonisolated(unsafe) var body: UnsafePointer<(Int, Int) -> Void>?
    }

    private nonisolated(unsafe) var job = Job()
    /// Workers that have been started; only the holder of `isTaken` looks.
    private nonisolated(unsafe) var workerCount = 0
    private let isTaken = Atomic(false)
    private let state = Atomic(PoolState().bits)
    /// The next part that nobody has begun.
    private let nextPart = Atomic(0)
    private let sleepers = Atomic(0)
    private let workCame = Signal()
    private let lastLeft = Signal()

    /// Computes every part once, on up to `threads` threads, the caller's included.
    ///
    /// Which thread computes a part is not determined, so no result may depend on it.
    ///
    /// - Parameters:
    ///   - parts: how many parts there are.
    ///   - threads: how many threads may work.
    ///   - body: computes a part; called on several threads at once, of which each has a number
    ///     below `threads`, the caller's being 0.
    func run(_ parts: Int, threads: Int, _ body: (_ part: Int, _ worker: Int) -> Void) {
        let helpers = min(threads, parts, Self.largestThreadCount) - 1
        guard helpers > 0,
            isTaken.compareExchange(
                expected: false, desired: true, ordering: .acquiring
            ).exchanged
        else {
            for part in 0..<max(parts, 0) { body(part, 0) }
            return
        }
        start(helpers)
        withoutActuallyEscaping(body) { body in
            unsafe withUnsafePointer(to: body) { body in
                unsafe job = Job(parts: parts, body: body)
                nextPart.store(0, ordering: .relaxed)
                open(to: helpers)
                unsafe work(job, as: 0)
                close()
                unsafe job = Job()
            }
        }
        isTaken.store(false, ordering: .releasing)
    }

    /// Lets up to `helpers` workers join.
    private func open(to helpers: Int) {
        var next = PoolState(bits: state.load(ordering: .relaxed))
        next.open(to: helpers)
        // In one order with `sleepers`: either a worker on its way to sleep sees the new state, or
        // it is counted here.
        state.store(next.bits, ordering: .sequentiallyConsistent)
        if sleepers.load(ordering: .sequentiallyConsistent) > 0 { workCame.wakeAll() }
    }

    /// Lets nobody join any more, and waits for those who have.
    private func close() {
        var left = PoolState(
            bits: state.bitwiseAnd(~PoolState.openBit, ordering: .acquiringAndReleasing).newValue)
        var spin = Spin()
        while left.active > 0 {
            guard spin.once() else {
                lastLeft.wait { PoolState(bits: state.load(ordering: .acquiring)).active == 0 }
                return
            }
            left = PoolState(bits: state.load(ordering: .acquiring))
        }
    }

    private func work(_ job: Job, as worker: Int) {
        guard let body = unsafe job.body else { return }
        while true {
            let part = nextPart.wrappingAdd(1, ordering: .relaxed).oldValue
            guard part < job.parts else { return }
            unsafe body.pointee(part, worker)
        }
    }

    /// What a worker does for the life of the process.
    func serve() -> Never {
        var round: UInt64 = 0
        while true {
            let seat = join(after: round)
            round = seat.round
            unsafe work(job, as: seat.worker)
            let now = PoolState(
                bits: state.wrappingSubtract(
                    PoolState.oneActive, ordering: .acquiringAndReleasing
                ).newValue)
            if now.active == 0, !now.isOpen { lastLeft.wakeAll() }
        }
    }

    /// Waits for a round that has room and has not been joined before; says which, and the worker's
    /// number in it.
    private func join(after round: UInt64) -> (round: UInt64, worker: Int) {
        var spin = Spin()
        while true {
            var now = PoolState(bits: state.load(ordering: .acquiring))
            if now.hasRoom(after: round) {
                let old = now.bits
                let worker = Int(now.seats)
                now.join()
                if state.weakCompareExchange(
                    expected: old, desired: now.bits, ordering: .acquiringAndReleasing
                ).exchanged {
                    return (round: now.round, worker: worker)
                }
            } else if !spin.once() {
                sleepers.wrappingAdd(1, ordering: .sequentiallyConsistent)
                workCame.wait {
                    PoolState(bits: state.load(ordering: .sequentiallyConsistent))
                        .hasRoom(after: round)
                }
                sleepers.wrappingSubtract(1, ordering: .sequentiallyConsistent)
                spin = Spin()
            }
        }
    }

    /// Starts workers until there are so many; fewer where the system refuses.
    private func start(_ count: Int) {
        while unsafe workerCount < count {
            guard startWorker() else { return }
            unsafe workerCount += 1
        }
    }
}
