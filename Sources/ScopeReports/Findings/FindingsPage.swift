import ScopeTrace

/// Findings as one HTML file that a reviewer reads from top to bottom: the gravest first, each with its
/// code, its evidence and what its rule says of itself.
///
/// ```swift
/// let page = FindingsPage(title: "Audit of Sources", rules: rules)
/// let html = page.html(of: findings) { path in bytes[path] }
/// ```
///
/// The file needs nothing else, runs no script, asks the network for nothing, and forbids it by a content
/// security policy. Whatever stands in the code is data in it. The same findings give the same bytes.
public struct FindingsPage: Sendable {
    /// The heading.
    public var title: String
    /// What is said below the heading, a paragraph each.
    public var introduction: [String]
    /// The rules, in the order in which they are explained.
    public var rules: [Finding.Rule]
    /// The most findings that are shown with their code; the others are listed.
    public var detailLimit: Int

    /// Makes a page without findings.
    ///
    /// - Parameters:
    ///   - title: The heading.
    ///   - introduction: What is said below the heading, a paragraph each.
    ///   - rules: The rules, in the order in which they are explained.
    ///   - detailLimit: The most findings that are shown with their code; the others are listed.
    public init(
        title: String, introduction: [String] = [], rules: [Finding.Rule], detailLimit: Int = 200
    ) {
        self.title = title
        self.introduction = introduction
        self.rules = rules
        self.detailLimit = detailLimit
    }

    /// The whole file.
    ///
    /// Findings stand in the order of their level, those a baseline knows behind the others, then of their
    /// confidence, then of path and place.
    ///
    /// - Parameters:
    ///   - findings: The findings.
    ///   - contents: The bytes of a file by its path; nil where they are not at hand.
    /// - Returns: HTML in UTF-8.
    /// - Complexity: O(findings × bytes of their files).
    public func html(
        of findings: [Finding], contents: (String) -> [UInt8]? = { _ in nil }
    ) -> String {
        var files: [String: [UInt8]] = [:]
        for path in Set(findings.compactMap(\.path)) { files[path] = contents(path) }
        let sorted = findings.enumerated().map { (order($0.element), $0.offset, $0.element) }
            .sorted { left, right in
                if left.0 != right.0 { return left.0.lexicographicallyPrecedes(right.0) }
                if left.2.path != right.2.path { return left.2.path ?? "" < right.2.path ?? "" }
                let starts = [left, right].map { $0.2.byteRange?.lowerBound ?? -1 }
                return starts[0] == starts[1] ? left.1 < right.1 : starts[0] < starts[1]
            }.map(\.2)
        let style = Self.style
        var body = "<header><h1>\(HTMLText.escaped(title))</h1>\n"
        for paragraph in introduction { body += "<p>\(HTMLText.escaped(paragraph))</p>\n" }
        body += summary(of: sorted) + "</header>\n<main>\n"
        let shown = sorted.prefix(detailLimit)
        if shown.isEmpty { body += "<p class=none>Nothing was found.</p>\n" }
        for finding in shown {
            body += article(finding, finding.path.flatMap { files[$0] })
        }
        if sorted.count > shown.count { body += list(sorted.dropFirst(shown.count), files) }
        body += "</main>\n" + explanation(of: sorted)
        return """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
            style-src '\(Base64.digest(of: style))'; base-uri 'none'; form-action 'none'">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(HTMLText.escaped(title))</title>
            <style>\(style)</style></head><body>
            \(body)</body></html>

            """
    }

    /// The level that counts.
    func level(of finding: Finding) -> Finding.Level {
        finding.level ?? rules.first { $0.id == finding.ruleID }?.defaultLevel ?? .warning
    }

    private func order(_ finding: Finding) -> [Double] {
        let grade: Double =
            switch level(of: finding) {
            case .error: 0
            case .warning: 1
            case .note: 2
            case .none: 3
            }
        return [finding.isKnown == true ? 1 : 0, grade, -(finding.confidence ?? -1)]
    }

    private func summary(of findings: [Finding]) -> String {
        var cells: [String] = []
        for level in [Finding.Level.error, .warning, .note, .none] {
            let ofLevel = findings.filter { self.level(of: $0) == level }
            guard level != .none || !ofLevel.isEmpty else { continue }
            let known = ofLevel.count { $0.isKnown == true }
            let name =
                level == .none ? "ungraded" : level.rawValue + (ofLevel.count == 1 ? "" : "s")
            cells.append(
                "<li class=\"\(level.rawValue)\"><b>\(ofLevel.count)</b> \(name)"
                    + (known > 0 ? " <span>(\(known) known)</span>" : "") + "</li>")
        }
        let files = Set(findings.compactMap(\.path)).count
        cells.append("<li><b>\(files)</b> \(files == 1 ? "file" : "files") with findings</li>")
        return "<ul class=counts>\(cells.joined())</ul>\n"
    }

    /// The findings that are not shown with their code.
    private func list(_ findings: ArraySlice<Finding>, _ files: [String: [UInt8]]) -> String {
        let rows = findings.map { finding in
            "<li>\(badge(finding)) \(HTMLText.escaped(place(of: finding, files))) "
                + "\(HTMLText.escaped(TerminalText.visible(finding.message)))</li>"
        }
        return
            "<h2>\(findings.count) more</h2>\n<ul class=more>\(rows.joined(separator: "\n"))</ul>\n"
    }

    private func place(of finding: Finding, _ files: [String: [UInt8]]) -> String {
        guard let path = finding.path else { return "" }
        guard let bytes = files[path], let lines = finding.lines(in: bytes) else { return path }
        return "\(TerminalText.visible(path)):\(lines.lowerBound)"
    }

    func badge(_ finding: Finding) -> String {
        let level = level(of: finding)
        return "<span class=\"badge \(level.rawValue)\">\(level.rawValue)</span>"
            + (finding.isKnown == true ? "<span class=\"badge known\">known</span>" : "")
    }

    /// What each rule that occurs means, by its own words.
    private func explanation(of findings: [Finding]) -> String {
        let used = Set(findings.map(\.ruleID))
        let shown = rules.filter { used.contains($0.id) }
        guard !shown.isEmpty else { return "" }
        var output = "<section><h2>What the rules mean</h2>\n<dl>\n"
        for rule in shown {
            output += "<dt id=\"rule-\(HTMLText.escaped(rule.id))\">"
            output += "\(HTMLText.escaped(rule.id))</dt>\n<dd><p>"
            output += HTMLText.escaped(rule.summary) + "</p>"
            if let help = rule.help {
                for paragraph in help.split(separator: "\n") {
                    output += "<p>\(HTMLText.escaped(String(paragraph)))</p>"
                }
            }
            output += "</dd>\n"
        }
        return output + "</dl></section>\n"
    }
}
