import Dispatch
import ScopeBranching
import TinyPythonModel
import Synchronization
import TokenScope

extension ExplorerWorkspace {
    static let embeddedName = "tiny-python"

    /// Begins: the first model is loaded, others are looked for, and saved sessions are read.
    ///
    /// - Throws: ``ActionError`` where the model that was named is not there.
    package func start() throws(ActionError) {
        try state.withLock { (state) throws(ActionError) in
            state.models.append(
                ExplorerModel(
                    id: state.newID("m"), name: Self.embeddedName, folder: "",
                    files: { () throws(DecodingFailure) in .folder(.tinyPython) }))
            if let name = options.model, name != Self.embeddedName {
                state.models.append(try Self.model(named: name, id: state.newID("m")))
            }
            guard let first = state.models.last else { return }
            _ = try submitLoading(first.id, in: &state)
        }
        // The threads that tasks share may be as few as one, and this waits for disks.
        DispatchQueue.global().async { [weak self] in self?.findModels() }
        DispatchQueue.global().async { [weak self] in self?.readSavedSessions() }
    }

    private static func model(named name: String, id: String) throws(ActionError) -> ExplorerModel {
        do throws(DecodingFailure) {
            _ = try ModelLibrary.standard.files(named: name)
        } catch {
            throw ActionError(.notFound, "\(error)", field: "model")
        }
        return ExplorerModel(
            id: id, name: name, folder: name,
            files: { () throws(DecodingFailure) in try ModelLibrary.standard.files(named: name) })
    }

    /// Looks for models on this machine.
    private func findModels() {
        let library = ModelLibrary.standard
        var search =
            options.modelFolders.map { ModelSearch(folders: $0, library: library) }
            ?? ModelSearch(library)
        while let found = search.next() {
            let isClosed = state.withLock { state in
                guard !state.models.contains(where: { $0.name == found.name }) else {
                    return state.isClosed
                }
                let name = found.name
                var model = ExplorerModel(
                    id: state.newID("m"), name: name, folder: name,
                    files: { () throws(DecodingFailure) in try library.files(named: name) })
                switch found.summary {
                case .success(let summary): model.describe(summary)
                case .failure(let failure):
                    model.state = .failed
                    model.error = "\(failure)"
                }
                state.models.append(model)
                tellModels(state)
                return state.isClosed
            }
            if isClosed { return }
        }
    }

    /// Loads a model: one that is known, or one in a folder.
    func load(_ request: Fields) throws(ActionError) -> [UInt8] {
        let (id, folder) = (try request.string("model"), try request.string("folder"))
        let run = try state.withLock { (state) throws(ActionError) in
            if let folder {
                if let known = state.models.first(where: { $0.name == folder }) {
                    return try submitLoading(known.id, in: &state)
                }
                let model = try Self.model(named: folder, id: state.newID("m"))
                state.models.append(model)
                return try submitLoading(model.id, in: &state)
            }
            guard let id else { throw .invalid("model", "model is missing") }
            guard state.models.contains(where: { $0.id == id }) else {
                throw .notFound("model \(id)", field: "model")
            }
            return try submitLoading(id, in: &state)
        }
        return Self.answer { $0.member("run", run) }
    }

    private func submitLoading(_ id: String, in state: inout State) throws(ActionError) -> String {
        try submit("load", in: &state) { [weak self] _ in
            _ = try self?.context(of: id)
            self?.state.withLock { state in
                state.model = id
                self?.tellModels(state)
            }
        }
    }

    /// The model of an id, loaded if it is not; what was loaded before is let go first.
    ///
    /// Only for the thread that computes.
    func context(of id: String) throws(ActionError) -> ModelContext {
        if let (loaded, context) = bench.withLock({ $0.context }), loaded == id { return context }
        bench.withLock { $0.clear() }
        let files = state.withLock { state in
            for place in state.models.indices where state.models[place].state == .loaded {
                state.models[place].state = .available
            }
            let place = state.models.firstIndex { $0.id == id }
            if let place {
                state.models[place].state = .loading
                state.models[place].progress = 0
                state.models[place].error = nil
            }
            tellModels(state)
            return place.map { state.models[$0].files }
        }
        guard let files else { throw .notFound("model \(id)", field: "model") }
        do throws(DecodingFailure) {
            let opened = try files()
            let context = try loadModel(from: opened, options: options.loading) { share in
                changeModel(id) { $0.progress = share }
            }
            bench.withLock { $0.setContext(id, context) }
            let hasChat = (try? ChatTemplate.from(opened)) ?? nil
            let fill = try? FillInTheMiddleFormat(for: context.tokenizer)
            changeModel(id) { model in
                model.state = .loaded
                model.progress = nil
                model.family = context.identity.family
                model.parameters = context.identity.parameterCount
                model.weights = context.identity.weights
                model.layers = context.configuration.layerCount
                model.heads = context.configuration.queryHeadCount
                model.contextLength = context.configuration.contextLength
                model.hasChat = hasChat != nil
                model.fillsIn = fill != nil
            }
            state.withLock { $0.tokenizers[id] = context.tokenizer }
            return context
        } catch {
            // Whoever stopped the reading may ask for the model again.
            let isCancelled = if case .model(.cancelled) = error { true } else { false }
            changeModel(id) { model in
                model.state = isCancelled ? .available : .failed
                model.progress = nil
                model.error = isCancelled ? nil : "\(error)"
            }
            throw ActionError(.failed, "\(error)", field: "model")
        }
    }

    private func changeModel(_ id: String, _ body: (inout ExplorerModel) -> Void) {
        state.withLock { state in
            guard let place = state.models.firstIndex(where: { $0.id == id }) else { return }
            body(&state.models[place])
            tellModels(state)
        }
    }
}
