import Dispatch
import Synchronization

/// A result that one thread waits for and another one brings.
final class ResultBox<Value: Sendable>: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)
    private let result = Mutex<Result<Value, any Error>?>(nil)

    func fill(_ value: Result<Value, any Error>) {
        result.withLock { $0 = value }
        semaphore.signal()
    }

    /// The result; nil where it does not come in time.
    func wait(seconds: Int) -> Result<Value, any Error>? {
        guard semaphore.wait(timeout: .now() + .seconds(seconds)) == .success else { return nil }
        return result.withLock { $0 }
    }
}
