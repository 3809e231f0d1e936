import ScopeTrace

extension FindingsPage {
    /// One finding with its code and what speaks for it.
    func article(_ finding: Finding, _ bytes: [UInt8]?) -> String {
        let lines = bytes.flatMap { finding.lines(in: $0) }
        var place = TerminalText.visible(finding.path ?? "")
        if let lines { place += ":\(lines.lowerBound)" }
        var output = "<article class=\"\(level(of: finding).rawValue)\"><h3>\(badge(finding))"
        output += "<span class=place>\(HTMLText.escaped(place))</span>"
        let rule = HTMLText.escaped(finding.ruleID)
        output += "<a class=rule href=\"#rule-\(rule)\">\(rule)</a>"
        if let confidence = finding.confidence {
            let share = DecimalText.short(100 * confidence, digits: 0)
            output += "<span class=sure>confidence \(share) %</span>"
        }
        output += "</h3>\n<p>\(HTMLText.escaped(TerminalText.visible(finding.message)))</p>\n"
        if let bytes, let range = finding.byteRange, let lines {
            output += code(bytes, range, lines)
        }
        return output + evidence(of: finding, bytes) + "</article>\n"
    }

    /// The lines of a finding between two before and two behind, its bytes marked.
    private func code(_ bytes: [UInt8], _ range: Range<Int>, _ lines: ClosedRange<Int>) -> String {
        var starts = [0]
        for (place, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") {
            starts.append(place + 1)
        }
        let first = max(1, lines.lowerBound - 2)
        // A finding of many lines shows where it begins.
        let last = min(starts.count, min(lines.upperBound, lines.lowerBound + 11) + 2)
        guard first <= last else { return "" }
        var rows = ""
        for line in first...last {
            let start = starts[line - 1]
            var end = line < starts.count ? starts[line] : bytes.count
            while end > start, [UInt8(ascii: "\n"), UInt8(ascii: "\r")].contains(bytes[end - 1]) {
                end -= 1
            }
            guard start < bytes.count || line == first else { continue }
            let marked = range.clamped(to: start..<max(start, end))
            let text = { (part: Range<Int>) in
                HTMLText.escaped(
                    TerminalText.visible(String(decoding: bytes[part], as: UTF8.self)))
            }
            var content = text(start..<marked.lowerBound)
            if !marked.isEmpty { content += "<mark>\(text(marked))</mark>" }
            content += text(marked.upperBound..<max(marked.upperBound, end))
            let isOwn = lines.contains(line)
            rows += "<span class=\"\(isOwn ? "line own" : "line")\"><i>\(line)</i>\(content)</span>"
        }
        return "<pre>\(rows)</pre>\n"
    }

    private func evidence(of finding: Finding, _ bytes: [UInt8]?) -> String {
        let evidence = finding.evidence
        var output = ""
        if !evidence.alternatives.isEmpty {
            output += "<table class=choices><caption>What else could stand there</caption>"
            for choice in evidence.alternatives {
                let share = DecimalText.significant(choice.probability)
                output += "<tr><td><code>\(Self.shown(choice.text))</code></td><td>\(share)</td>"
                output += "<td><meter min=0 max=1 value=\"\(share)\"></meter></td></tr>"
            }
            output += "</table>\n"
        }
        if let branch = evidence.branch {
            output += "<p class=branch>With <code>\(Self.shown(branch.replacement))</code> "
            output += "in its place the model goes on: <code>\(Self.shown(branch.continuation))"
            output += "</code></p>\n"
        }
        if !evidence.attributions.isEmpty {
            let parts = evidence.attributions.map {
                let line = $0.byteRange.flatMap { range in
                    bytes.map { SARIFRegion(range, in: $0).startLine }
                }
                return "<code>\(Self.shown($0.text))</code> "
                    + (line.map { "in line \($0) " } ?? "") + DecimalText.significant($0.score)
            }
            let method = evidence.attributionMethod.map { " (\(HTMLText.escaped($0)))" } ?? ""
            let target =
                evidence.attributionTarget.map { "<code>\(Self.shown($0))</code> came" } ?? "Came"
            output += "<p>\(target) from\(method): \(parts.joined(separator: ", "))</p>\n"
        }
        if !evidence.metrics.isEmpty {
            let parts = evidence.metrics.sorted { $0.key < $1.key }.map { name, value in
                let words = name.split(separator: "_").joined(separator: " ")
                return
                    "<li>\(HTMLText.escaped(words)) <b>\(DecimalText.significant(value))</b></li>"
            }
            output += "<ul class=metrics>\(parts.joined())</ul>\n"
        }
        return output
    }

    private static func shown(_ text: String) -> String {
        var visible = ""
        for scalar in text.unicodeScalars {
            visible += scalar == "\n" ? "⏎" : TerminalText.visible(String(Character(scalar)))
        }
        return HTMLText.escaped(visible)
    }

    /// The colours are those of the page of traces.
    static let style = """
        :root { color-scheme: light dark; --paper: light-dark(#fbfaf7, #131417); \
        --panel: light-dark(#ffffff, #191b1f); --rule: light-dark(#e8e4dc, #2a2d34); \
        --ink: light-dark(#1d1b18, #e8e6e0); --soft: light-dark(#5e5a53, #a9a69e); \
        --accent: light-dark(#1f5f8b, #8cc2ea); --shade: light-dark(#f3f0ea, #1e2025); \
        --mark: light-dark(#ffca82, #5f3624); --error: light-dark(#a3182c, #ff9c9c); \
        --warning: light-dark(#8a4b00, #f4b04f); --note: light-dark(#1f5f8b, #8cc2ea) }
        body { background: var(--paper); color: var(--ink); margin: 0 auto; max-width: 66rem; \
        padding: 2rem 1.2rem 4rem; font: 15px/1.5 ui-sans-serif, system-ui, sans-serif }
        h1 { font-size: 1.6rem; margin: 0 0 .4rem; overflow-wrap: anywhere } \
        h2 { font-size: 1.15rem; margin: 2.2rem 0 .6rem }
        header p, dd p { color: var(--soft); margin: .3rem 0; max-width: 48rem }
        ul { list-style: none; margin: 0; padding: 0 }
        .counts { display: flex; flex-wrap: wrap; gap: .4rem 1.6rem; margin: 1rem 0 1.6rem } \
        .counts b { font-size: 1.25rem } .counts span { color: var(--soft) }
        .counts .error b { color: var(--error) } .counts .warning b { color: var(--warning) } \
        .counts .note b { color: var(--note) }
        article { background: var(--panel); border: 1px solid var(--rule); border-left: 4px solid \
        var(--rule); border-radius: 6px; margin: 0 0 1rem; padding: .7rem 1rem }
        article.error { border-left-color: var(--error) } \
        article.warning { border-left-color: var(--warning) } \
        article.note { border-left-color: var(--note) }
        article p { margin: .4rem 0 } h3 { display: flex; flex-wrap: wrap; gap: .2rem .8rem; \
        align-items: baseline; font-size: 1rem; margin: 0 }
        .badge { font-size: .72rem; font-weight: 600; text-transform: uppercase; \
        letter-spacing: .04em } .badge.error { color: var(--error) } \
        .badge.warning { color: var(--warning) } .badge.note { color: var(--note) } \
        .badge.known, .badge.none { color: var(--soft) }
        .place { font-family: ui-monospace, monospace; font-size: .9rem; overflow-wrap: anywhere } \
        .rule { color: var(--accent); font-size: .85rem; font-weight: 400 } \
        .sure { color: var(--soft); font-size: .85rem; font-weight: 400; margin-left: auto }
        pre { background: var(--shade); border-radius: 4px; margin: .6rem 0; padding: .5rem 0; \
        overflow-x: auto; font: 13px/1.5 ui-monospace, monospace; tab-size: 4 }
        .line { display: block; box-sizing: border-box; padding: 0 .8rem 0 0; \
        color: var(--soft); width: max-content; \
        min-width: 100% } .line.own { color: var(--ink) }
        .line i { display: inline-block; width: 4.2em; padding-right: 1em; text-align: right; \
        font-style: normal; color: var(--soft); user-select: none }
        mark { background: var(--mark); color: inherit; border-radius: 2px }
        code { font: 13px ui-monospace, monospace; overflow-wrap: anywhere }
        .choices { border-collapse: collapse; margin: .5rem 0; font-size: .9rem } \
        .choices caption { text-align: left; color: var(--soft); font-size: .85rem } \
        .choices td { padding: .1rem 1rem .1rem 0; font-variant-numeric: tabular-nums }
        .metrics { display: flex; flex-wrap: wrap; gap: .1rem 1.2rem; color: var(--soft); \
        font-size: .85rem; font-variant-numeric: tabular-nums } .metrics b { color: var(--ink); \
        font-weight: 500 }
        figure { margin: 1.4rem 0; overflow-x: auto } figure img { max-width: 100% } \
        figure pre { padding-left: .8rem } \
        figcaption { color: var(--soft); font-size: .85rem }
        .rules { display: flex; flex-wrap: wrap; gap: .2rem 1.4rem; margin: -.8rem 0 1.6rem; \
        color: var(--soft); font-variant-numeric: tabular-nums }
        .more li { margin: .15rem 0 } details { border-top: 1px solid var(--rule) } \
        summary { cursor: pointer; padding: .35rem 0; font: .9rem ui-monospace, monospace; \
        overflow-wrap: anywhere } summary span { color: var(--soft) } \
        details ul { padding: 0 0 .6rem 1rem } dt { font-weight: 600; margin-top: .8rem } dd { margin: 0 }
        """
}
