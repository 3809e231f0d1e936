import Synchronization
package import TokenScope

/// Models, sessions and runs: all that the Explorer knows, without a word of HTTP.
///
/// Reads are answered at any time from values; what computes does so one after the other, on a thread of
/// its own, and everything that happens is told to ``events``.
package final class ExplorerWorkspace: Sendable {
    /// What a workspace is made with.
    package struct Options: Sendable {
        /// Where models are looked for; nil for the usual places.
        package var modelFolders: [String]?
        /// The model to begin with: what `--model` takes; nil for the embedded one.
        package var model: String?
        /// How every model is opened.
        package var loading: ModelOptions
        /// Where sessions are saved.
        package var sessionFolder: String

        package init(
            modelFolders: [String]? = nil, model: String? = nil,
            loading: ModelOptions = ModelOptions(), sessionFolder: String
        ) {
            self.modelFolders = modelFolders
            self.model = model
            self.loading = loading
            self.sessionFolder = sessionFolder
        }
    }

    struct State: Sendable {
        var models: [ExplorerModel] = []
        /// The model that new sessions are written by.
        var model: String?
        var sessions: [ExplorerSession] = []
        var runs: [ExplorerRun] = []
        var tokenizers: [String: any Tokenizer] = [:]
        var urgent: [@Sendable () -> Void] = []
        var isClosed = false
        private var count = 0

        /// A name that nothing else has.
        mutating func newID(_ letter: String) -> String {
            count += 1
            return "\(letter)\(count)"
        }
    }

    package let events = EventLog()
    let options: Options
    let state = Mutex(State())
    let bench = Mutex(Bench())
    let executor = ComputeExecutor()
    static let queueLimit = 64
    static let sessionLimit = 256

    /// Begins with the embedded model; nothing is looked for yet, see ``start()``.
    package init(_ options: Options) {
        self.options = options
    }

    /// Ends what is running and waiting, and all readers of events.
    package func close() {
        let tasks = state.withLock { state in
            state.isClosed = true
            return state.runs.filter { !$0.state.isOver }.compactMap(\.task)
        }
        for task in tasks { task.cancel() }
        events.close()
    }

    /// Tells what happened in the order in which the state changed.
    func tell(_ name: String, _ body: (inout JSONWriter) -> Void) {
        var writer = JSONWriter()
        body(&writer)
        events.append(name, writer.finish())
    }

    func tellSessions(_ state: State) {
        tell("sessions") { writer in
            writer.object { writer in
                writer.key("sessions")
                Self.write(state.sessions, to: &writer)
            }
        }
    }

    func tellModels(_ state: State) {
        tell("models") { writer in
            writer.object { writer in
                writer.key("models")
                writer.array { writer in
                    for model in state.models { model.write(to: &writer) }
                }
                writer.key("model")
                if let model = state.model { writer.write(model) } else { writer.writeNull() }
            }
        }
    }

    static func write(_ sessions: [ExplorerSession], to writer: inout JSONWriter) {
        writer.array { writer in
            for session in sessions { session.write(to: &writer) }
        }
    }
}
