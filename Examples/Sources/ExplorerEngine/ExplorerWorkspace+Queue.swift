import Dispatch
import Synchronization
import TokenScope

extension ExplorerWorkspace {
    /// What a run's work is given.
    struct RunHandle: Sendable {
        let id: String
        let workspace: ExplorerWorkspace

        /// Says how far the run has come.
        func progress(tokens: Int? = nil, part: Double? = nil) {
            workspace.changeRun(id) { run in
                run.tokens = tokens ?? run.tokens
                run.progress = part ?? run.progress
            }
        }
    }

    /// Puts work at the end of the queue.
    ///
    /// - Returns: The run's id.
    func submit(
        _ kind: String, session: String? = nil, branches: [String] = [], in state: inout State,
        _ work: @escaping @Sendable (RunHandle) throws -> Void
    ) throws(ActionError) -> String {
        guard state.runs.count(where: { !$0.state.isOver }) < Self.queueLimit, !state.isClosed
        else { throw ActionError(.tooMany, "\(Self.queueLimit) runs wait already") }
        let id = state.newID("r")
        var run = ExplorerRun(id: id, kind: kind, session: session, branches: branches)
        tell(run)
        run.task = Task(executorPreference: executor) { [weak self] in
            self?.perform(id, work)
        }
        // What is long over is known to nobody any more.
        let over = state.runs.indices.filter { state.runs[$0].state.isOver }
        if over.count > 100, let first = over.first { state.runs.remove(at: first) }
        state.runs.append(run)
        return id
    }

    private func perform(_ id: String, _ work: (RunHandle) throws -> Void) {
        let isWanted = state.withLock { state in
            guard let place = state.runs.firstIndex(where: { $0.id == id }),
                state.runs[place].state == .waiting
            else { return false }
            state.runs[place].state = .running
            tell(state.runs[place])
            return true
        }
        guard isWanted else { return }
        serveUrgent()
        let clock = ContinuousClock()
        let start = clock.now
        var message: String?
        do {
            try work(RunHandle(id: id, workspace: self))
        } catch {
            message = "\(error)"
        }
        let seconds = (clock.now - start) / .seconds(1)
        let isCancelled = Task.isCancelled
        changeRun(id) { run in
            run.seconds = seconds
            run.error = isCancelled ? nil : message
            run.state = isCancelled ? .stopped : message == nil ? .finished : .failed
            run.task = nil
        }
    }

    func changeRun(_ id: String, _ body: (inout ExplorerRun) -> Void) {
        state.withLock { state in
            guard let place = state.runs.firstIndex(where: { $0.id == id }) else { return }
            body(&state.runs[place])
            tell(state.runs[place])
        }
    }

    private func tell(_ run: ExplorerRun) { tell("run") { run.write(to: &$0) } }

    /// Ends a run that is running, or takes one out of the queue.
    func stop(_ request: Fields) throws(ActionError) -> [UInt8] {
        let wanted = try request.string("run")
        let stopped = try state.withLock { (state) throws(ActionError) -> [String] in
            let open = state.runs.indices.filter { !state.runs[$0].state.isOver }
            let chosen = open.filter {
                wanted == nil ? state.runs[$0].state == .running : state.runs[$0].id == wanted
            }
            if let wanted, chosen.isEmpty, !state.runs.contains(where: { $0.id == wanted }) {
                throw .notFound("run \(wanted)", field: "run")
            }
            for place in chosen {
                state.runs[place].task?.cancel()
                if state.runs[place].state == .waiting {
                    state.runs[place].state = .stopped
                    let run = state.runs[place]
                    tell(run)
                    guard let session = run.session,
                        let number = state.sessions.firstIndex(where: { $0.id == session })
                    else { continue }
                    for key in run.branches {
                        state.sessions[number].change(key) { $0.isRunning = false }
                        tellBranch(key, of: state.sessions[number])
                    }
                }
            }
            return chosen.map { state.runs[$0].id }
        }
        return Self.answer { writer in
            writer.key("stopped")
            writer.array { writer in
                for id in stopped { writer.write(id) }
            }
        }
    }

    static func answer(_ body: (inout JSONWriter) -> Void) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { body(&$0) }
        return writer.finish()
    }
}

extension ExplorerWorkspace {
    /// Computes something short between the steps of what is running, and waits for it.
    ///
    /// - Throws: What the work throws, or ``ActionError`` after two minutes.
    func computed<Value: Sendable>(
        _ work: @escaping @Sendable () throws -> Value
    ) throws(ActionError) -> Value {
        let box = ResultBox<Value>()
        let isFull = state.withLock { state in
            guard state.urgent.count < Self.queueLimit, !state.isClosed else { return true }
            state.urgent.append {
                box.fill(Result { try work() })
            }
            return false
        }
        guard !isFull else { throw ActionError(.tooMany, "too much waits already") }
        Task(executorPreference: executor) { [weak self] in self?.serveUrgent() }
        guard let result = box.wait(seconds: 120) else {
            throw ActionError(.failed, "no answer within two minutes; the model is busy")
        }
        do {
            return try result.get()
        } catch let error as ActionError {
            throw error
        } catch {
            throw ActionError(.failed, "\(error)")
        }
    }

    /// Does what waits between two steps of a run.
    func serveUrgent() {
        // What is being stopped would take these with it; they come right after.
        while !Task.isCancelled {
            let next = state.withLock { state in
                state.urgent.isEmpty ? nil : state.urgent.removeFirst()
            }
            guard let next else { return }
            next()
        }
    }
}
