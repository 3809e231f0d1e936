import TokenScope

/// The hot spots of a file as SARIF.
enum HotSpotLog {
    /// The log of a file that was measured.
    static func text(of trace: TokenTrace, path: String?) throws(ToolError) -> String {
        guard let path, path != "-" else {
            throw .usage("--format sarif names places of a file: score one")
        }
        let writer = SARIFWriter(
            rules: [.uncertainLine, .uncertainToken],
            tool: .init(version: TokenScopeVersion.current))
        // The file as the model saw it: tokens of the document, which begin at its first byte.
        var bytes: [UInt8] = []
        for token in trace.tokens {
            guard let span = token.sourceSpan, span.lowerBound == bytes.count else { continue }
            bytes += token.bytes
        }
        return writer.text(of: trace.hotSpots(path: path)) { _ in bytes }
    }
}
