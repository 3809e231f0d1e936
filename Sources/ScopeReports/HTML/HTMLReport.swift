public import ScopeFiles
public import ScopeTrace

/// Traces as one HTML file that needs nothing else: the page of the browser Explorer, without a model
/// behind it, with the data inside.
///
/// ```swift
/// var report = HTMLReport(title: "binary_search", language: "python") { tokenizer.bytes(of: $0) }
/// report.add(trace, name: "sample 0", attributions: [fisher])
/// try report.write(to: "report.html")
/// ```
///
/// The file opens from disk, asks the network for nothing, and forbids it by a content security policy
/// that names the digests of its one script and its one style sheet. Whatever a model wrote, it stands in
/// the file as data, in a spelling that ends no element. Colours fit light and dark, and are read without
/// colour too. The same values give the same bytes.
///
/// Of several traces those that begin alike are shown as branches, with a comparison of any two.
///
/// The data are elements of type `application/json`: `scope-manifest`, `scope-vocabulary`, and of each trace
/// `scope-trace-N` and `scope-rows-N`, which the page reads when they are needed. See
/// <doc:PageData> for what they hold.
public struct HTMLReport: Sendable {
    /// One trace of a report.
    struct Entry: Sendable {
        let name: String
        let trace: TokenTrace
        let attributions: [Attribution]
        let syntax: Syntax?
        let note: String?
    }

    /// What was measured of a text over its syntax.
    public struct Syntax: Sendable {
        /// The levels with their units.
        public var report: SyntaxReport
        /// The constructs that the model was least sure of.
        public var hotSpots: [SyntaxHotSpot]
        /// Which constructs had to do with which.
        public var maps: [SyntaxMap]

        /// Joins results about one text.
        public init(
            _ report: SyntaxReport, hotSpots: [SyntaxHotSpot] = [], maps: [SyntaxMap] = []
        ) {
            self.report = report
            self.hotSpots = hotSpots
            self.maps = maps
        }
    }

    /// Where a reader begins.
    public struct Start: Hashable, Sendable {
        /// The number of the trace.
        public var trace: Int
        /// The token that is selected.
        public var token: TokenIndex
        /// The method of an attribution that is drawn on the text, nil for none.
        public var attribution: String?

        /// Makes a beginning.
        public init(trace: Int = 0, token: TokenIndex, attribution: String? = nil) {
            self.trace = trace
            self.token = token
            self.attribution = attribution
        }
    }

    /// The heading.
    public var title: String

    /// The language of the text, such as `python`; `text` for prose, which is set in lines of another kind;
    /// nil where it is not known.
    public var language: String?

    /// Where a reader begins, nil for the whole of the first trace.
    public var start: Start?

    private(set) var entries: [Entry] = []
    private(set) var comparison: ModelComparison?
    let vocabulary: @Sendable (Int) -> [UInt8]?

    /// Makes a report without traces.
    ///
    /// - Parameters:
    ///   - title: The heading.
    ///   - language: The language of the text, nil where it is not known.
    ///   - vocabulary: The bytes of an id, nil where they are not known; ids that occur in the traces
    ///     themselves need none.
    public init(
        title: String, language: String? = nil,
        vocabulary: @escaping @Sendable (Int) -> [UInt8]? = { _ in nil }
    ) {
        self.title = title
        self.language = language
        self.vocabulary = vocabulary
    }

    /// Adds a trace.
    ///
    /// - Parameters:
    ///   - trace: The trace with whatever was measured.
    ///   - name: What the reader knows it by, such as "sample 0".
    ///   - attributions: Which tokens its predictions came from.
    ///   - syntax: What was measured over its syntax.
    public mutating func add(
        _ trace: TokenTrace, name: String, attributions: [Attribution] = [],
        syntax: Syntax? = nil
    ) {
        entries.append(
            Entry(
                name: name, trace: trace, attributions: attributions, syntax: syntax, note: nil))
    }

    /// Adds every branch of a tree that has reached an end, by its own name where it has one; what was
    /// noted of it stands beside it.
    ///
    /// - Parameter tree: The branches.
    /// - Complexity: O(tokens of all branches × columns).
    public mutating func add(_ tree: BranchTree) {
        for (number, leaf) in tree.leaves.enumerated() {
            let path = tree.path(to: leaf)
            // What a branch is called may stand at its first node as well as at its last.
            let name = path.reversed().lazy.compactMap { tree.name(of: $0) }.first
            let note = path.reversed().lazy.compactMap { tree.notes[$0] }.first
            entries.append(
                Entry(
                    name: name ?? "branch \(number)", trace: tree.trace(of: leaf),
                    attributions: [], syntax: nil, note: note))
        }
    }

    /// Adds a comparison of two models: its tokens as a trace, and what it comes to as a view of its own.
    ///
    /// - Parameters:
    ///   - comparison: The comparison.
    ///   - name: What the reader knows it by.
    public mutating func add(_ comparison: ModelComparison, name: String) {
        self.comparison = comparison
        add(comparison.trace, name: name)
    }

    /// The number of traces.
    public var traceCount: Int { entries.count }

    /// The whole file.
    ///
    /// - Returns: HTML in UTF-8, the same for the same report.
    /// - Complexity: O(tokens × columns).
    public func html() -> String {
        let style = PageAssets.text("page.css")
        let script = PageScript.joined
        let parts = [
            "POLICY": Self.policy(script: script, style: style),
            "TITLE": HTMLText.escaped(title), "STYLE": style, "DATA": data(), "SCRIPT": script,
        ]
        // Parts are put in one after the other along the shell, never into one another.
        var output = ""
        for piece in PageAssets.text("shell.html").split(
            separator: "{{", omittingEmptySubsequences: false)
        {
            let halves = piece.split(
                separator: "}}", maxSplits: 1, omittingEmptySubsequences: false)
            if halves.count == 2, let part = parts[String(halves[0])] {
                output += part
                output += halves[1]
            } else {
                output += piece
            }
        }
        return output
    }

    /// Writes the whole file, in one step in place of one that is there.
    ///
    /// - Parameter path: Where to.
    /// - Throws: `FileError.unwritable`; what was there before is then as it was.
    /// - Complexity: O(tokens × columns).
    public func write(to path: String) throws(FileError) {
        try FileReplacement.write(html(), to: path)
    }

    /// What the document may do: run its own script, wear its own style, and nothing else.
    static func policy(script: String, style: String) -> String {
        [
            "default-src 'none'", "script-src '\(Base64.digest(of: script))'",
            "style-src '\(Base64.digest(of: style))'", "img-src data:", "base-uri 'none'",
            "form-action 'none'", "require-trusted-types-for 'script'", "trusted-types 'none'",
        ].joined(separator: "; ")
    }

    private func data() -> String {
        let data = PageData(self)
        var output = Self.element("manifest", data.manifest())
        output += Self.element("vocabulary", data.vocabulary())
        for (number, entry) in entries.enumerated() {
            output += Self.element("trace-\(number)", data.trace(entry))
            output += Self.element("rows-\(number)", data.rows(entry.trace))
            if let syntax = entry.syntax {
                output += Self.element("syntax-\(number)", data.syntax(syntax, of: entry.trace))
            }
        }
        return output
    }

    private static func element(_ name: String, _ json: [UInt8]) -> String {
        "<script type=\"application/json\" id=\"scope-\(name)\">"
            + String(decoding: HTMLText.data(json), as: UTF8.self) + "</script>\n"
    }
}
