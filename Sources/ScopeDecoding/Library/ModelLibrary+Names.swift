public import ScopeFiles
public import ScopeTransformer

extension ModelLibrary {
    /// Opens the model that a name stands for.
    ///
    /// - Parameter name: A path, as `ModelFiles` takes it; else the id of a Hugging Face repository,
    ///   `OWNER/NAME`, that is in the cache, or a GGUF file in one, `OWNER/NAME/FILE.gguf`.
    /// - Returns: The model's files.
    /// - Throws: ``DecodingFailure/modelNotFound(name:places:)``, or ``DecodingFailure/model(_:)`` for
    ///   files that are broken.
    /// - Complexity: O(headers); no weights are touched.
    public func files(named name: String) throws(DecodingFailure) -> ModelFiles {
        if !kindOfFile(at: name).exists, let repository = HubName(name) {
            return try files(of: repository)
        }
        return try DecodingFailure.wrappingFiles { () throws(FileError) in
            try ModelFiles(path: name)
        }
    }

    private func files(of repository: HubName) throws(DecodingFailure) -> ModelFiles {
        let entry = "\(huggingFaceCache)/\(repository.cacheEntry)"
        guard kindOfFile(at: entry).isDirectory else {
            throw .modelNotFound(name: repository.name, places: [entry])
        }
        return try DecodingFailure.wrappingFiles { () throws(FileError) in
            let snapshot = try ModelFiles.snapshot(ofCacheEntry: entry)
            guard let file = repository.file else {
                return try ModelFiles(FileFolder(directory: snapshot, name: repository.id))
            }
            return .gguf(try GGUFModel(path: "\(snapshot)/\(file)"))
        }
    }
}

/// Opens the model that a name stands for.
///
/// - Parameters:
///   - name: A path, or the id of a Hugging Face repository that is in the cache; see
///     ``ModelLibrary/files(named:)``.
///   - library: Where models lie; by default that of this process.
///   - options: What differs from the files.
///   - progress: Is told after each layer which share of the weights has been read, up to 1.
/// - Returns: The model, its tokenizer, and what identifies them.
/// - Throws: ``DecodingFailure`` saying where it was looked for, or naming the file and field that is
///   missing, broken or not supported.
/// - Complexity: See ``loadModel(from:options:progress:)-(ModelFiles,_,_)``.
public func loadModel(
    named name: String, in library: ModelLibrary = .standard,
    options: ModelOptions = ModelOptions(), progress: (Double) -> Void = { _ in }
) throws(DecodingFailure) -> ModelContext {
    try loadModel(
        from: try library.files(named: name), options: options, progress: progress)
}

/// A name taken apart as that of a Hugging Face repository, or of a file in one.
struct HubName: Equatable {
    let name: String
    /// `OWNER/NAME`, or `NAME` alone as the oldest repositories have it.
    let id: String
    /// A GGUF file of the repository.
    let file: String?

    /// Fails for what can only be a path.
    init?(_ name: String) {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard !parts.isEmpty, parts.allSatisfy(Self.isPlain) else { return nil }
        self.name = name
        if parts.count > 2 {
            guard name.hasSuffix(".gguf") else { return nil }
            id = parts[..<2].joined(separator: "/")
            file = parts[2...].joined(separator: "/")
        } else {
            // A GGUF file that is not there is a path that is wrong.
            guard !name.hasSuffix(".gguf") else { return nil }
            id = name
            file = nil
        }
    }

    /// The repository's folder in the cache.
    var cacheEntry: String {
        "models--" + id.split(separator: "/").joined(separator: "--")
    }

    private static func isPlain(_ part: Substring) -> Bool {
        guard let first = part.utf8.first, first != UInt8(ascii: "."), first != UInt8(ascii: "-")
        else { return false }
        return part.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "-"):
                true
            default: false
            }
        }
    }
}
