import TokenScope

extension AuditRun {
    /// Refuses flags of --against without it, and rules with it.
    static func checkAgainst(_ options: ParsedOptions) throws(ToolError) {
        let rules = options["rules"]
        if options.contains("against") {
            guard rules == nil || rules == "list" || rules == Finding.Rule.modelsDiffer.id else {
                throw .usage("--against looks for \(Finding.Rule.modelsDiffer.id) alone")
            }
            return
        }
        for flag in ["weights-b", "limit", "differential", "picture"] where options.contains(flag) {
            throw .usage("--\(flag) needs --against MODEL")
        }
        let names = rules?.split(separator: ",").map(String.init) ?? []
        if names.contains(Finding.Rule.modelsDiffer.id) {
            throw .usage("\(Finding.Rule.modelsDiffer.id) needs --against MODEL")
        }
    }

    /// What compares two models over the files.
    func differentialAuditor(
        _ model: ModelContext, _ name: String, perFile: Int
    ) throws(ToolError) -> DifferentialAuditor {
        let limit = try options.number("limit", as: Double.self) ?? 0.25
        guard limit >= 0 else { throw .usage("--limit takes 0 or more") }
        let flag = options.contains("weights-b") ? "weights-b" : "weights"
        let other = try Run.load(
            try ParsedOptions.modelFiles(name), try options.modelOptions(weights: flag), progress)
        do throws(AuditFailure) {
            return try DifferentialAuditor(model, other, limit: limit, findingLimit: perFile)
        } catch {
            throw .input("\(error)")
        }
    }

    /// Writes the files that were asked for.
    func write(_ differential: ModelDifferential) throws(ToolError) {
        if let file = options["differential"] {
            try Output(path: file).write(DifferentialWriter().document(of: differential))
        }
        if let file = options["picture"] {
            try Output(path: file).write(SVGWriter().differential(differential))
        }
    }

    /// The picture of a page, with its tables.
    static func figure(of differential: ModelDifferential) -> FindingsPage.Figure {
        FindingsPage.Figure(
            caption:
                "How much each part of the second model makes other than that of the first given "
                + "the same input, by category of syntax; above it how far the predictions lie apart.",
            picture: SVGWriter().differential(differential),
            text: DifferentialView().text(of: differential))
    }

    /// What the model's choice at a finding rests on, on one line; nil where nobody asked.
    static func grounds(of finding: Finding, in bytes: [UInt8]) -> String? {
        let evidence = finding.evidence
        guard !evidence.attributions.isEmpty else { return nil }
        let parts = evidence.attributions.map { influence in
            let place = influence.byteRange.map { range in
                let line = bytes.prefix(range.lowerBound).count { $0 == UInt8(ascii: "\n") } + 1
                return " (line \(line))"
            }
            return "\(TerminalText.quoted(influence.text, width: 24))\(place ?? "") "
                + "\(Int((100 * influence.score).rounded())) %"
        }
        let target = TerminalText.quoted(evidence.attributionTarget ?? "", width: 24)
        return "the model expects \(target) here, which rests on \(parts.joined(separator: ", ")) "
            + "[\(evidence.attributionMethod ?? "")]"
    }
}
