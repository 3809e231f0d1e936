import ScopeFiles
public import ScopeTrace

extension JSONLinesReader {
    /// The file as a trace, so that whatever draws traces can draw it.
    ///
    /// Lines do not tell the units of metrics: those of this package's metrics are known by their
    /// names, others have none. Where the file has no header, the model has no name.
    ///
    /// - Parameter file: The file's name, for faults.
    /// - Returns: The trace.
    /// - Throws: ``ReportError`` where a metric holds values of kinds that no column holds together.
    /// - Complexity: O(tokens × metrics).
    public func trace(file: String) throws(ReportError) -> TokenTrace {
        var trace = TokenTrace(header: header ?? .unknown)
        for token in tokens {
            let bytes = token.bytes ?? token.text.map { Array($0.utf8) } ?? []
            trace.append(
                id: token.id, bytes: bytes, sourceSpan: token.sourceSpan,
                origin: token.origin ?? .prompt, role: token.role ?? .text)
        }
        var kinds: [String: MetricKind] = [:]
        var names: [String] = []
        for (place, token) in tokens.enumerated() {
            for metric in token.metrics {
                let kind = metric.value.kind
                guard let known = kinds[metric.name] else {
                    kinds[metric.name] = kind
                    names.append(metric.name)
                    continue
                }
                guard let both = known.holding(kind) else {
                    throw .malformed(
                        file: file, line: 1, field: "tokens[\(place)].metrics.\(metric.name)",
                        reason: "holds \(kind.name), where tokens before it hold \(known.name)")
                }
                kinds[metric.name] = both
            }
        }
        for name in names {
            for (place, token) in tokens.enumerated() {
                guard let cell = token[metric: name] else { continue }
                trace.record(at: TokenIndex(place)) {
                    $0.write(cell, name: name, kind: kinds[name] ?? cell.kind)
                }
            }
        }
        trace.stopReason = stopReason
        trace.stopMatch = stopMatch
        for entry in summary.entries {
            let unit = MetricUnit.known(of: entry.name)
            trace.summary[MetricKey<Double>(entry.name, unit: unit)] = entry.value
        }
        trace.documentMap = documentMap
        return trace
    }
}

extension MetricCell {
    fileprivate var kind: MetricKind {
        switch self {
        case .double: .double
        case .int: .int
        case .bool: .bool
        case .string: .string
        case .ids: .ids
        case .row: .row
        case .opaque: .opaque("value")
        }
    }
}

extension MetricKind {
    /// The kind that holds values of both kinds, nil where there is none.
    fileprivate func holding(_ other: MetricKind) -> MetricKind? {
        switch (self, other) {
        case _ where self == other: self
        case (.double, .int), (.int, .double): .double
        case (.row, .ids), (.ids, .row): .row
        default: nil
        }
    }
}

extension TokenMetrics {
    fileprivate mutating func write(_ cell: MetricCell, name: String, kind: MetricKind) {
        let unit = MetricUnit.known(of: name)
        switch (cell, kind) {
        case (.double(let value), _): self[MetricKey<Double>(name, unit: unit)] = value
        case (.int(let value), .double):
            self[MetricKey<Double>(name, unit: unit)] = Double(value)
        case (.int(let value), _): self[MetricKey<Int>(name, unit: unit)] = value
        case (.bool(let value), _): self[MetricKey<Bool>(name, unit: unit)] = value
        case (.string(let value), _): self[MetricKey<String>(name, unit: unit)] = value
        case (.ids(let ids), .row):
            self[MetricKey<MetricRow>(name, unit: unit)] = MetricRow(ids.values.map(Double.init))
        case (.ids(let ids), _): self[MetricKey<TokenIDs>(name, unit: unit)] = ids
        case (.row(let row), _): self[MetricKey<MetricRow>(name, unit: unit)] = row
        case (.opaque, _): break
        }
    }
}

extension MetricUnit {
    /// The unit of a metric of this package, by its name.
    static func known(of name: String) -> MetricUnit {
        switch name {
        case "surprisal", "entropy", "kl", "kl_to_previous", "surprisal_a", "surprisal_b",
            "sampling_log_ratio", "attention_entropy", "logit_lens_divergence",
            "logit_lens_entropy", "tuned_lens_divergence", "tuned_lens_entropy":
            return .nats
        case "varentropy": return .squareNats
        case "confidence", "margin", "other_probability", "alternative_probabilities",
            "sampling_probability", "sink_mass", "logit_lens_probability",
            "tuned_lens_probability":
            return .probability
        case "rank", "logit_lens_rank", "tuned_lens_rank": return .rank
        case "running_perplexity", "perplexity", "generated_perplexity", "lookback_ratio",
            "received_attention":
            return .ratio
        case "token_seconds": return .seconds
        case "logit_lens_lead", "tuned_lens_lead", "context_length", "sampling_nucleus_size":
            return .count
        default: break
        }
        if name.hasSuffix("_tokens") { return .position }
        for stem in ["attention_l", "rollout", "logit_lens_prob", "tuned_lens_prob"]
        where name.hasPrefix(stem) {
            return .probability
        }
        return name.hasPrefix("nucleus_size") ? .count : .none
    }
}

extension TraceHeader {
    /// What stands for a header that a file lacks.
    fileprivate static let unknown = TraceHeader(
        model: ModelIdentity(name: "", family: "", fingerprint: "", parameterCount: 0),
        kernels: "", settings: GenerationSettings(), eosTokenIDs: [], contextLength: 0,
        libraryVersion: "")
}
