import ScopeAudit
import ScopeCode
import ScopeDecoding
import ScopeMetrics
import ScopeReports
import ScopeTrace
import Testing

@Suite struct SecretsTests {
    private let secret = "7Hq2vXk9LmZp4TbW8sRd6JnY"

    private func trace(_ text: String) throws -> TokenTrace {
        var session = try Tested.model().scoringSession(of: text)
        session.attachSecretMetrics()
        while try session.next() != nil {}
        return session.trace
    }

    /// A detector that names every string that it looks at.
    private var eager: SecretsDetector {
        var detector = SecretsDetector()
        detector.model.noteLimit = 0
        detector.model.warningLimit = 2
        return detector
    }

    @Test(arguments: [
        "7Hq2vXk9LmZp4TbW8sRd6JnY", "d41d8cd98f00b204e9800998ecf8427e", "AKIAZ7QX2M4KV9TB3WHJ",
        "ghp_q8Rz3LmW7vTkY2xNb5JcH9sDf4Gp", "jX7+kq/2Lw9QzRv0TgYb3A==",
    ])
    func whatLooksRandomIsLookedAt(text: String) {
        #expect(SecretsDetector().looksRandom(Array(text.utf8)))
    }

    @Test(arguments: [
        "", "short", "7Hq2vXk9", "application/x-www-form-urlencoded", "some words of a sentence",
        "abcdefghijklmnopqrstuvwxyz", "0123456789abcdef", "================",
        "BaseHTTPRequestHandler", "schlüssel7Hq2vXk9LmZp4Tb", "7Hq2vXk9 LmZp4TbW8sRd6JnY",
        "7Hq2vXk9LmZp4TbW\n8sRd6JnY", "test_that_something_is_read", "%(levelname)s:%(message)s",
    ])
    func whatDoesNotLookRandomIsNot(text: String) {
        #expect(!SecretsDetector().looksRandom(Array(text.utf8)))
    }

    @Test(arguments: [
        ("python", "a = 'one'\nb = f\"two{x}three\"\nc = \"\"\n", ["one", "two", "three"]),
        ("python", "d = \"\"\"four\n\"\"\"\ne = \"fi\\nve\"\n", ["four\n", "fi\\nve"]),
        ("swift", "let a = \"one\"\nlet b = \"two\\(x)three\"\n", ["one", "two", "three"]),
        ("javascript", "a = 'one'; b = `two${x}three`; c = ''\n", ["one", "two", "three"]),
        ("c", "char *a = \"one\";\n", ["one"]), ("go", "package a\nvar b = \"one\"\n", ["one"]),
        ("java", "class A { String b = \"one\"; }\n", ["one"]),
        ("rust", "const A: &str = \"one\";\n", ["one"]),
    ])
    func stringsAreTheContentsOfLiterals(
        language: String, text: String, expected: [String]
    ) throws {
        let source = try Tested.source(text, language: language)
        let found = SecretsDetector().strings(of: source).map {
            String(decoding: source.text[$0], as: UTF8.self)
        }
        #expect(found.filter { !$0.isEmpty } == expected)
    }

    @Test func signalsAreThoseOfTheTokensOfTheString() throws {
        let text = "API_KEY = \"\(secret)\"\nother = 1\n"
        let trace = try trace(text)
        let scores = SecretsDetector().scores(of: trace, over: try Tested.source(text))
        let score = try #require(scores.first)
        #expect(scores.count == 1)
        #expect(score.span == 11..<35)
        let tokens = trace.tokens[
            score.tokens.lowerBound.rawValue..<score.tokens.upperBound.rawValue]
        #expect(tokens.allSatisfy { $0.sourceSpan?.overlaps(score.span) == true })
        #expect(tokens.reduce(0) { $0 + $1.bytes.count } >= 24)
        let costs = try tokens.map { try #require(trace[.surprisal]?[$0.index]) }
        let cost = try #require(score.signals["surprisal"])
        #expect(abs(cost - costs.reduce(0, +) / 24) < 1e-9)
        // The lead over the best other token: that over the second where the token is the first.
        let leads = try tokens.map { token -> Double in
            let shares = try #require(trace[.alternativeProbabilities]?[token.index]?.values)
            let rank = trace.metrics.column(named: "rank")?[token.index.rawValue]?.number
            let own = try #require(trace[.confidence]?[token.index])
            return own - (rank == 1 ? shares[1] : shares[0])
        }
        let advantage = try #require(score.signals["advantage"])
        #expect(abs(advantage - leads.reduce(0, +) / Double(leads.count)) < 1e-9)
        // Never seen: no model could know it.
        #expect(score.score < 0.5 && cost > 2)
        let findings = SecretsDetector().findings(
            of: trace, over: try Tested.source(text), path: "a")
        #expect(findings.isEmpty)
    }

    @Test func whatStandsThereBeforeIsJudgedOnce() throws {
        let text = "a = \"\(secret)\"\nb = \"\(secret)\"\nc = \"x\(secret)\"\n"
        let scores = eager.scores(of: try trace(text), over: try Tested.source(text))
        #expect(scores.map(\.span.lowerBound) == [5, 67])
    }

    @Test func whatTheModelLearnedScoresHigherThanWhatItNeverSaw() throws {
        // One of the most frequent long strings of the embedded model's training files.
        let known = "application/x-www-form-urlencoded"
        let text = "headers = {\n    \"Type\": \"\(known)\",\n    \"Key\": \"\(secret)\",\n}\n"
        let bytes = Array(text.utf8)
        let trace = try trace(text)
        func score(_ part: String) throws -> SecretScore {
            let start = try #require(text.firstRange(of: part)).lowerBound
            let lower = text.utf8.distance(from: text.startIndex, to: start)
            return try #require(
                SecretsDetector().score(of: lower..<lower + part.utf8.count, in: bytes, trace))
        }
        let (learned, random) = (try score(known), try score(secret))
        #expect(learned.score > random.score)
        #expect((learned.signals["contrast"] ?? 0) > (random.signals["contrast"] ?? 0) + 1)
    }

    @Test func aFindingDoesNotSpreadTheSecret() throws {
        let text = "import os\nAPI_KEY = \"\(secret)\"\nx = os.environ\n"
        let source = try Tested.source(text)
        let trace = try trace(text)
        var detector = eager
        let unmeasured = try #require(
            detector.findings(of: trace, over: source, path: "a.py").first)
        #expect(unmeasured.confidence == nil && unmeasured.level == .note)
        detector.model.modelFingerprint = trace.header.model.fingerprint
        detector.model.language = "python"
        let findings = detector.findings(of: trace, over: source, path: "a.py")
        let finding = try #require(findings.first)
        #expect(finding.ruleID == "memorised-secret" && finding.level == .note)
        #expect(finding.confidence == finding.evidence.metrics["score"])
        #expect(finding.evidence.metrics["entropy_ratio"] != nil)
        #expect(finding.message.contains("\"7Hq…\" (24 characters)"))
        let contents: (String) -> [UInt8]? = { _ in source.text }
        let page = FindingsPage(title: "t", rules: [.memorisedSecret])
            .html(of: findings, contents: contents)
        let log = SARIFWriter(rules: [.memorisedSecret], tool: .init(version: "1.0.0"))
            .text(of: findings, contents: contents)
        for report in [page, log, finding.message] {
            #expect(report.contains("7Hq"))
            #expect(!report.contains("7Hq2") && !report.contains("sRd6JnY"))
        }
        #expect(page.contains("7Hq*****") && page.contains("x = os.environ"))
        // Lines and columns are those of the file.
        #expect(log.contains("\"startLine\":2") && log.contains("\"endColumn\":36"))
    }

    @Test func masksShowLittle() {
        let key = Array("AKIAZ7QX2M4KV9TB3WHJ".utf8)
        #expect(SecretsDetector.masked(key) == "\"AK…\" (20 characters)")
        #expect(SecretsDetector.masked(Array("ab".utf8)) == "\"…\" (2 characters)")
        #expect(SecretsDetector.masked([UInt8]()) == "\"…\" (0 characters)")
        let escapes = "\u{1B}[31" + String(repeating: "x", count: 60)
        #expect(SecretsDetector.masked(Array(escapes.utf8)) == "\"31…\" (64 characters)")
    }

    @Test func longStringsAreJudgedByTheirBeginning() throws {
        var numbers = SeededNumbers(seed: 11)
        let letters = Array("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz23456789".utf8)
        let long = String(
            decoding: (0..<3000).map { _ in letters[numbers.below(letters.count)] }, as: UTF8.self)
        let text = "data = \"\(long)\"\n"
        let trace = try trace(text)
        let score = try #require(eager.scores(of: trace, over: try Tested.source(text)).first)
        #expect(score.span == 8..<3008)
        let read = trace.tokens[
            score.tokens.lowerBound.rawValue..<score.tokens.upperBound.rawValue]
        #expect((510...514).contains(read.reduce(0) { $0 + $1.bytes.count }))
        let finding = try #require(
            eager.findings(of: trace, over: try Tested.source(text), path: "a").first)
        #expect(finding.concealed == [12..<3008])
    }

    @Test(arguments: ["", "\n", "x = \"\"\n", "x = \"ü\"\n", "x = \"", "x = 1\n"])
    func nothingIsFoundInNothing(text: String) throws {
        let source = try Tested.source(text)
        let trace = try trace(text.isEmpty ? "x" : text)
        #expect(eager.findings(of: trace, over: source, path: "a").isEmpty)
        #expect(SecretsDetector().score(of: 0..<0, in: source.text, trace) == nil)
        let bare = TokenTrace(header: trace.header)
        #expect(eager.scores(of: bare, over: source).isEmpty)
    }

    @Test func anAuditAsksForSecretsAlone() throws {
        let text = "import os\nAPI_KEY = \"\(secret)\"\n"
        var auditor = Auditor(
            try Tested.model(), suspicion: nil, choices: nil, secrets: eager)
        let audit = try auditor.audit(path: "a.py", source: try Tested.source(text))
        #expect(audit.findings.map(\.ruleID) == ["memorised-secret"])
        #expect(audit.findings[0].fingerprints[Finding.lineFingerprint] != nil)
        #expect(auditor.rules.map(\.id) == ["memorised-secret"])
        // What lines need does not change what strings have.
        auditor.suspicion = SuspicionDetector()
        let both = try auditor.audit(path: "a.py", source: try Tested.source(text))
        #expect(both.findings.first { $0.ruleID == "memorised-secret" } == audit.findings[0])
        auditor.secrets = nil
        #expect(!auditor.rules.contains { $0.id == "memorised-secret" })
    }

    @Test func whatAModelWritesIsJudged() throws {
        let model = try Tested.model()
        let prompt = "API_KEY = \""
        var session = try DecodingSession(
            model, prompt: prompt, parameters: .greedy(maxTokens: 24))
        session.attachStandardMetrics()
        session.attachSecretMetrics()
        while try session.next() != nil {}
        let trace = session.trace
        let written = trace.bytes
        let span = prompt.utf8.count..<written.count
        let score = try #require(SecretsDetector().score(of: span, in: written, trace))
        #expect(score.tokens.upperBound.rawValue - score.tokens.lowerBound.rawValue > 10)
        // Greedy: every token is ahead of all others.
        #expect((score.signals["advantage"] ?? -1) >= 0)
    }
}
