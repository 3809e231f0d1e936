/// A model's weights as one table of tensors, whether in one file or in shards.
///
/// The files are those of the Hugging Face layout: `model.safetensors`, else what
/// `model.safetensors.index.json` lists. Other safetensors files of the folder are never picked
/// up, as folders hold second copies and adapters under other names.
public struct Checkpoint: Sendable {
    /// The name of the file that holds all tensors of an unsharded model.
    public static let singleFile = "model.safetensors"

    /// The name of the file that says which shard holds which tensor.
    public static let indexFile = "model.safetensors.index.json"

    /// The files the tensors lie in, in the order of their names.
    public let files: [SafetensorsFile]

    /// The file that is answerable for the whole table: the index, or the one file there is.
    public let name: String

    private let locations: [String: Location]

    private struct Location {
        let file: Int
        let entry: TensorEntry
    }

    /// Finds, reads and checks the tables of a folder's weights.
    ///
    /// - Parameter folder: the model's folder.
    /// - Throws: ``FileError``: a broken file or index, no weights at all, or weights in a format
    ///   that is not read.
    /// - Complexity: O(headers); no weights are touched.
    public init(_ folder: FileFolder) throws(FileError) {
        if folder.contains(Self.singleFile) {
            let file = try SafetensorsFile(folder.contents(of: Self.singleFile))
            files = [file]
            name = file.contents.name
            locations = Dictionary(
                uniqueKeysWithValues: file.entries.map { ($0.name, Location(file: 0, entry: $0)) })
        } else if folder.contains(Self.indexFile) {
            let index = try ShardIndex(folder.contents(of: Self.indexFile), in: folder)
            var files: [SafetensorsFile] = []
            for shard in index.shards {
                files.append(try SafetensorsFile(folder.contents(of: shard)))
            }
            var locations: [String: Location] = [:]
            for (name, shard, value) in index.tensors {
                guard let entry = files[shard][name] else {
                    throw value.error("the shard \(index.shards[shard]) lacks this tensor")
                }
                locations[name] = Location(file: shard, entry: entry)
            }
            self.files = files
            self.name = Self.indexFile
            self.locations = locations
        } else {
            throw Self.noWeights(in: folder)
        }
    }

    /// The names of all tensors, sorted.
    ///
    /// - Complexity: O(n log n).
    public var tensorNames: [String] { locations.keys.sorted() }

    /// The tensor of this name with the file its bytes lie in.
    public subscript(name: String) -> (entry: TensorEntry, file: SafetensorsFile)? {
        locations[name].map { ($0.entry, files[$0.file]) }
    }

    /// Refuses weights whose mapped files changed since they were opened.
    ///
    /// - Throws: ``FileError/changed(file:)``.
    /// - Complexity: one system call a file.
    public func checkUnchanged() throws(FileError) {
        for file in files { try file.contents.checkUnchanged() }
    }

    /// Why there is nothing to read, and what to do about it.
    private static func noWeights(in folder: FileFolder) -> FileError {
        let endings = [".bin", ".pt", ".pth", ".ckpt", ".bin.index.json"]
        let pickled = folder.fileNames.first { name in endings.contains { name.hasSuffix($0) } }
        guard let pickled else { return .missing(file: "\(folder.name)/\(singleFile)") }
        return .unsupported(
            file: "\(folder.name)/\(pickled)",
            reason: "the folder has no \(singleFile), only weights pickled by Python; reading a "
                + "pickle can run code, so it is not read. Convert the model once, in Python: "
                + "AutoModelForCausalLM.from_pretrained(folder)"
                + ".save_pretrained(folder, safe_serialization=True)")
    }
}
