public import ScopeTrace

/// What tests said of a data set as one HTML file that needs nothing else: the picture, and the tables.
public struct OutcomePage: Sendable {
    /// The heading.
    public var title: String
    /// The metric of categories that is drawn.
    public var metric: String

    /// Makes a page.
    ///
    /// - Parameters:
    ///   - title: The heading.
    ///   - metric: The metric of categories that is drawn.
    public init(title: String, metric: String = "surprisal") {
        self.title = title
        self.metric = metric
    }

    /// The page.
    ///
    /// - Parameter report: The report.
    /// - Returns: HTML.
    /// - Complexity: O(categories × metrics).
    public func html(of report: OutcomeReport) -> String {
        let view = OutcomeView(categoryMetrics: [metric])
        return """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(HTMLText.escaped(title))</title>
            <style>
            :root { color-scheme: light dark }
            body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem;
              padding: 0 1rem }
            svg { max-width: 100%; height: auto }
            pre { font: 13px/1.45 ui-monospace, monospace; overflow-x: auto }
            @media (prefers-color-scheme: dark) { body { background: #0d1117; color: #f0f6fc } }
            </style></head><body>
            <h1>\(HTMLText.escaped(title))</h1>
            \(SVGWriter().outcomes(report, metric: metric))
            <pre>\(HTMLText.escaped(view.text(of: report)))</pre>
            </body></html>

            """
    }
}
