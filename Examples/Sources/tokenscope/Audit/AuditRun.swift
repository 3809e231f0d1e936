import DatasetEngine
import TokenScope

/// A run of `audit`: files, detectors and what becomes of the findings.
struct AuditRun {
    /// A file that is looked at.
    private struct File {
        /// As findings name it.
        var path: String
        /// Where it lies.
        var place: String
        var language: String
    }

    /// Longer files are data.
    private static let byteLimit = 1 << 20

    let options: ParsedOptions
    private let failLevel: Finding.Level
    private let chosenRules: Set<String>?
    private let files: [File]
    let progress: Progress
    private var baseline: FindingBaseline?
    /// What --against found, over all files.
    private var differential: ModelDifferential?
    /// The model that looks.
    private var model: ModelContext?
    private var findings: [Finding] = []
    private var skipped = SkippedFiles()
    private var read = 0

    init(_ options: ParsedOptions) throws(ToolError) {
        self.options = options
        progress = Progress(options)
        let name = options["fail-on"] ?? "warning"
        guard let level = Finding.Level(rawValue: name) else {
            throw .usage("--fail-on takes none, note, warning or error, not \"\(name)\"")
        }
        failLevel = level
        let known = Self.allRules.map(\.id)
        try Self.checkAgainst(options)
        if options["rules"] == "list" {
            chosenRules = []
            files = []
            return
        }
        let names = options["rules"]?.split(separator: ",").map(String.init)
        if let unknown = names?.first(where: { !known.contains($0) }) {
            throw .usage("\"\(unknown)\" is no rule; --rules list names them all")
        }
        chosenRules = names.map { Set($0) }
        guard let path = options.operands.first, options.operands.count == 1 else {
            throw .usage("audit takes one file or folder")
        }
        files = try Self.files(at: path)
        if let file = options["baseline"] {
            let contents = try Input.file(file)
            do throws(AuditFailure) {
                baseline = try FindingBaseline(
                    bytes: contents.copy(0..<contents.byteCount), file: file)
            } catch {
                throw .input("\(error)")
            }
        }
    }

    private static var allRules: [Finding.Rule] {
        [.suspiciousCode, .memorisedSecret] + SecurityDetector().rules + [.modelsDiffer]
    }

    /// The rules that this run can find.
    private var rules: [Finding.Rule] {
        let wanted = Self.allRules.filter { chosenRules?.contains($0.id) ?? true }
        return wanted.filter {
            ($0.id == Finding.Rule.modelsDiffer.id) == options.contains("against")
        }
    }

    private static func files(at path: String) throws(ToolError) -> [File] {
        if (try? FileFolder(directory: path)) != nil {
            let root = path.hasSuffix("/") ? path : path + "/"
            return SourceWalk.files(below: path).map {
                File(path: $0.path, place: root + $0.path, language: $0.language)
            }
        }
        let contents = try Input.file(path)
        let beginning = contents.copy(0..<min(256, contents.byteCount))
        guard let language = CodeLanguage.ofFile(path, contents: beginning) else {
            throw .input("\(path): its name says no language that is known")
        }
        let name = path.split(separator: "/").last.map(String.init) ?? path
        return [File(path: name, place: path, language: language.name)]
    }

    mutating func run() throws(ToolError) {
        if options["rules"] == "list" {
            for rule in Self.allRules {
                Terminal.write("\(rule.id)\t\(rule.defaultLevel.rawValue)\t\(rule.summary)\n")
            }
            return
        }
        try measure()
        let places = Dictionary(files.map { ($0.path, $0.place) }) { first, _ in first }
        let contents = { (path: String) -> [UInt8]? in
            guard let place = places[path], let file = try? FileContents.open(place) else {
                return nil
            }
            return file.copy(0..<file.byteCount)
        }
        if let baseline { findings = baseline.marking(findings) }
        try explain(contents)
        if let file = options["sarif"] {
            let writer = SARIFWriter(rules: rules, tool: .init(version: TokenScopeVersion.current))
            try Output(path: file).write(writer.text(of: findings, contents: contents))
        }
        if let file = options["html"] {
            var page = FindingsPage(
                title: title, introduction: introduction,
                rules: rules)
            if let differential { page.figures = [Self.figure(of: differential)] }
            try Output(path: file).write(page.html(of: findings, contents: contents))
        }
        if let differential { try write(differential) }
        let isWhole = read == files.count - skipped.count && !Task.isCancelled
        let writesBaseline = options["write-baseline"] != nil
        if let file = options["write-baseline"], isWhole {
            let text = String(decoding: FindingBaseline(findings).bytes, as: UTF8.self)
            try Output(path: file).write(text)
        }
        write(contents)
        guard !Task.isCancelled else {
            throw .input("interrupted: \(read) of \(files.count) files were read")
        }
        guard read > 0 || files.isEmpty else { throw .input("no file could be read") }
        let counted = findings.count {
            $0.isKnown != true && Self.reaches(failLevel, level(of: $0))
        }
        if counted > 0, !writesBaseline {
            throw .found(
                "\(counted) \(counted == 1 ? "finding" : "findings") at \(failLevel.rawValue) "
                    + "or above")
        }
    }

    private mutating func measure() throws(ToolError) {
        let model = try Run.load(try options.modelFiles(), try options.modelOptions(), progress)
        self.model = model
        let perFile = try options.number("per-file", as: Int.self) ?? 5
        let branch = try options.number("branch", as: Int.self) ?? 0
        guard perFile >= 0, branch >= 0 else {
            throw .usage("--per-file and --branch take 0 or more")
        }
        if let name = options["against"] {
            var auditor = try differentialAuditor(model, name, perFile: perFile)
            try readFiles { (path, source, report) throws(AuditFailure) in
                try auditor.add(path: path, source: source, progress: report)
            }
            differential = auditor.differential()
            return
        }
        let wantsLines = chosenRules?.contains(Finding.Rule.suspiciousCode.id) ?? true
        let wantsSecrets = chosenRules?.contains(Finding.Rule.memorisedSecret.id) ?? true
        let wantsChoices = chosenRules.map { chosen in
            SecurityDetector().rules.contains { chosen.contains($0.id) }
        }
        let auditor = Auditor(
            model, suspicion: wantsLines ? SuspicionDetector(findingLimit: perFile) : nil,
            choices: wantsChoices ?? true ? SecurityDetector(branchTokens: branch) : nil,
            secrets: wantsSecrets ? SecretsDetector() : nil)
        try readFiles { (path, source, report) throws(AuditFailure) in
            let found = try auditor.audit(path: path, source: source, progress: report)
            return found.isComplete ? found.findings : nil
        }
    }

    /// Has every file looked at, and keeps what is found; nil ends the run.
    private mutating func readFiles(
        _ look: (
            _ path: String, _ source: SyntaxSource, _ report: @escaping @Sendable (Int, Int) -> Void
        ) throws(AuditFailure) -> [Finding]?
    ) throws(ToolError) {
        let library = GrammarLibrary.standard
        for (number, file) in files.enumerated() where !Task.isCancelled {
            let head = "\(number + 1) of \(files.count): \(TerminalText.visible(file.path))"
            progress.show(head)
            guard let contents = try? FileContents.open(file.place) else {
                skipped.add(file.path, "cannot be read")
                continue
            }
            let bytes = contents.copy(0..<contents.byteCount)
            guard bytes.count <= Self.byteLimit, String(validating: bytes, as: UTF8.self) != nil
            else {
                skipped.add(file.path, "is longer than 1 MiB or not UTF-8")
                continue
            }
            do {
                let source = try SyntaxSource(bytes, by: library.grammar(for: file.language))
                let progress = progress
                let found = try look(file.path, source) { done, all in
                    progress.show("\(head): \(done) of \(all) tokens")
                }
                guard let found else { break }
                findings += found.filter { chosenRules?.contains($0.ruleID) ?? true }
                read += 1
            } catch SyntaxFailure.grammarNotFound(let language, _) {
                skipped.add(file.path, "no grammar of \(language) is installed")
            } catch let failure as SyntaxFailure {
                skipped.add(file.path, "\(failure)")
            } catch AuditFailure.model(.cancelled) {
                break
            } catch {
                throw .input("\(file.path): \(error)")
            }
        }
        progress.clear()
    }

    /// Says of the gravest findings what the model's choice rests on.
    private mutating func explain(_ contents: (String) -> [UInt8]?) throws(ToolError) {
        let count = try options.number("explain", as: Int.self) ?? 0
        guard count >= 0 else { throw .usage("--explain takes 0 or more") }
        guard count > 0, let model else { return }
        let all = min(count, findings.count)
        do throws(AuditFailure) {
            findings = try FindingExplainer(model).explained(
                findings, gravest: count, rules: rules,
                progress: { progress.show("explaining \($0 + 1) of \(all)") }, contents: contents)
        } catch .attribution(.model(.cancelled)) {
            // Reports hold what there is.
        } catch {
            progress.clear()
            throw .input("\(error)")
        }
        progress.clear()
    }

    private func level(of finding: Finding) -> Finding.Level {
        finding.level(by: Self.allRules)
    }

    /// Whether a level is as grave as another, `none` being graver than all.
    private static func reaches(_ limit: Finding.Level, _ level: Finding.Level) -> Bool {
        let order: [Finding.Level] = [.note, .warning, .error]
        guard let least = order.firstIndex(of: limit), let own = order.firstIndex(of: level)
        else { return false }
        return own >= least
    }

    /// Names what was looked at; of an absolute path only the end, for a page is shown to others.
    private var title: String {
        let path = options.operands.first ?? ""
        let name = path.hasPrefix("/") ? path.split(separator: "/").last.map(String.init) : path
        return "Audit of \(name ?? path)"
    }

    private var introduction: [String] {
        let other = options["against"].map { " and \($0)" } ?? ""
        var lines = [
            "\(read) of \(files.count) source files were read by "
                + "\(options["model"] ?? ParsedOptions.embeddedName)\(other).",
            "A finding is a place to read, not a defect. What its numbers mean and how often a rule is wrong "
                + "stands at the end of the page.",
        ]
        if skipped.count > 0 {
            lines.append("Passed over: " + skipped.lines.joined(separator: "; ") + ".")
        }
        return lines
    }

    private func write(_ contents: (String) -> [UInt8]?) {
        var texts: [String: [UInt8]] = [:]
        for finding in findings where finding.isKnown != true {
            let path = finding.path ?? ""
            let bytes = texts[path] ?? contents(path) ?? []
            texts[path] = bytes
            let line = finding.lines(in: bytes)?.lowerBound ?? 1
            let sure = finding.confidence.map { " (\(Int((100 * $0).rounded())) %)" } ?? ""
            Terminal.write(
                TerminalText.visible(
                    "\(path):\(line): \(level(of: finding).rawValue): \(finding.message) "
                        + "[\(finding.ruleID)]\(sure)") + "\n")
            if let grounds = Self.grounds(of: finding, in: bytes) {
                Terminal.write("    \(grounds)\n")
            }
        }
        for reason in skipped.lines {
            Terminal.write("passed over: \(TerminalText.visible(reason))\n", to: 2)
        }
        let new = findings.filter { $0.isKnown != true }
        let parts = [Finding.Level.error, .warning, .note].map { level in
            let count = new.count { self.level(of: $0) == level }
            return "\(count) \(level.rawValue)\(count == 1 ? "" : "s")"
        }
        let known = findings.count - new.count
        Terminal.write(
            "\(read) files: \(parts.joined(separator: ", "))"
                + (baseline == nil ? "\n" : ", \(known) known\n"))
        if let differential { Terminal.write("\n" + DifferentialView().text(of: differential)) }
    }
}
