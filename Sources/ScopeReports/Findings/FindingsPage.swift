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
    /// A picture above the findings.
    public struct Figure: Hashable, Sendable {
        /// What it shows, in a sentence.
        public var caption: String
        /// The picture, an SVG file of its own.
        public var picture: String
        /// The same in words and numbers, as lines of text of fixed width.
        public var text: String

        /// Makes a figure.
        public init(caption: String, picture: String, text: String = "") {
            self.caption = caption
            self.picture = picture
            self.text = text
        }
    }

    /// The heading.
    public var title: String
    /// What is said below the heading, a paragraph each.
    public var introduction: [String]
    /// The rules, in the order in which they are explained.
    public var rules: [Finding.Rule]
    /// The most findings that are shown with their code; the others are listed.
    public var detailLimit: Int
    /// Pictures above the findings.
    public var figures: [Figure] = []

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
    /// Findings stand in the order of `Finding.gravestFirst(_:by:)`.
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
        let concealment = Concealment(of: findings)
        for path in Set(findings.compactMap(\.path)) {
            files[path] = concealment.applied(to: contents(path), of: path)
        }
        let sorted = Finding.gravestFirst(findings, by: rules).map {
            concealment.applied(to: findings[$0])
        }
        let style = Self.style
        var body = "<header><h1>\(HTMLText.escaped(title))</h1>\n"
        for paragraph in introduction { body += "<p>\(HTMLText.escaped(paragraph))</p>\n" }
        body += summary(of: sorted) + "</header>\n<main>\n" + figures.map(html).joined()
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
            style-src '\(Base64.digest(of: style))';\(figures.isEmpty ? "" : " img-src data:;") base-uri 'none'; form-action 'none'">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(HTMLText.escaped(title))</title>
            <style>\(style)</style></head><body>
            \(body)</body></html>

            """
    }

    /// A picture as the page holds it: as an image, in which its own styles hold and nothing runs.
    private func html(of figure: Figure) -> String {
        let data = Base64.text(Array(figure.picture.utf8))
        let caption = HTMLText.escaped(figure.caption)
        var output = "<figure><img alt=\"\(caption)\" src=\"data:image/svg+xml;base64,\(data)\">"
        output += "<figcaption>\(caption)</figcaption>"
        if !figure.text.isEmpty {
            let lines = figure.text.split(separator: "\n", omittingEmptySubsequences: false).map {
                "<span class=\"line own\">\(HTMLText.escaped(TerminalText.visible(String($0)))) </span>"
            }
            output += "<pre>\(lines.joined())</pre>"
        }
        return output + "</figure>\n"
    }

    /// The level that counts.
    func level(of finding: Finding) -> Finding.Level { finding.level(by: rules) }

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
        let rules = rules.compactMap { rule -> String? in
            let count = findings.count { $0.ruleID == rule.id }
            let id = HTMLText.escaped(rule.id)
            guard count > 0 else { return nil }
            return "<li><a class=rule href=\"#rule-\(id)\">\(id)</a> \(count)</li>"
        }
        return "<ul class=counts>\(cells.joined())</ul>\n"
            + (rules.isEmpty ? "" : "<ul class=rules>\(rules.joined())</ul>\n")
    }

    /// The findings that are not shown with their code, by file.
    private func list(_ findings: ArraySlice<Finding>, _ files: [String: [UInt8]]) -> String {
        let groups = Dictionary(grouping: findings) { $0.path ?? "" }.sorted { $0.key < $1.key }
        let blocks = groups.map { path, group in
            let rows = group.map { finding in
                "<li>\(badge(finding)) \(line(of: finding, files)) "
                    + "\(HTMLText.escaped(TerminalText.visible(finding.message)))</li>"
            }
            return "<details><summary>\(HTMLText.escaped(TerminalText.visible(path))) "
                + "<span>\(group.count)</span></summary>\n"
                + "<ul>\(rows.joined(separator: "\n"))</ul></details>"
        }
        return "<section class=more><h2>\(findings.count) more, by file</h2>\n"
            + blocks.joined(separator: "\n") + "</section>\n"
    }

    private func line(of finding: Finding, _ files: [String: [UInt8]]) -> String {
        guard let path = finding.path, let bytes = files[path],
            let lines = finding.lines(in: bytes)
        else { return "" }
        return "<span class=place>\(lines.lowerBound)</span>"
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
