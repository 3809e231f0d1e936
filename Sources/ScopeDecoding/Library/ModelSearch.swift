internal import ScopeFiles
internal import ScopeTokenizers
public import ScopeTransformer

/// A model that a search came upon.
public struct FoundModel: Sendable {
    /// What `loadModel(named:)` takes: a path, or the id of a repository in the Hugging Face cache.
    public let name: String
    /// What the model is, or why it cannot be loaded.
    public let summary: Result<ModelSummary, DecodingFailure>
}

/// Looks through folders for models, one model at a time.
///
/// A model is a folder with `config.json` beside weights or a tokenizer, a GGUF file (of split ones the
/// first part), or an entry of a Hugging Face cache. Only headers are read; of tokenizers it is seen
/// that they are there. Names come in order, so the same disk gives the same models.
///
/// ```swift
/// var search = ModelSearch(.standard)
/// while let model = search.next() { print(model.name) }
/// ```
///
/// Links are followed, and no folder is entered twice. Hidden folders inside those that were named are
/// left out. A task that is cancelled finds nothing more.
public struct ModelSearch: Sequence, IteratorProtocol, Sendable {
    /// How far a search goes.
    public struct Limits: Equatable, Sendable {
        /// How many folders deep, the named ones being depth 0.
        public var depth: Int
        /// How many folders in all.
        public var folders: Int

        /// Creates limits.
        public init(depth: Int = 8, folders: Int = 50_000) {
            self.depth = depth
            self.folders = folders
        }
    }

    /// Called with each folder that is entered, and how many that makes.
    public var progress: (@Sendable (String, Int) -> Void)?
    /// The folders that were entered.
    public private(set) var folderCount = 0
    /// Whether a limit left something out.
    public private(set) var reachedLimit = false

    private let limits: Limits
    /// The cache whose entries are called by their repositories.
    private let cache: String
    /// What is to be looked at, the next last.
    private var pending: [Place]
    private var entered: Set<FolderIdentity> = []

    private enum Place {
        case folder(path: String, depth: Int)
        case cacheEntry(path: String, id: String)
        case model(path: String, name: String)
    }

    /// Creates a search through folders.
    ///
    /// - Parameters:
    ///   - folders: Paths of folders, or of GGUF files; those that are not there give nothing.
    ///   - library: Whose cache's entries are called by their repositories.
    ///   - limits: How far to go.
    public init(
        folders: [String], library: ModelLibrary = .standard, limits: Limits = Limits()
    ) {
        self.limits = limits
        cache = library.huggingFaceCache
        pending = folders.reversed().map { path in
            path.hasSuffix(".gguf")
                ? .model(path: path, name: path)
                : .folder(path: Self.trimmed(path), depth: 0)
        }
    }

    /// Creates a search through all places of a library.
    ///
    /// - Parameters:
    ///   - library: Where models lie.
    ///   - limits: How far to go.
    public init(_ library: ModelLibrary, limits: Limits = Limits()) {
        self.init(
            folders: [library.huggingFaceCache] + library.folders, library: library,
            limits: limits)
    }

    /// Goes on to the next model.
    ///
    /// - Returns: The model; nil when there are no more, or the task is cancelled.
    /// - Complexity: O(folders entered + headers).
    public mutating func next() -> FoundModel? {
        while !Task.isCancelled, let place = pending.popLast() {
            switch place {
            case .folder(let path, let depth): enter(path, depth: depth)
            case .cacheEntry(let path, let id):
                if let model = open(path, id: id) { return model }
            case .model(let path, let name): return Self.model(path, name: name)
            }
        }
        return nil
    }

    private mutating func enter(_ path: String, depth: Int) {
        guard let identity = FolderIdentity(path: path), entered.insert(identity).inserted,
            let names = namesInDirectory(path)
        else { return }
        guard folderCount < limits.folders else {
            reachedLimit = true
            return
        }
        folderCount += 1
        progress?(path, folderCount)
        var found: [Place] = []
        let isModel = Self.isModel(Set(names))
        if isModel { found.append(.model(path: path, name: path)) }
        for name in names.sorted() where !name.hasPrefix(".") {
            let child = path == "/" ? "/\(name)" : "\(path)/\(name)"
            if name.hasPrefix("models--") {
                let id = String(name.dropFirst("models--".count).replacing("--", with: "/"))
                let isCached = path == Self.trimmed(cache)
                found.append(.cacheEntry(path: child, id: isCached ? id : child))
            } else if name.hasSuffix(".gguf") {
                if GGUFModel.isFirstPart(name) { found.append(.model(path: child, name: child)) }
            } else if !isModel, kindOfFile(at: child).isDirectory {
                // What lies below a model is a part or another form of it.
                if depth < limits.depth {
                    found.append(.folder(path: child, depth: depth + 1))
                } else {
                    reachedLimit = true
                }
            }
        }
        pending += found.reversed()
    }

    /// Looks at an entry of the cache; nil where it holds several models, to be looked at next.
    private mutating func open(_ path: String, id: String) -> FoundModel? {
        let snapshot: String
        do throws(FileError) {
            snapshot = try ModelFiles.snapshot(ofCacheEntry: path)
        } catch {
            return FoundModel(name: id, summary: .failure(.model(.file(error))))
        }
        folderCount += 1
        progress?(path, folderCount)
        let files = ggufFiles(in: snapshot, depth: 2)
        let names = Set(namesInDirectory(snapshot) ?? [])
        if files.isEmpty || Self.isModel(names) || files.count == 1 && names.contains(files[0]) {
            return Self.model(path, name: id)
        }
        pending += files.reversed().map {
            .model(path: "\(snapshot)/\($0)", name: "\(id)/\($0)")
        }
        return nil
    }

    /// The GGUF files below a folder, by their paths from there.
    private func ggufFiles(in folder: String, depth: Int) -> [String] {
        var files: [String] = []
        for name in (namesInDirectory(folder) ?? []).sorted() where !name.hasPrefix(".") {
            if name.hasSuffix(".gguf") {
                if GGUFModel.isFirstPart(name) { files.append(name) }
            } else if depth > 0, kindOfFile(at: "\(folder)/\(name)").isDirectory {
                files += ggufFiles(in: "\(folder)/\(name)", depth: depth - 1)
                    .map { "\(name)/\($0)" }
            }
        }
        return files
    }

    /// Whether these are the names of a model's files in the layout of Hugging Face.
    private static func isModel(_ names: Set<String>) -> Bool {
        guard names.contains("config.json") else { return false }
        let hasWeights = names.contains { name in
            name.hasSuffix(".safetensors") || name.hasSuffix(".safetensors.index.json")
                || name.hasPrefix("pytorch_model")
        }
        // A configuration beside GGUF files alone is theirs.
        return hasWeights
            || (names.contains("tokenizer.json") || names.contains("tokenizer.model"))
                && !names.contains { $0.hasSuffix(".gguf") }
    }

    private static func model(_ path: String, name: String) -> FoundModel {
        do throws(DecodingFailure) {
            let files = try DecodingFailure.wrappingFiles { () throws(FileError) in
                try ModelFiles(path: path)
            }
            let summary = try DecodingFailure.wrappingModel { () throws(ModelFailure) in
                try ModelSummary(files)
            }
            if !files.hasTokenizer {
                do throws(TokenizerError) {
                    _ = try AutoTokenizer.from(files)
                } catch {
                    throw .tokenizer(error)
                }
            }
            return FoundModel(name: name, summary: .success(summary))
        } catch {
            return FoundModel(name: name, summary: .failure(error))
        }
    }

    private static func trimmed(_ path: String) -> String {
        var path = Substring(path)
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        return String(path)
    }
}
