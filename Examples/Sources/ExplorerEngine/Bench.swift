import TokenScope

/// What the thread that computes has at hand: one model, and explorers with their caches.
struct Bench: Sendable {
    private struct Kept: Sendable {
        let session: String
        let recording: Recording
        let explorer: BranchExplorer
    }

    /// The model that is loaded.
    private(set) var context: (id: String, value: ModelContext)?
    private var explorers: [Kept] = []
    /// What was computed last for questions about one token, by what was asked.
    var answers: [(key: Question, value: Answer)] = []

    /// What was asked of a text.
    struct Question: Hashable, Sendable {
        let model: String
        let ids: [Int]
        let token: Int
        let what: String
    }

    enum Answer: Sendable {
        case attention(AttentionWeights)
        case text(AttributedText)
    }

    /// Puts another model in the place of the one before, which must be gone by then.
    mutating func setContext(_ id: String, _ value: ModelContext) {
        context = (id, value)
    }

    /// Lets go of the model and all that was computed with it.
    mutating func clear() {
        context = nil
        explorers = []
        answers = []
    }

    /// Takes the explorer of a session out, so that nobody else holds its memory.
    mutating func take(_ session: String, _ recording: Recording) -> BranchExplorer? {
        guard let place = explorers.firstIndex(where: { $0.session == session }) else {
            return nil
        }
        let kept = explorers.remove(at: place)
        return kept.recording == recording ? kept.explorer : nil
    }

    /// Keeps an explorer; of many the one that was used last is kept longest.
    mutating func keep(_ explorer: BranchExplorer, _ session: String, _ recording: Recording) {
        explorers.append(Kept(session: session, recording: recording, explorer: explorer))
        if explorers.count > 4 { explorers.removeFirst() }
    }

    mutating func forget(session: String) { explorers.removeAll { $0.session == session } }

    /// An answer that is still known.
    func answer(to question: Question) -> Answer? {
        answers.last { $0.key == question }?.value
    }

    mutating func keep(_ answer: Answer, to question: Question) {
        answers.append((question, answer))
        if answers.count > 4 { answers.removeFirst() }
    }
}
