public import ScopeFiles
public import ScopeTrace

/// A trace as a file holds it: one that this package wrote, or what another tool recorded of tokens.
///
/// Read are the JSON Lines of ``JSONLinesWriter`` and the same as one JSON value, the token records of the TokenScope tool (arXiv 2607.01235),
/// attributions that inseq saved, and answers with log-probabilities of servers that speak OpenAI's protocol,
/// such as llama-server and vLLM. The article *Data of other tools* says what of each is taken over.
///
/// ```swift
/// for recorded in try RecordedTrace.all(in: FileContents.open("answer.json")) {
///     print(recorded.format, recorded.trace.tokens.count)
/// }
/// ```
public struct RecordedTrace: Sendable {
    /// Who wrote a file.
    public enum Format: String, CaseIterable, Hashable, Sendable {
        /// This package.
        case tokenscope
        /// The TokenScope tool: a list of its tokens.
        case tokenScopeTool = "tokenscope-tool"
        /// inseq, by `FeatureAttributionOutput.save`.
        case inseq
        /// A server's answer with log-probabilities.
        case logProbabilities = "log-probabilities"
    }

    /// Who wrote it.
    public var format: Format
    /// The trace.
    public var trace: TokenTrace
    /// Where predictions came from, where the file tells.
    public var attributions: [Attribution]
    /// Which of several samples it is, nil where there is one alone or the file does not tell.
    public var sample: Int?

    /// Makes a trace with what belongs to it.
    ///
    /// - Parameters:
    ///   - format: Who wrote it.
    ///   - trace: The trace.
    ///   - attributions: Where predictions came from.
    ///   - sample: Which of several samples it is.
    public init(
        format: Format, trace: TokenTrace, attributions: [Attribution] = [], sample: Int? = nil
    ) {
        self.format = format
        self.trace = trace
        self.attributions = attributions
        self.sample = sample
    }

    /// Reads every trace of a file, whichever of the formats it is in.
    ///
    /// - Parameter contents: The file.
    /// - Returns: The traces in the file's order; none for an empty file.
    /// - Throws: ``ReportError`` that names the file, the line and the field.
    /// - Complexity: O(*n*) in the number of bytes.
    public static func all(in contents: FileContents) throws(ReportError) -> [RecordedTrace] {
        // Python writes numbers that are none, which JSON does not have.
        let bytes = ForeignNumbers.asNull(contents.copy(0..<contents.byteCount))
        let file = contents.name
        if let whole = try? JSONDocument(bytes: bytes, file: file) {
            if let traces = try read(whole.root, of: file, line: 1) { return traces }
            if let lines = lines(of: whole.root, file: file) { return try own(lines) }
            if let format = whole.root["format"], (try? format.string()) != JSONLinesWriter.format {
                let fault = format.mismatch("\"\(JSONLinesWriter.format)\"")
                throw ReportError(fault, in: file, line: 1)
            }
        } else if let end = bytes.firstIndex(of: 0x0A),
            let first = try? JSONDocument(bytes: Array(bytes[..<end]), file: file),
            LogProbabilities.isAnswer(first.root)
        {
            return try lines(bytes, of: file)
        }
        return try own(contents)
    }

    /// What this package wrote.
    private static func own(_ contents: FileContents) throws(ReportError) -> [RecordedTrace] {
        let samples = try JSONLinesReader.samples(in: contents)
        var traces: [RecordedTrace] = []
        for (place, sample) in samples.enumerated() {
            traces.append(
                RecordedTrace(
                    format: .tokenscope, trace: try sample.trace(file: contents.name),
                    sample: samples.count > 1 ? sample.sample ?? place : nil))
        }
        return traces
    }

    /// One answer a line, as batches are kept.
    private static func lines(
        _ bytes: [UInt8], of file: String
    ) throws(ReportError) -> [RecordedTrace] {
        var traces: [RecordedTrace] = []
        for (number, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
            .enumerated() where line.contains(where: { $0 > 0x20 })
        {
            do throws(FileError) {
                let document = try JSONDocument(bytes: Array(line), file: file)
                guard LogProbabilities.isAnswer(document.root) else {
                    throw document.root.error("is no answer with log-probabilities")
                }
                traces += try LogProbabilities.traces(in: document.root)
            } catch {
                throw ReportError(error, in: file, line: number + 1)
            }
        }
        return traces.count < 2
            ? traces
            : traces.enumerated().map { number, recorded in
                var numbered = recorded
                numbered.sample = number
                return numbered
            }
    }

    /// The traces of another tool; nil where the document is none of one.
    private static func read(
        _ root: JSONValue, of file: String, line: Int
    ) throws(ReportError) -> [RecordedTrace]? {
        do throws(FileError) {
            if LogProbabilities.isAnswer(root) { return try LogProbabilities.traces(in: root) }
            if let output = InseqOutput(root) { return try output.traces() }
            if let tokens = ToolTokens(root) { return [try tokens.trace()] }
            return nil
        } catch {
            throw ReportError(error, in: file, line: line)
        }
    }
}

/// Numbers that are none, as Python's writer spells them.
enum ForeignNumbers {
    private static let words = ["NaN", "Infinity", "-Infinity"].map { Array($0.utf8) }

    /// The text with `NaN` and infinities outside of strings as null.
    static func asNull(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var isInString = false
        var place = 0
        while place < bytes.count {
            let byte = bytes[place]
            if !isInString,
                [UInt8(ascii: "N"), UInt8(ascii: "I"), UInt8(ascii: "-")].contains(byte),
                let word = words.first(where: { bytes[place...].starts(with: $0) })
            {
                result += "null".utf8
                place += word.count
                continue
            }
            if isInString, byte == UInt8(ascii: "\\"), place + 1 < bytes.count {
                result.append(byte)
                place += 1
            } else if byte == UInt8(ascii: "\"") {
                isInString.toggle()
            }
            result.append(bytes[place])
            place += 1
        }
        return result
    }
}
