public import ScopeFiles
public import ScopeTrace

/// What the page reads, piece by piece: for a server that sends it while it is being written.
///
/// Every piece has the form that it has inside an ``HTMLReport``; see <doc:PageData>.
public enum PageFeed {
    /// What the member `format` of a manifest says.
    public static let format = "tokenscope.page"

    /// The format's version; a page refuses another one.
    public static let version = PageData.version

    /// A trace without its long lists, with the texts of the ids that it names in a member `vocabulary`.
    ///
    /// - Parameters:
    ///   - trace: The trace.
    ///   - attributions: Which tokens its predictions came from.
    ///   - vocabulary: The bytes of an id, nil where they are not known.
    /// - Returns: JSON in UTF-8.
    /// - Complexity: O(tokens × columns).
    public static func trace(
        _ trace: TokenTrace, attributions: [Attribution] = [],
        vocabulary: (Int) -> [UInt8]? = { _ in nil }
    ) -> [UInt8] {
        var texts = PageVocabulary()
        texts.add(trace, attributions)
        var writer = JSONWriter()
        writer.object { writer in
            PageData.writeEnds(of: trace, to: &writer)
            PageData.write(trace, from: 0, to: &writer)
            PageData.write(attributions, to: &writer)
            writer.key("vocabulary")
            texts.write(to: &writer, vocabulary)
        }
        return writer.finish()
    }

    /// Writes a value with the tokens of a trace from one on: as in ``trace(_:attributions:vocabulary:)``,
    /// where every list begins with that token.
    ///
    /// - Parameters:
    ///   - trace: The trace.
    ///   - start: The first token, from 0 to the number of tokens.
    ///   - isEnd: Whether the trace's header and end go along.
    ///   - writer: Takes the value.
    ///   - vocabulary: The bytes of an id, nil where they are not known.
    /// - Complexity: O(new tokens × columns).
    public static func writePart(
        of trace: TokenTrace, from start: Int, isEnd: Bool = false, to writer: inout JSONWriter,
        vocabulary: (Int) -> [UInt8]? = { _ in nil }
    ) {
        precondition((0...trace.tokens.count).contains(start), "the part begins after its trace")
        var texts = PageVocabulary()
        texts.add(trace, from: start)
        writer.object { writer in
            if isEnd { PageData.writeEnds(of: trace, to: &writer) }
            PageData.write(trace, from: start, to: &writer)
            writer.key("vocabulary")
            texts.write(to: &writer, vocabulary)
        }
    }

    /// The long lists of a trace, such as attention rows.
    ///
    /// - Parameter trace: The trace.
    /// - Returns: JSON in UTF-8.
    public static func rows(of trace: TokenTrace) -> [UInt8] { PageData.rows(trace) }

    /// What was measured over the syntax of a trace's text.
    ///
    /// - Parameters:
    ///   - syntax: The results.
    ///   - trace: The trace.
    /// - Returns: JSON in UTF-8.
    public static func syntax(_ syntax: HTMLReport.Syntax, of trace: TokenTrace) -> [UInt8] {
        PageData(HTMLReport(title: "")).syntax(syntax, of: trace)
    }

    /// Writes an attribution, as it stands among a trace's.
    ///
    /// - Parameters:
    ///   - attribution: The attribution.
    ///   - writer: Takes the value.
    public static func write(_ attribution: Attribution, to writer: inout JSONWriter) {
        writer.write(attribution)
    }
}
