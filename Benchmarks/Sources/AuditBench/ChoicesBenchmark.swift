import TokenScope

/// How well insecure forms are recognised, and whether the model's masses tell which form stands
/// at a place.
struct ChoicesBenchmark {
    /// What a file calls, by its imports; see `audit/resolve_calls.py`.
    struct Calls {
        let path: String
        /// By the byte where it begins, the full name of what is called.
        var names: [Int: String] = [:]
    }

    /// What was found of a rule.
    struct Count {
        var found = 0
        var right = 0
        var missed = 0
    }

    /// A place in a held-out file.
    struct Row {
        let share: Double
        let isInsecure: Bool
        let file: Int
    }

    let context: ModelContext
    let grammar: Grammar
    let seed: UInt64
    let detector = SecurityDetector()
    private(set) var counts: [String: Count] = [:]
    private(set) var readFiles = 0
    private(set) var rows: [Row] = []
    private(set) var heldOutFiles = 0

    /// What a form means that is not spelled with its module.
    private static let meanings: [String: Set<String>] = [
        "md5": ["hashlib.md5"], "sha1": ["hashlib.sha1"], "eval": ["builtins.eval"],
        "DES.new": ["Crypto.Cipher.DES.new", "Cryptodome.Cipher.DES.new"],
        "ARC4.new": ["Crypto.Cipher.ARC4.new", "Cryptodome.Cipher.ARC4.new"],
    ]

    init(context: ModelContext, grammar: Grammar, seed: UInt64) {
        self.context = context
        self.grammar = grammar
        self.seed = seed
    }

    /// The files of what `resolve_calls.py` wrote.
    static func calls(in path: String) throws -> [Calls] {
        let contents = try FileContents.open(path)
        let text = String(decoding: contents.copy(0..<contents.byteCount), as: UTF8.self)
        var files: [Calls] = []
        for line in text.split(separator: "\n") {
            let fields = line.split(separator: "\t")
            if !line.hasPrefix("\t") {
                files.append(Calls(path: String(line)))
            } else if fields.count == 2, let offset = Int(fields[0]), !files.isEmpty {
                files[files.count - 1].names[offset] = String(fields[1])
            }
        }
        return files
    }

    /// Compares the forms that stand in a file with what it calls.
    mutating func recognise(_ file: Calls) throws {
        guard let table = detector.tables["python"] else { return }
        let contents = try FileContents.open(file.path)
        let source: SyntaxSource
        do {
            source = try SyntaxSource(contents.copy(0..<contents.byteCount), by: grammar)
        } catch {
            return
        }
        readFiles += 1
        var found: Set<Int> = []
        for site in table.sites(in: source)
        where site.choice.place == .callee && site.choice.insecure.contains(site.form) {
            guard found.insert(site.span.lowerBound).inserted else { continue }
            let name = file.names[site.span.lowerBound]
            let isRight = name.map { Self.meaning(of: site.form).contains($0) } ?? false
            counts[site.choice.rule, default: Count()].found += 1
            counts[site.choice.rule, default: Count()].right += isRight ? 1 : 0
            if !isRight {
                Environment.note("wrong: \(site.form) is \(name ?? "something else"), \(file.path)")
            }
        }
        for choice in table.choices where choice.place == .callee {
            let meant = choice.insecure.reduce(into: Set<String>()) {
                $0.formUnion(Self.meaning(of: $1))
            }
            for (offset, name) in file.names where meant.contains(name) {
                guard found.insert(offset).inserted else { continue }
                counts[choice.rule, default: Count()].missed += 1
            }
        }
    }

    private static func meaning(of form: String) -> Set<String> { meanings[form] ?? [form] }

    /// Measures the masses at the places of a held-out file.
    mutating func measure(_ path: String) throws {
        let contents = try FileContents.open(path)
        let bytes = contents.copy(0..<contents.byteCount)
        guard String(validating: bytes, as: UTF8.self) != nil else { return }
        Environment.note("\(heldOutFiles) \(path)")
        let source = try SyntaxSource(bytes, by: grammar)
        for measured in try detector.choices(in: source, by: context) {
            guard let share = measured.insecureShare else { continue }
            rows.append(
                Row(share: share, isInsecure: measured.site.isInsecure, file: heldOutFiles))
        }
        heldOutFiles += 1
    }

    /// The tables in Markdown.
    func table() -> String {
        var lines = [
            "\(readFiles) files; what is found against what is called by imports and scopes.",
            "",
            "| rule | found | right | missed | right of those found | found of those there |",
            "|---|---:|---:|---:|---:|---:|",
        ]
        var all = Count()
        for (rule, count) in counts.sorted(by: { $0.key < $1.key }) {
            lines.append(row(rule, count))
            all.found += count.found
            all.right += count.right
            all.missed += count.missed
        }
        lines.append(row("all", all))
        let insecure = rows.filter(\.isInsecure)
        let safe = rows.filter { !$0.isInsecure }
        let scores = DetectionScores(
            rows.map { .init(score: $0.share, isPositive: $0.isInsecure, group: $0.file) })
        let area = BootstrapEstimate(groups: heldOutFiles, seed: seed) {
            scores.area(multiplicities: $0)
        }
        lines += [
            "",
            "\(heldOutFiles) held-out files with \(insecure.count) places of insecure forms and "
                + "\(safe.count) of safe ones.",
            "",
            "| the insecure forms' share of the mass | |", "|---|---:|",
            "| mean where an insecure form stands | \(Self.mean(insecure)) |",
            "| mean where a safe form stands | \(Self.mean(safe)) |",
            "| AUROC | \(TableCell.cell(area)) |",
        ]
        return lines.joined(separator: "\n")
    }

    private func row(_ name: String, _ count: Count) -> String {
        "| \(name) | \(count.found) | \(count.right) | \(count.missed) | "
            + "\(Self.share(count.right, of: count.found)) | "
            + "\(Self.share(count.right, of: count.right + count.missed)) |"
    }

    private static func share(_ hits: Int, of count: Int) -> String {
        guard count > 0 else { return "" }
        let (low, high) = TableCell.wilson(hits, of: count)
        let numbers = [Double(hits) / Double(count), low, high].map {
            TableCell.digits($0, 3)
        }
        return "\(numbers[0]) (\(numbers[1]) to \(numbers[2]))"
    }

    private static func mean(_ rows: [Row]) -> String {
        guard !rows.isEmpty else { return "" }
        return TableCell.digits(rows.reduce(0) { $0 + $1.share } / Double(rows.count), 3)
    }
}
