import ScopeDecoding
import ScopeFiles
import ScopeReports

/// What a folder of records was made by: `manifest.json`, which tells whether a run may go on there.
public struct DatasetManifest: Sendable {
    /// What stands in `format`.
    public static let format = "tokenscope.run"
    /// What stands in `format_version`; later ones are refused.
    public static let formatVersion = 1
    /// The name of the file.
    public static let fileName = "manifest.json"

    /// The number of parts that the records are divided into.
    public let shards: Int
    /// The number of records in all parts.
    public let records: Int

    private let document: JSONDocument

    /// What a run is about to make.
    ///
    /// - Parameters:
    ///   - run: The run.
    ///   - survey: What its input holds.
    ///   - isScored: Whether the input's texts are measured and not continued.
    ///   - shards: The number of parts.
    ///   - options: What else decides what records hold, by name.
    /// - Throws: ``DatasetError/model(_:)`` for settings that the model cannot have.
    public init(
        of run: DatasetRun, survey: DatasetSurvey, isScored: Bool, shards: Int,
        options: [(name: String, value: String)]
    ) throws(DatasetError) {
        let header: String
        do throws(DecodingFailure) {
            let session = try DecodingSession(run.model, ids: [0], parameters: run.parameters)
            header = JSONLinesWriter().header(of: session.trace)
        } catch {
            throw .model(error)
        }
        document = try DatasetError.wrappingFiles { () throws(FileError) in
            let root = try JSONDocument(bytes: Array(header.utf8), file: Self.fileName).root
            var writer = JSONWriter()
            try writer.object { (writer) throws(FileError) in
                writer.member("format", Self.format)
                writer.member("format_version", Self.formatVersion)
                writer.member("trace_format_version", JSONLinesWriter.formatVersion)
                writer.member("shards", shards)
                writer.member("records", survey.records)
                writer.key("input")
                writer.object { writer in
                    writer.member("kind", isScored ? "sources" : "prompts")
                    writer.member("sha256", survey.digest)
                }
                writer.member("samples", run.samples)
                writer.member("bos", run.addBOS)
                writer.member("traces", run.hasTraces)
                writer.key("options")
                writer.object { writer in
                    for option in options { writer.member(option.name, option.value) }
                }
                // What computes may differ among machines; the format is that of traces.
                let leftOut = ["kernels", "format", "format_version"]
                for (key, value) in try root.members() where !leftOut.contains(key.string) {
                    writer.key(key.string)
                    writer.write(value)
                }
            }
            return try JSONDocument(bytes: writer.finish(), file: Self.fileName)
        }
        self.shards = shards
        records = survey.records
    }

    /// Reads the manifest of a folder; nil where it has none.
    ///
    /// - Parameter folder: The folder.
    /// - Throws: ``DatasetError/file(_:)`` for one that is broken.
    public init?(of folder: String) throws(DatasetError) {
        let read = try DatasetError.wrappingFiles {
            () throws(FileError) -> (JSONDocument, Int, Int)? in
            let contents: FileContents
            do throws(FileError) {
                contents = try FileContents.open("\(folder)/\(Self.fileName)")
            } catch .missing {
                return nil
            }
            let document = try JSONDocument(contents)
            let format = try document.root.required("format")
            guard try format.string() == Self.format else {
                throw format.mismatch("\"\(Self.format)\"")
            }
            let version = try document.root.required("format_version")
            guard try (1...Self.formatVersion).contains(version.int()) else {
                throw version.mismatch("at most \(Self.formatVersion): a later version wrote it")
            }
            let shards = try document.root.required("shards")
            guard try (1...99_999).contains(shards.int()) else {
                throw shards.mismatch("a number of parts")
            }
            let records = try document.root.required("records")
            guard try records.int() >= 0 else { throw records.mismatch("a number of records") }
            return (document, try shards.int(), try records.int())
        }
        guard let read else { return nil }
        (document, shards, records) = read
    }

    /// Opens the file of a part, in a folder that is empty or holds the same run.
    ///
    /// - Parameters:
    ///   - shard: The part.
    ///   - folder: The folder, which is made where it is missing.
    /// - Returns: The file, behind its last whole line.
    /// - Throws: ``DatasetError/otherRun(folder:setting:there:here:)`` where the folder holds another run.
    public func open(_ shard: Shard, in folder: String) throws(DatasetError) -> RecordLog {
        try DatasetError.wrappingFiles { () throws(FileError) in try DatasetFolder.make(folder) }
        if let other = try DatasetManifest(of: folder) {
            if let difference = Self.difference(other.document.root, document.root) {
                throw .otherRun(
                    folder: folder, setting: difference.0, there: difference.1,
                    here: difference.2)
            }
        } else {
            let text = document.root.lexeme
            // Parts that begin at one time write the same bytes.
            try DatasetError.wrappingFiles { () throws(FileError) in
                let file = try FileReplacement("\(folder)/\(Self.fileName)")
                try file.write(Array((text + "\n").utf8))
                try file.commit()
            }
        }
        return try DatasetError.wrappingFiles { () throws(FileError) in
            try RecordLog("\(folder)/\(shard.fileName)")
        }
    }

    /// The first setting that differs, with both values.
    private static func difference(
        _ there: JSONValue, _ here: JSONValue
    ) -> (String, String, String)? {
        let (left, right) = (leaves(of: there), leaves(of: here))
        let other = Dictionary(right) { $1 }
        for (path, value) in left where other[path] != value {
            return (path, value, other[path] ?? "none")
        }
        let known = Set(left.map(\.0))
        return right.first { !known.contains($0.0) }.map { ($0.0, "none", $0.1) }
    }

    /// The values of a document by their places; the model's name, which its folder decides, is none.
    private static func leaves(of value: JSONValue, at path: String = "") -> [(String, String)] {
        if path == "model.name" { return [] }
        if let members = try? value.members() {
            return members.flatMap { key, member in
                leaves(of: member, at: path.isEmpty ? key.string : "\(path).\(key.string)")
            }
        }
        return [(path, value.lexeme)]
    }
}
