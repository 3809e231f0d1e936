import CBenchSupport

/// The clock that figures are taken from.
enum BenchClock: String {
    /// CPU time of the process: other work on the machine does not count. For one thread.
    case cpu
    /// Time on the wall.
    case wall

    /// Seconds since some moment.
    var now: Double {
        switch self {
        case .cpu: tscope_bench_cpu_seconds()
        case .wall: tscope_bench_wall_seconds()
        }
    }

    /// The seconds that `body` takes.
    func time<E: Error>(_ body: () throws(E) -> Void) throws(E) -> Double {
        let start = now
        try body()
        return now - start
    }
}
