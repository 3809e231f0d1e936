import Observation
import TokenScope

/// What a view shows of a model at work: text that grows, a number for each token, and where it stands.
///
/// The state belongs to the main actor and is observed as any `@Observable` state is; the model runs on
/// a thread of its own, so the view never waits for it. Tokens are pulled one at a time: the next one is
/// computed when this one has been shown, so nothing piles up in front of a slow view, and `stop()` ends
/// the pass that is running between two layers.
@MainActor @Observable
final class WritingModel {
    enum Phase: Equatable {
        case idle
        case writing
        case ended(StopReason)
        case failed(String)
    }

    /// A token as a view needs it.
    struct Piece: Sendable {
        let text: String
        /// In nats; nil for the very first token, which nothing predicted.
        let surprisal: Double?
    }

    private(set) var pieces: [Piece] = []
    private(set) var phase = Phase.idle
    /// What was measured, once writing has ended.
    private(set) var trace: TokenTrace?

    @ObservationIgnored private var task: Task<Void, Never>?

    /// Writes from the beginning; what is being written is stopped first.
    func write(_ session: DecodingSession) {
        let previous = task
        previous?.cancel()
        task = Task {
            await previous?.value
            (pieces, trace, phase) = ([], nil, .writing)
            await follow(DecodingRun(session))
        }
    }

    /// Ends what is being written; the state then says so.
    func stop() { task?.cancel() }

    private func follow(_ run: DecodingRun) async {
        do throws(DecodingFailure) {
            for try await token in run.tokens {
                let surprisal = await run.value(of: .surprisal, at: token.index)
                pieces.append(Piece(text: token.text, surprisal: surprisal))
            }
            trace = await run.session.trace
            phase = .ended(trace?.stopReason ?? .cancelled)
        } catch {
            phase = .failed("\(error)")
        }
    }
}
