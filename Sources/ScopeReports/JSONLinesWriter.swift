import ScopeFiles
public import ScopeTrace

/// Writes a trace as JSON Lines: a header, one object a token, and a last object.
///
/// Every line is complete by itself, so a program can write it as soon as the token is there:
///
/// ```swift
/// let writer = JSONLinesWriter()
/// print(writer.header(of: trace))
/// print(writer.line(for: token.index, in: trace))     // after each token
/// // and, where observers change earlier tokens' values, what they changed:
/// if let line = writer.line(for: session.takeAmendments(), after: token.index, in: trace) {
///     print(line)
/// }
/// print(writer.footer(of: trace))
/// ```
///
/// The lines, which never hold a line break:
///
/// - the header has `format` and `format_version`, then `model` with `name`, `family`, `fingerprint`, `parameters`,
///   `weights` and, where it matters, `rotary_length`, then
///   `arithmetic`, `kernels`, `settings`, `eos_ids`, `context_length` and `version`, and
///   `document_map` where the trace has one;
/// - a token has `index`, `id`, `text`, `bytes`, `start`, `end` (UTF-8 bytes of the sequence),
///   `source_start` and `source_end` where it covers bytes of the caller's document, `origin`,
///   `role`, and `metrics` by name, in the order of the table's columns, without the absent ones;
/// - after a token may stand what it changed of earlier ones: `amended_by`, its index, and
///   `amendments`, a list of objects with the `index` of an earlier token and its `metrics` as they are
///   now; ``JSONLinesReader`` puts them in their places;
/// - the last line has `stop_reason`, null while decoding has not ended, `stop_text` and
///   `stop_start` (UTF-8 bytes of the sequence) where a stop text ended it, `summary` by name, and
///   `document_map` as it is in the end, where the trace has one.
///
/// A `document_map` has `sequence_bytes`, `regions` with `language`, `bytes` and `complete`, `pieces` as
/// lists of beginning in the sequence, region, beginning there and length, and, where text can go on,
/// `insertion` as a list of region and offset.
///
/// Of several samples of one prompt, each is written whole, one after the other, and every line begins
/// with the number of its `sample`.
///
/// `bytes` are exact; in `text`, bytes that are not valid UTF-8 by themselves are U+FFFD. Infinite
/// numbers are the strings "Infinity" and "-Infinity". The same trace gives the same bytes. A line
/// holds what is known when it is written; a whole trace is written as it is in the end, without
/// amendments.
public struct JSONLinesWriter: Sendable {
    /// What the member `format` of a header says.
    public static let format = "tokenscope.trace"

    /// The format's version, in the header's member `format_version`; ``JSONLinesReader`` refuses later
    /// ones.
    public static let formatVersion = 1

    /// The number that every line begins with, nil for none.
    public let sample: Int?

    private let isLeftOut: @Sendable (String) -> Bool

    /// Makes a writer.
    ///
    /// - Parameters:
    ///   - sample: Which of several samples the lines are of, nil where there is one alone.
    ///   - isLeftOut: Says of a metric's name that it is to be left out, as for rows that go to a file
    ///     of tensors.
    public init(
        sample: Int? = nil,
        leavingOut isLeftOut: @escaping @Sendable (String) -> Bool = { _ in false }
    ) {
        precondition(sample ?? 0 >= 0, "samples are numbered from 0")
        self.sample = sample
        self.isLeftOut = isLeftOut
    }

    /// The first line, without a line break.
    ///
    /// - Parameter trace: The trace, of which only the header and the map are read.
    /// - Returns: One JSON object.
    public func header(of trace: TokenTrace) -> String {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("sample", sample)
            writer.member("format", Self.format)
            writer.member("format_version", Self.formatVersion)
            writer.writeMembers(of: trace.header)
            writer.member("document_map", trace.documentMap)
        }
        return String(decoding: writer.finish(), as: UTF8.self)
    }

    /// The line of a token, without a line break.
    ///
    /// - Parameters:
    ///   - index: A token of the trace.
    ///   - trace: The trace.
    /// - Returns: One JSON object.
    /// - Complexity: O(*c* + *n*) in the number of columns and the length of the line.
    public func line(for index: TokenIndex, in trace: TokenTrace) -> String {
        let token = trace.tokens[index.rawValue]
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("sample", sample)
            writer.member("index", token.index.rawValue)
            writer.member("id", token.id)
            writer.member("text", token.text)
            writer.member("bytes", token.bytes.map(Int.init))
            writer.member("start", token.sequenceSpan.lowerBound)
            writer.member("end", token.sequenceSpan.upperBound)
            if let span = token.sourceSpan {
                writer.member("source_start", span.lowerBound)
                writer.member("source_end", span.upperBound)
            }
            writer.member("origin", token.origin.rawValue)
            writer.member("role", token.role.rawValue)
            writer.key("metrics")
            writer.object { writer in
                for column in trace.metrics.columns {
                    guard let cell = column[index.rawValue], !isLeftOut(column.name) else {
                        continue
                    }
                    writer.key(column.name)
                    writer.write(cell)
                }
            }
        }
        return String(decoding: writer.finish(), as: UTF8.self)
    }

    /// The line of what has changed of earlier tokens, without a line break.
    ///
    /// - Parameters:
    ///   - amendments: What was changed.
    ///   - index: The token whose line was written last; tokens from it on are left out, as their lines
    ///     hold the values as they are.
    ///   - trace: The trace.
    /// - Returns: One JSON object; nil where nothing is to be told.
    /// - Complexity: O(*a* × *c*) in the number of amendments and columns.
    public func line(
        for amendments: [TokenMetrics.Amendment], after index: TokenIndex, in trace: TokenTrace
    ) -> String? {
        let told = amendments.filter { $0.index < index && !isLeftOut($0.name) }
        if told.isEmpty { return nil }
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("sample", sample)
            writer.member("amended_by", index.rawValue)
            writer.key("amendments")
            writer.array { writer in
                for group in told.chunked() {
                    writer.object { writer in
                        writer.member("index", group[0].index.rawValue)
                        writer.key("metrics")
                        writer.object { writer in
                            for amendment in group {
                                let column = trace.metrics.column(named: amendment.name)
                                guard let cell = column?[amendment.index.rawValue] else { continue }
                                writer.key(amendment.name)
                                writer.write(cell)
                            }
                        }
                    }
                }
            }
        }
        return String(decoding: writer.finish(), as: UTF8.self)
    }

    /// The last line, without a line break.
    ///
    /// - Parameter trace: The trace, of which the stop reason and the summary are read.
    /// - Returns: One JSON object.
    public func footer(of trace: TokenTrace) -> String {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("sample", sample)
            writer.key("stop_reason")
            if let reason = trace.stopReason {
                writer.write(reason.rawValue)
            } else {
                writer.writeNull()
            }
            if let match = trace.stopMatch {
                writer.member("stop_text", match.text)
                writer.member("stop_start", match.start)
            }
            writer.key("summary")
            writer.object { writer in
                for entry in trace.summary.entries { writer.member(entry.name, entry.value) }
            }
            writer.member("document_map", trace.documentMap)
        }
        return String(decoding: writer.finish(), as: UTF8.self)
    }

    /// The whole trace, each line ended by a line break.
    ///
    /// - Parameter trace: The trace.
    /// - Returns: The header, a line a token, and the last line.
    /// - Complexity: O(*n*) in the length of the text.
    public func text(of trace: TokenTrace) -> String {
        var text = header(of: trace) + "\n"
        for token in trace.tokens { text += line(for: token.index, in: trace) + "\n" }
        return text + footer(of: trace) + "\n"
    }

    /// The whole trace as one JSON object: the lines as `header`, `tokens` and `end`.
    ///
    /// - Parameter trace: The trace.
    /// - Returns: The object, with a line a token.
    /// - Complexity: O(*n*) in the length of the text.
    public func document(of trace: TokenTrace) -> String {
        let tokens = trace.tokens.map { line(for: $0.index, in: trace) }
        return "{\"header\":\(header(of: trace)),\n\"tokens\":[\n"
            + tokens.joined(separator: ",\n") + "\n],\n\"end\":\(footer(of: trace))}\n"
    }

    /// Several samples of one prompt as one JSON object: their objects as `samples`, numbered from 0.
    ///
    /// - Parameter traces: The samples' traces.
    /// - Returns: The object, with a line a token.
    /// - Complexity: O(*n*) in the length of the text.
    public static func document(ofSamples traces: [TokenTrace]) -> String {
        let documents = traces.enumerated().map { number, trace in
            // Without the line break at its end.
            String(JSONLinesWriter(sample: number).document(of: trace).dropLast())
        }
        return "{\"samples\":[\n" + documents.joined(separator: ",\n") + "]}\n"
    }
}

extension [TokenMetrics.Amendment] {
    /// Neighbours of the same token together.
    fileprivate func chunked() -> [[TokenMetrics.Amendment]] {
        var groups: [[TokenMetrics.Amendment]] = []
        for amendment in self {
            if groups.last?.first?.index == amendment.index {
                groups[groups.count - 1].append(amendment)
            } else {
                groups.append([amendment])
            }
        }
        return groups
    }
}
