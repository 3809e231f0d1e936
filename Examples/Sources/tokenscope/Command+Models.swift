import TokenScope

extension Command {
    static let models = Command(
        name: "models",
        operands: "[FOLDER...]",
        summary: "list the models on this machine",
        discussion: """
            Looks through folders for models, reading no more than their headers: folders with
            config.json, GGUF files, entries of the Hugging Face cache. Without a FOLDER: that
            cache, the folders of llama.cpp and LM Studio, ~/models and ./models. What cannot be
            loaded follows, with the reason. The last column is what --model takes. Ctrl-C ends
            with what was found.

            The memory is that of decoding one sequence: weights, the keys and values of --context
            tokens, and scratch memory.
            """,
        flags: [
            Flag(
                name: "context", value: "N",
                help: "tokens that the memory is for (default 4096; a model's own context where "
                    + "that is less)"),
            Flag(name: "format", value: "FORMAT", help: "table (default) or json"),
            Flag(name: "quiet", value: nil, help: "no progress on standard error"),
            Flag(name: "help", value: nil, help: "this text"),
        ],
        run: { (options) throws(ToolError) in
            let context = try options.context()
            let asJSON = try options.isJSON()
            let progress = Progress(options)
            let library = ModelLibrary.standard
            var search =
                options.operands.isEmpty
                ? ModelSearch(library)
                : ModelSearch(folders: try folders(options.operands), library: library)
            search.progress = { folder, count in
                // Short walks show nothing, and the line must fit, or it could not be taken back.
                guard count.isMultiple(of: 64) else { return }
                let place = folder.count > 50 ? "…" + folder.suffix(49) : folder
                progress.show("\(count) folders: \(place)")
            }
            var found: [FoundModel] = []
            while let model = search.next() { found.append(model) }
            progress.clear()
            if asJSON {
                Terminal.write(
                    try JSONText.text(
                        of: found.map { ListedModel($0, context: context) }, named: "models",
                        as: .models))
            } else {
                Terminal.write(ModelList.text(of: found, context: context))
                if found.isEmpty, options.operands.isEmpty {
                    let places = [library.huggingFaceCache] + library.folders
                    Terminal.write("looked in \(places.joined(separator: ", "))\n")
                }
            }
            if search.reachedLimit {
                Terminal.write("folders that lie too deep, or too many, were left out\n", to: 2)
            }
            if Task.isCancelled { Terminal.write("stopped before the end\n", to: 2) }
        }
    )

    /// A folder that is named must be there.
    static func folders(_ paths: [String]) throws(ToolError) -> [String] {
        for path in paths where !path.hasSuffix(".gguf") {
            do throws(FileError) {
                _ = try FileFolder(directory: path)
            } catch {
                throw .input("\(error)")
            }
        }
        return paths
    }
}

extension ParsedOptions {
    /// The tokens that a memory is stated for.
    func context() throws(ToolError) -> Int {
        let context = try number("context", as: Int.self) ?? 4096
        guard context > 0 else { throw .usage("--context takes at least 1, not \(context)") }
        return context
    }

    /// Whether the output of a command that knows tables and JSON is JSON.
    func isJSON() throws(ToolError) -> Bool {
        switch self["format"] ?? "table" {
        case "table": return false
        case "json": return true
        case let other: throw .usage("--format takes one of table, json, not \"\(other)\"")
        }
    }
}
