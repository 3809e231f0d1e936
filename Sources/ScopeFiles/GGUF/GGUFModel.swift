/// A model's GGUF files as one table of tensors, whether it is one file or several parts.
///
/// Parts are named `NAME-00001-of-00003.gguf` and know their number and how many there are by the
/// keys `split.no`, `split.count` and `split.tensors.count`. All other metadata lies in the first.
public struct GGUFModel: Sendable {
    /// The files the tensors lie in: the one file, or all parts in their order.
    public let files: [GGUFFile]

    private let locations: [String: Location]

    private struct Location {
        let file: Int
        let entry: GGUFTensorEntry
    }

    /// Opens a file by its path, with the parts that belong to it and lie beside it.
    ///
    /// - Parameter path: the file, or any part of several.
    /// - Throws: ``FileError``, see ``init(_:file:)``.
    /// - Complexity: O(metadata and tables); no weights are touched.
    public init(path: String) throws(FileError) {
        let cut = path.utf8.lastIndex(of: UInt8(ascii: "/"))
        let name = cut.map { String(path[path.utf8.index(after: $0)...]) } ?? path
        guard FileFolder.isPlainName(name) else { throw .missing(file: path) }
        var directory = "."
        if let cut { directory = cut == path.startIndex ? "/" : String(path[..<cut]) }
        do {
            self = try GGUFModel(FileFolder(directory: directory), file: name)
        } catch .missing(file: let missing) where missing == directory || missing == name {
            throw .missing(file: path)
        }
    }

    /// Opens the one model that a folder holds in this format.
    ///
    /// - Parameter folder: the model's folder.
    /// - Throws: ``FileError``, also if there is no such file or files of more than one model; see
    ///   ``init(_:file:)``.
    /// - Complexity: O(metadata and tables); no weights are touched.
    public init(_ folder: FileFolder) throws(FileError) {
        let names = folder.fileNames.filter { $0.hasSuffix(".gguf") }
        guard let first = names.first else { throw .missing(file: "\(folder.name)/*.gguf") }
        let part = GGUFPartName(first)
        let isOne = names.dropFirst().allSatisfy { name in
            guard let part, let other = GGUFPartName(name) else { return false }
            return other.stem == part.stem && other.count == part.count
        }
        guard isOne else {
            throw .unsupported(
                file: folder.name,
                reason: "the folder holds several models: name one of "
                    + shownInMessage(names.joined(separator: ", "), limit: 400))
        }
        self = try GGUFModel(folder, file: first)
    }

    /// Opens a file of a folder, with the parts that belong to it.
    ///
    /// - Parameters:
    ///   - folder: where the file and its parts lie.
    ///   - file: its name, or that of any part.
    /// - Throws: ``FileError``: a broken file, ``FileError/missing(file:)`` for a missing part, or
    ///   parts that disagree about their numbers, the architecture or the tensors they hold.
    /// - Complexity: O(metadata and tables); no weights are touched.
    public init(_ folder: FileFolder, file: String) throws(FileError) {
        let opened = try GGUFFile(folder.contents(of: file))
        guard let value = opened.metadata["split.count"], try value.int() > 1 else {
            self = try GGUFModel([opened])
            return
        }
        let count = try value.int()
        guard let name = GGUFPartName(file), name.count == count else {
            throw value.error(
                "is \(count), which the file's name must show as in NAME-00001-of-00002.gguf")
        }
        var files: [GGUFFile] = []
        for number in 1...name.count {
            files.append(
                number == name.number
                    ? opened : try GGUFFile(folder.contents(of: name.file(number))))
        }
        self = try GGUFModel(files)
    }

    /// Joins files that are open already.
    ///
    /// - Parameter files: the one file, or all parts in their order.
    /// - Throws: ``FileError`` if the parts disagree.
    /// - Complexity: O(tensors).
    public init(_ files: [GGUFFile]) throws(FileError) {
        precondition(!files.isEmpty, "a model has at least one file")
        var locations: [String: Location] = [:]
        for (index, file) in files.enumerated() {
            if files.count > 1 { try Self.check(file, isPart: index, of: files) }
            for entry in file.entries {
                let location = Location(file: index, entry: entry)
                if let other = locations.updateValue(location, forKey: entry.name) {
                    throw .malformed(
                        file: file.contents.name, field: "\(shownInMessage(entry.name)) name",
                        reason: "the tensor is in \(files[other.file].contents.name), too")
                }
            }
        }
        if files.count > 1, let total = files[0].metadata["split.tensors.count"],
            try total.int() != locations.count
        {
            throw total.error(
                "is \(try total.int()), the parts hold \(locations.count) tensors")
        }
        self.files = files
        self.locations = locations
    }

    private static func check(
        _ file: GGUFFile, isPart index: Int, of files: [GGUFFile]
    ) throws(FileError) {
        let number = try file.metadata.required("split.no")
        guard try number.int() == index else {
            throw number.error("is \(try number.int()), expected \(index)")
        }
        let count = try file.metadata.required("split.count")
        guard try count.int() == files.count else {
            throw count.error("is \(try count.int()), there are \(files.count) parts")
        }
        for key in ["split.tensors.count", "general.architecture"] {
            guard let value = file.metadata[key], let first = files[0].metadata[key] else {
                continue
            }
            let agrees =
                value.kind == .string
                ? try value.string() == first.string() : try value.int() == first.int()
            guard agrees else {
                throw value.error("differs from that of \(files[0].contents.name)")
            }
        }
    }

    /// Whether a file's name is that of a whole model or of the first part of a split one.
    package static func isFirstPart(_ file: String) -> Bool {
        GGUFPartName(file).map { $0.number == 1 } ?? true
    }

    /// The metadata of the model, which is that of the first file.
    public var metadata: GGUFMetadata { files[0].metadata }

    /// The name of the file that is answerable for the whole table.
    public var name: String { files[0].contents.name }

    /// The names of all tensors, sorted.
    ///
    /// - Complexity: O(n log n).
    public var tensorNames: [String] { locations.keys.sorted() }

    /// The tensor of this name with the file its bytes lie in.
    public subscript(name: String) -> (entry: GGUFTensorEntry, file: GGUFFile)? {
        locations[name].map { ($0.entry, files[$0.file]) }
    }

    /// Refuses weights whose mapped files changed since they were opened.
    ///
    /// - Throws: ``FileError/changed(file:)``.
    /// - Complexity: one system call a file.
    public func checkUnchanged() throws(FileError) {
        for file in files { try file.contents.checkUnchanged() }
    }
}
