public import ScopeFiles
public import ScopeTrace

/// Reads token ids, and what was recorded of the tokens, back from a file.
///
/// Three forms are told apart by their first character:
///
/// - JSON Lines as ``JSONLinesWriter`` writes them: one object a line with at least an `id`; the
///   header (an object with `model`) and the last line (an object with `stop_reason`) may be
///   missing, a header of a later version of the format is refused, members that are not known and lines with a `fold` are passed over, and amendments replace the values of the
///   tokens that they name;
/// - one JSON array of ids;
/// - ids as decimal numbers with white space or commas between them.
///
/// A reader holds one sequence; a file of several samples is read by ``samples(in:)``.
public struct JSONLinesReader: Sendable {
    /// The header, nil where the file has none.
    public private(set) var header: TraceHeader?

    /// The tokens in the file's order.
    public private(set) var tokens: [RecordedToken] = []

    /// Why decoding ended, nil where the file does not tell.
    public private(set) var stopReason: StopReason?

    /// Where the stop text lies that ended decoding, nil where none did.
    public private(set) var stopMatch: StopMatch?

    /// The results about the whole sequence, in the file's order; lines do not tell their units.
    public private(set) var summary = TraceSummary()

    /// How the sequence relates to documents, nil where the file does not tell; of two maps the one
    /// that stands in the last line.
    public private(set) var documentMap: DocumentMap?

    /// The ids of the tokens.
    public var ids: [Int] { tokens.map(\.id) }

    /// Which of several samples it is, nil where the file does not tell.
    public private(set) var sample: Int?

    private var isEnded = false

    /// Reads a file.
    ///
    /// - Parameter contents: The file, of one sequence.
    /// - Throws: ``ReportError`` that names the file, the line and the field.
    /// - Complexity: O(*n*) in the number of bytes.
    public init(_ contents: FileContents) throws(ReportError) {
        self = try Self.sequences(in: contents, atMost: 1).first ?? JSONLinesReader()
    }

    private init() {}

    /// Reads a file of one sequence after the other, such as several samples of one prompt.
    ///
    /// In JSON Lines a sequence ends with its last line, and the next one begins with a header.
    ///
    /// - Parameter contents: The file.
    /// - Returns: A reader for each sequence; none for an empty file.
    /// - Throws: ``ReportError`` that names the file, the line and the field.
    /// - Complexity: O(*n*) in the number of bytes.
    public static func samples(
        in contents: FileContents
    ) throws(ReportError) -> [JSONLinesReader] {
        try sequences(in: contents, atMost: .max)
    }

    private static func sequences(
        in contents: FileContents, atMost limit: Int
    ) throws(ReportError) -> [JSONLinesReader] {
        let bytes = contents.copy(0..<contents.byteCount)
        switch bytes.first(where: { !$0.isSpace }) {
        case nil: return []
        case UInt8(ascii: "{"): return try readLines(bytes, of: contents.name, atMost: limit)
        case UInt8(ascii: "["):
            var reader = JSONLinesReader()
            try reader.readArray(bytes, of: contents.name)
            return [reader]
        default:
            var reader = JSONLinesReader()
            try reader.readNumbers(bytes, of: contents.name)
            return [reader]
        }
    }

    private static func readLines(
        _ bytes: [UInt8], of file: String, atMost limit: Int
    ) throws(ReportError) -> [JSONLinesReader] {
        var readers: [JSONLinesReader] = []
        var reader = JSONLinesReader()
        var number = 0
        for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            if line.allSatisfy(\.isSpace) { continue }
            do throws(FileError) {
                let document = try JSONDocument(
                    bytes: Array(line), file: file, refusingDuplicateKeys: true)
                if reader.isEnded, document.root["model"] != nil {
                    readers.append(reader)
                    guard readers.count < limit else {
                        throw document.root.error("begins another sequence, where one is expected")
                    }
                    reader = JSONLinesReader()
                }
                try reader.read(document.root)
            } catch {
                throw ReportError(error, in: file, line: number)
            }
        }
        return readers + [reader]
    }

    private mutating func read(_ line: JSONValue) throws(FileError) {
        // What was folded over syntax can be folded again.
        if line["fold"] != nil { return }
        guard !isEnded else { throw line.error("stands after the last line") }
        if line["id"] != nil {
            tokens.append(try RecordedToken(line))
        } else if let amendments = line["amendments"] {
            for amendment in try amendments.elements() { try amend(amendment) }
        } else if line["model"] != nil || line["format"] != nil {
            guard header == nil, tokens.isEmpty else {
                throw line.error("the header must be the first line")
            }
            try Self.checkFormat(of: line)
            header = try TraceHeader(line)
            sample = try line["sample"]?.naturalNumber()
            if let map = line["document_map"] { documentMap = try DocumentMap(map) }
        } else if let reason = line["stop_reason"] {
            isEnded = true
            stopReason = try reason.optionalCase(StopReason.self)
            if let text = line["stop_text"] {
                stopMatch = try StopMatch(text, at: line.required("stop_start"))
            }
            if let map = line["document_map"] { documentMap = try DocumentMap(map) }
            guard let results = line["summary"] else { return }
            for (key, value) in try results.members() {
                guard !key.utf8.isEmpty else { throw value.error("must have a name") }
                summary[MetricKey(key.string)] = try value.doubleOrInfinity()
            }
        } else {
            _ = try line.required("id")
        }
    }

    /// Headers of before the format had a name lack both members.
    private static func checkFormat(of header: JSONValue) throws(FileError) {
        guard let name = header["format"] else { return }
        guard try name.string() == JSONLinesWriter.format else {
            throw name.mismatch("\"\(JSONLinesWriter.format)\"")
        }
        let version = try header.required("format_version")
        guard try version.int() >= 1 else {
            throw version.mismatch("a whole number of at least 1")
        }
        guard try version.int() <= JSONLinesWriter.formatVersion else {
            throw version.error(
                "is \(version.lexeme); this program reads versions up to "
                    + "\(JSONLinesWriter.formatVersion)")
        }
    }

    /// Puts changed values in the place of those that were read before.
    private mutating func amend(_ amendment: JSONValue) throws(FileError) {
        let number = try amendment.required("index")
        let index = TokenIndex(try number.naturalNumber())
        // A file's tokens usually begin with token 0.
        let isInPlace =
            index.rawValue < tokens.count
            && tokens[index.rawValue].index ?? index == index
        guard
            let place = isInPlace
                ? index.rawValue : tokens.lastIndex(where: { $0.index == index })
        else { throw number.error("names token \(index), which no line before has") }
        for metric in try RecordedToken.metrics(amendment.required("metrics")) {
            tokens[place].amend(metric)
        }
    }

    private mutating func readArray(
        _ bytes: [UInt8], of file: String
    ) throws(ReportError) {
        do {
            for element in try JSONDocument(bytes: bytes, file: file).root.elements() {
                tokens.append(RecordedToken(id: try element.naturalNumber()))
            }
        } catch {
            var line = 1
            if case .malformed(_, _, let position?, _) = error {
                line += bytes.prefix(position).count { $0 == UInt8(ascii: "\n") }
            }
            throw ReportError(error, in: file, line: line)
        }
    }

    private mutating func readNumbers(
        _ bytes: [UInt8], of file: String
    ) throws(ReportError) {
        var number = 0
        for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            for word in line.split(whereSeparator: { $0.isSpace || $0 == UInt8(ascii: ",") }) {
                let text = String(decoding: word, as: UTF8.self)
                guard let id = Int(text), id >= 0 else {
                    let shown = TerminalText.visible(String(text.prefix(40)))
                    throw .malformed(
                        file: file, line: number,
                        reason: "must be a token id, found \"\(shown)\"")
                }
                tokens.append(RecordedToken(id: id))
            }
        }
    }
}

extension UInt8 {
    fileprivate var isSpace: Bool { self == 0x20 || (0x09...0x0D).contains(self) }
}
