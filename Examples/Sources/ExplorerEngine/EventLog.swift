import Dispatch
import Synchronization

/// What has happened, numbered from 1, for those who follow it.
///
/// The log is the only buffer between a run and its readers: whoever reads slowly falls behind, and begins
/// anew once what comes next for it is no longer kept. So no reader costs memory, and none holds up a run.
package final class EventLog: Sendable {
    /// Bytes that are kept.
    static let byteLimit = 16 << 20

    private struct Entry {
        let number: Int
        let bytes: [UInt8]
    }

    private struct State {
        var entries: [Entry] = []
        /// Entries before this one have been dropped.
        var start = 0
        var last = 0
        var byteCount = 0
        var isClosed = false
        var waiting: [ObjectIdentifier: DispatchSemaphore] = [:]
    }

    private let state = Mutex(State())

    /// Makes a log of nothing.
    package init() {}

    /// The number of the last event.
    package var last: Int { state.withLock { $0.last } }

    /// Adds an event.
    ///
    /// - Parameters:
    ///   - name: What happened.
    ///   - data: JSON of one line.
    package func append(_ name: String, _ data: [UInt8]) {
        state.withLock { state in
            state.last += 1
            let bytes =
                Array("id: \(state.last)\nevent: \(name)\ndata: ".utf8) + data
                + Array("\n\n".utf8)
            state.entries.append(Entry(number: state.last, bytes: bytes))
            state.byteCount += bytes.count
            while state.byteCount > Self.byteLimit, state.start < state.entries.count - 1 {
                state.byteCount -= state.entries[state.start].bytes.count
                state.start += 1
            }
            if state.start > 4096 || state.start * 2 > state.entries.count {
                state.entries.removeFirst(state.start)
                state.start = 0
            }
            for semaphore in state.waiting.values { semaphore.signal() }
        }
    }

    /// Ends all readers.
    package func close() {
        state.withLock { state in
            state.isClosed = true
            for semaphore in state.waiting.values { semaphore.signal() }
        }
    }

    /// What a reader finds.
    package enum Reading: Equatable {
        /// Events, as they are sent.
        case events([UInt8])
        /// Nothing in the time that was given.
        case nothing
        /// No more will come.
        case closed
    }

    /// Someone who follows the log.
    package final class Reader: Sendable {
        private let log: EventLog
        private let semaphore = DispatchSemaphore(value: 0)
        private let place: Mutex<Int>

        init(_ log: EventLog, after number: Int) {
            self.log = log
            place = Mutex(number)
            log.state.withLock { $0.waiting[ObjectIdentifier(self)] = semaphore }
        }

        deinit {
            let id = ObjectIdentifier(self)
            log.state.withLock { $0.waiting[id] = nil }
        }

        /// What came since the last call, as soon as there is something.
        ///
        /// - Parameter milliseconds: How long to wait at most.
        /// - Returns: What was found.
        package func next(waiting milliseconds: Int) -> Reading {
            let deadline = DispatchTime.now() + .milliseconds(milliseconds)
            while true {
                let reading = place.withLock { place in log.read(after: &place) }
                if reading != .nothing { return reading }
                if semaphore.wait(timeout: deadline) == .timedOut { return .nothing }
            }
        }
    }

    /// Begins to follow.
    ///
    /// - Parameter number: The last event that is known; nil for what comes from now on.
    /// - Returns: Whoever reads.
    package func reader(after number: Int?) -> Reader { Reader(self, after: number ?? last) }

    /// Events after a number, at most some at a time.
    private func read(after number: inout Int) -> Reading {
        state.withLock { state in
            if state.isClosed { return .closed }
            guard number != state.last else { return .nothing }
            let kept = state.entries[state.start...]
            guard let first = kept.first, number + 1 >= first.number, number <= state.last else {
                number = state.last
                return .events(Array("id: \(state.last)\nevent: reset\ndata: {}\n\n".utf8))
            }
            var bytes: [UInt8] = []
            for entry in kept[(kept.startIndex + number + 1 - first.number)...] {
                bytes += entry.bytes
                number = entry.number
                if bytes.count > 1 << 18 { break }
            }
            return .events(bytes)
        }
    }
}
