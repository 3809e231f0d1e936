/// The files of a model, in one of the two layouts that are read.
public enum ModelFiles: Sendable {
    /// A folder of the Hugging Face layout: `config.json`, safetensors, `tokenizer.json`.
    case folder(FileFolder)
    /// A GGUF file, or the parts of a split one, with everything in them.
    case gguf(GGUFModel)

    /// Opens what lies at a path.
    ///
    /// - Parameter path: A folder with `config.json`, a folder with one GGUF model, a GGUF file under
    ///   any name (of a split model any part), or the folder of a model in the Hugging Face cache
    ///   (`models--OWNER--NAME`), of which the revision `main` is taken, or the only one.
    /// - Throws: ``FileError`` naming what is missing or broken.
    /// - Complexity: O(headers); no weights are touched.
    public init(path: String) throws(FileError) {
        let kind = kindOfFile(at: path)
        if path.hasSuffix(".gguf") || (kind.exists && !kind.isDirectory) {
            // Files that belong to a folder say so better than the reader of another format would.
            for ending in [".safetensors", ".json", ".bin"] where path.hasSuffix(ending) {
                throw .unsupported(
                    file: path, reason: "is a part of a model; name the folder that it lies in")
            }
            self = .gguf(try GGUFModel(path: path))
            return
        }
        let last = path.split(separator: "/").last ?? ""
        if last.hasPrefix("models--") {
            try self.init(
                try FileFolder(directory: try Self.snapshot(ofCacheEntry: path), name: path))
        } else {
            try self.init(try FileFolder(directory: path))
        }
    }

    /// Opens what lies in a folder.
    ///
    /// - Parameter folder: A folder with `config.json`, or with one GGUF model and no `config.json`.
    /// - Throws: ``FileError`` naming what is missing or broken.
    /// - Complexity: O(headers); no weights are touched.
    public init(_ folder: FileFolder) throws(FileError) {
        let hasGGUF = folder.fileNames.contains { $0.hasSuffix(".gguf") }
        if hasGGUF, !folder.contains("config.json") || !Self.hasWeights(folder) {
            self = .gguf(try GGUFModel(folder))
        } else {
            self = .folder(folder)
        }
    }

    /// Whether a folder has weights beside its GGUF files.
    private static func hasWeights(_ folder: FileFolder) -> Bool {
        folder.contains(Checkpoint.singleFile) || folder.contains(Checkpoint.indexFile)
    }

    /// The folder's name, or the file's.
    public var name: String {
        switch self {
        case .folder(let folder): folder.name
        case .gguf(let model): model.name
        }
    }

    /// The folder of a model's files in the Hugging Face cache.
    ///
    /// - Parameter path: The model's folder in the cache, `models--OWNER--NAME`.
    /// - Returns: The path of the revision that `refs/main` names, or of the only one.
    /// - Throws: ``FileError`` where there is no revision, or several and none is named.
    package static func snapshot(ofCacheEntry path: String) throws(FileError) -> String {
        let snapshots = try FileFolder(directory: path + "/snapshots")
        return "\(path)/snapshots/\(try revision(path, of: snapshots.folderNames))"
    }

    private static func revision(
        _ path: String, of names: [String]
    ) throws(FileError) -> String {
        if let refs = try? FileFolder(directory: path + "/refs"),
            let main = try? refs.contents(of: "main")
        {
            let text = String(decoding: main.copy(0..<main.byteCount), as: UTF8.self)
            let revision = text.split(whereSeparator: \.isWhitespace).first.map(String.init)
            if let revision, names.contains(revision) { return revision }
        }
        guard names.count == 1 else {
            throw .malformed(
                file: path, field: "snapshots",
                reason: "\(names.count) revisions and no refs/main that names one")
        }
        return names[0]
    }
}
