import Synchronization
import Testing

@testable import ScopeTensor

@Suite struct ThreadPoolTests {
    /// How often each part was computed.
    private final class Counts: Sendable {
        let values: Mutex<[Int]>

        init(_ count: Int) { values = Mutex([Int](repeating: 0, count: count)) }

        func add(_ part: Int) { values.withLock { $0[part] += 1 } }
    }

    @Test(arguments: [1, 2, 3, 5, 16])
    func `every part is computed once`(_ threads: Int) {
        for parts in [0, 1, 2, 3, 7, 64, 1000] {
            let counts = Counts(parts)
            ThreadPool.shared.run(parts, threads: threads) { part, _ in counts.add(part) }
            #expect(counts.values.withLock { $0.allSatisfy { $0 == 1 } })
        }
    }

    /// A round begins while workers of the last one are on their way out or to sleep.
    @Test func `round follows round`() {
        let sum = Atomic(0)
        let numbers = Atomic(0)
        for round in 0..<20_000 {
            ThreadPool.shared.run(8, threads: 3) { part, worker in
                sum.add(round + part, ordering: .relaxed)
                numbers.bitwiseOr(1 << worker, ordering: .relaxed)
            }
            // Long enough, now and then, for the workers to fall asleep.
            if round % 2000 == 0 {
                let start = ContinuousClock.now
                while ContinuousClock.now - start < .microseconds(300) {}
            }
        }
        #expect(sum.load(ordering: .relaxed) == 8 * (20_000 * 19_999 / 2) + 20_000 * 28)
        #expect(numbers.load(ordering: .relaxed) & ~0b111 == 0)
    }

    @Test func `a part may call the pool again`() {
        let counts = Counts(36)
        ThreadPool.shared.run(6, threads: 3) { outer, _ in
            ThreadPool.shared.run(6, threads: 3) { part, _ in counts.add(outer * 6 + part) }
        }
        #expect(counts.values.withLock { $0.allSatisfy { $0 == 1 } })
    }

    @Test func `several callers at once all finish`() async {
        let counts = Counts(400)
        await withTaskGroup(of: Void.self) { group in
            for caller in 0..<8 {
                group.addTask {
                    for round in 0..<50 {
                        ThreadPool.shared.run(20, threads: 2) { part, _ in
                            if part % 20 == round % 20 { counts.add(caller * 50 + round) }
                        }
                    }
                }
            }
        }
        #expect(counts.values.withLock { $0.allSatisfy { $0 == 1 } })
    }

    @Test func `one thread computes in order, on the caller's own`() {
        var seen: [Int] = []
        ThreadPool.shared.run(5, threads: 1) { part, worker in seen.append(part + worker) }
        #expect(seen == [0, 1, 2, 3, 4])
    }

    @Test func `the process has a processor`() {
        #expect(HostAlgebra.processorCount >= 1)
        #expect(HostAlgebra().threads == HostAlgebra.processorCount)
        #expect(HostAlgebra(threads: 3).threads == 3)
    }
}
