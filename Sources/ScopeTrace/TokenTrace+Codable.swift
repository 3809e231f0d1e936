extension TokenTrace: Codable {
    private enum CodingKeys: String, CodingKey {
        case header
        case tokens
        case metrics
        case stopReason
        case stopMatch
        case summary
        case documentMap
    }

    /// Reads a trace.
    ///
    /// - Parameter decoder: The decoder to read from.
    /// - Throws: `DecodingError` when the tokens' indices or spans do not follow one another, the
    ///   metrics have more rows than there are tokens, the stop text lies outside the sequence, or a
    ///   part is malformed.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(header: try container.decode(TraceHeader.self, forKey: .header))
        for token in try container.decode([TokenRecord].self, forKey: .tokens) {
            if let fault = fault(ofNext: token) {
                throw DecodingError.dataCorruptedError(
                    forKey: .tokens, in: container, debugDescription: fault)
            }
            tokens.append(token)
        }
        metrics = try container.decode(MetricTable.self, forKey: .metrics)
        guard metrics.rowCount <= tokens.count else {
            throw DecodingError.dataCorruptedError(
                forKey: .metrics, in: container,
                debugDescription: "\(metrics.rowCount) rows for \(tokens.count) tokens")
        }
        metrics.extend(to: tokens.count)
        stopReason = try container.decodeIfPresent(StopReason.self, forKey: .stopReason)
        stopMatch = try container.decodeIfPresent(StopMatch.self, forKey: .stopMatch)
        let end = tokens.last?.sequenceSpan.upperBound ?? 0
        if let match = stopMatch, !(0...end).contains(match.start) {
            throw DecodingError.dataCorruptedError(
                forKey: .stopMatch, in: container,
                debugDescription: "begins at byte \(match.start) of \(end)")
        }
        summary = try container.decode(TraceSummary.self, forKey: .summary)
        documentMap = try container.decodeIfPresent(DocumentMap.self, forKey: .documentMap)
    }

    /// Writes the trace.
    ///
    /// - Parameter encoder: The encoder to write to.
    /// - Throws: What the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(header, forKey: .header)
        try container.encode(tokens, forKey: .tokens)
        try container.encode(metrics, forKey: .metrics)
        try container.encodeIfPresent(stopReason, forKey: .stopReason)
        try container.encodeIfPresent(stopMatch, forKey: .stopMatch)
        try container.encode(summary, forKey: .summary)
        try container.encodeIfPresent(documentMap, forKey: .documentMap)
    }
}
