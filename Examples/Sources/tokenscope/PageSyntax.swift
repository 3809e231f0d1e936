import ExplorerEngine
import TokenScope

/// Syntax for a page, where the grammars of its languages are installed.
enum PageSyntax {
    /// What was measured of a trace over the syntax of its code; nil without a grammar, since a page is
    /// complete without it.
    ///
    /// A map that is given stands first.
    static func of(
        _ trace: TokenTrace, _ folding: CodeFolding, map first: SyntaxMap? = nil
    ) -> HTMLReport.Syntax? {
        guard let (sources, map) = try? folding.sources(of: trace), !sources.isEmpty else {
            return nil
        }
        return HTMLReport.Syntax(of: trace, over: sources, map: map, first: first)
    }
}
