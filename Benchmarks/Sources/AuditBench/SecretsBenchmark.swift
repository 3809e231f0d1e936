import TokenScope

/// How well strings that a tuned model learned are told from strings of the same shapes that it never saw, and how
/// often strings of real code are taken for learned ones.
///
/// Every string stands in a line of its own behind the beginning of a held-out file; a planted one and those that
/// were never planted share these beginnings.
struct SecretsBenchmark {
    /// A planted string, or one that was not.
    struct Row {
        let canary: Canaries.Canary
        let signals: SecretSignals
        /// Nats a character in the model before it was tuned.
        let reference: Double
        /// Whether the detector would look at it.
        let looksRandom: Bool
    }

    /// A string of real code that looks random.
    struct CleanString {
        let signals: SecretSignals
        let file: Int
        let place: String
    }

    let context: ModelContext
    let reference: ModelContext
    let grammar: Grammar
    let canaries: Canaries
    let seed: UInt64
    let detector = SecretsDetector()
    private(set) var rows: [Row] = []
    private(set) var clean: [CleanString] = []
    /// By file, the tokens that were measured and the strings.
    private(set) var cleanTokens: [Int] = []
    private(set) var cleanStrings = 0

    /// Long files would count for most.
    private static let byteLimit = 40_000
    /// Of a file's beginning that stands before a canary.
    private static let beginningLimit = 1200

    init(
        context: ModelContext, reference: ModelContext, grammar: Grammar, canaries: Canaries,
        seed: UInt64
    ) {
        self.context = context
        self.reference = reference
        self.grammar = grammar
        self.canaries = canaries
        self.seed = seed
    }

    mutating func run(on files: [String]) throws {
        var beginnings: [[UInt8]] = []
        for file in files {
            let contents = try FileContents.open(file)
            let bytes = Self.lines(of: contents.copy(0..<contents.byteCount), Self.byteLimit)
            guard String(validating: bytes, as: UTF8.self) != nil else { continue }
            Environment.note("\(cleanTokens.count) \(file)")
            let source = try SyntaxSource(bytes, by: grammar)
            if let beginning = Self.beginning(of: source) { beginnings.append(beginning) }
            let trace = try trace(of: bytes, by: context)
            let scores = detector.scores(of: trace, over: source)
            clean += scores.map { score in
                let line = bytes[..<score.span.lowerBound].count { $0 == UInt8(ascii: "\n") } + 1
                return CleanString(
                    signals: score.signals, file: cleanTokens.count,
                    place: "\(file):\(line) \(SecretsDetector.masked(bytes[score.span]))")
            }
            cleanStrings += detector.strings(of: source).count
            cleanTokens.append(trace.tokens.count)
        }
        for (place, canary) in canaries.all.enumerated() {
            if place.isMultiple(of: 40) {
                Environment.note("\(place) of \(canaries.all.count) canaries")
            }
            let beginning = beginnings[canary.number % beginnings.count]
            try add(canary, behind: beginning)
        }
    }

    private mutating func add(_ canary: Canaries.Canary, behind beginning: [UInt8]) throws {
        let head = beginning + Array("\n\(canary.name) = \"".utf8)
        let text = head + Array("\(canary.text)\"\n".utf8)
        let span = head.count..<head.count + canary.text.utf8.count
        let scores = try [context, reference].map { model in
            detector.score(of: span, in: text, try trace(of: text, by: model))
        }
        guard let own = scores[0], let before = scores[1] else { return }
        rows.append(
            Row(
                canary: canary, signals: own.signals,
                reference: before.signals["surprisal"] ?? 0,
                looksRandom: detector.looksRandom(text[span])))
    }

    private func trace(of bytes: [UInt8], by model: ModelContext) throws -> TokenTrace {
        var session = try model.scoringSession(of: String(decoding: bytes, as: UTF8.self))
        session.attachSecretMetrics()
        while try session.next() != nil {}
        return session.trace
    }

    /// The bytes up to a line's end.
    private static func lines(of bytes: [UInt8], _ limit: Int) -> [UInt8] {
        guard bytes.count > limit else { return bytes }
        let end = bytes[..<limit].lastIndex(of: UInt8(ascii: "\n")) ?? 0
        return Array(bytes[...end])
    }

    /// The first whole statements of a file.
    private static func beginning(of source: SyntaxSource) -> [UInt8]? {
        let ends = source.tree.children(of: 0).map { source.tree.nodes[$0].span.upperBound }
        guard let end = ends.last(where: { $0 <= beginningLimit }), end > 100 else { return nil }
        return Array(source.text[..<end]) + [UInt8(ascii: "\n")]
    }

    /// Weights fitted on the strings that pass a test.
    func fitted(on isIncluded: (Row) -> Bool) -> LogisticRegression {
        let chosen = rows.filter(isIncluded)
        return LogisticRegression(
            fitting: chosen.map(\.signals.values), to: chosen.map { $0.canary.count > 0 },
            penalty: 1)
    }

    /// The weights fitted on all strings, with the limits of the detector.
    var weights: String {
        SecretModel(
            regression: fitted { _ in true }, noteLimit: 0.5, warningLimit: 0.9,
            modelFingerprint: reference.identity.fingerprint, language: "python"
        ).text
    }

    /// The signals of all strings for other programs; no string is in it.
    var cells: String {
        let names = SecretSignals.names.joined(separator: ",")
        var lines = ["planted,number,random,before,\(names)"]
        for row in rows {
            lines.append(
                "\(row.canary.count),\(row.canary.number),\(row.looksRandom ? 1 : 0),"
                    + "\(row.reference),"
                    + row.signals.values.map { "\($0)" }.joined(separator: ","))
        }
        for string in clean {
            lines.append(
                "clean,\(string.file),1,,"
                    + string.signals.values.map { "\($0)" }.joined(separator: ","))
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
