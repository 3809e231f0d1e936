import TokenScope

/// The ranking as a page that any browser opens.
enum AuditPage {
    static func html(_ entries: [AuditEntry], folder: String, model: String) -> String {
        let spots = entries.flatMap { entry in entry.spots.map { (entry.path, $0) } }
            .sorted { left, right in
                (right.1.score, left.0, left.1.unit.line ?? 0)
                    < (left.1.score, right.0, right.1.unit.line ?? 0)
            }
        let files = entries.sorted { ($1.surprisal, $0.path) < ($0.surprisal, $1.path) }
        let spotRows = spots.prefix(200).map { path, spot in
            row([
                number(spot.score), escaped("\(path):\(spot.unit.line ?? 1)"),
                spot.kind.rawValue, "<code>\(escaped(spot.text))</code>",
                spot.reasons.map { escaped($0.description) }.joined(separator: "<br>"),
            ])
        }
        let fileRows = files.map { entry in
            row([
                number(entry.surprisal), escaped(entry.path), entry.language, "\(entry.tokens)",
                number(100 * entry.errorShare) + " %",
            ])
        }
        return """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8">
            <title>Audit of \(escaped(folder))</title>
            <style>
            :root { color-scheme: light dark }
            body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem }
            table { border-collapse: collapse; width: 100% }
            th, td { text-align: left; vertical-align: top; padding: .3rem .6rem; border-bottom: 1px solid #8884 }
            td:first-child { font-variant-numeric: tabular-nums; text-align: right }
            code { font: 13px ui-monospace, monospace }
            </style></head><body>
            <h1>Audit of \(escaped(folder))</h1>
            <p>\(entries.count) files, measured by \(escaped(model)). The score is the mean surprisal in
            nats a token, drawn toward that of the file where a construct is short.</p>
            <h2>Hot spots</h2>
            <table><tr><th>score</th><th>place</th><th>kind</th><th>text</th><th>why</th></tr>
            \(spotRows.joined(separator: "\n"))
            </table>
            <h2>Files</h2>
            <table><tr><th>surprisal</th><th>file</th><th>language</th><th>tokens</th><th>errors</th></tr>
            \(fileRows.joined(separator: "\n"))
            </table>
            </body></html>

            """
    }

    private static func row(_ cells: [String]) -> String {
        "<tr>" + cells.map { "<td>\($0)</td>" }.joined() + "</tr>"
    }

    private static func number(_ value: Double) -> String {
        "\((value * 100).rounded() / 100)"
    }

    /// Text of files may hold anything.
    private static func escaped(_ text: String) -> String {
        var result = ""
        for character in TerminalText.visible(text) {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            default: result.append(character)
            }
        }
        return result
    }
}
