public import ScopeAttribution
public import ScopeDecoding
public import ScopeReports
internal import ScopeTokenizers
internal import ScopeTrace
internal import ScopeTransformer

/// Says which earlier tokens the model's choice at a finding rests on.
///
/// **Definition.** The finding's token is the one that its property `token` names, or else the first that
/// reaches into its bytes. What is explained is the token that the model holds most probable there, which a
/// suspicious line does not have: why the model expected it. A score is the token's share of the method's scores,
/// their magnitudes where they are signed.
///
/// **Cost.** A forward pass over as many tokens before the place as ``contextLimit``, and, with the default method,
/// one way back, for each finding.
///
/// **Error rates.** Those of the method: a gradient says what a small change would do. The article on faithfulness
/// in ScopeAttribution has what is known.
public struct FindingExplainer: Sendable {
    /// The model.
    public var context: ModelContext
    /// How predictions are traced back.
    public var method: any AttributionMethod
    /// The most tokens that are named, the strongest first.
    public var influenceLimit: Int
    /// The most tokens before the place that are read; fewer where the model's context is shorter.
    public var contextLimit: Int

    /// Makes an explainer.
    ///
    /// - Parameters:
    ///   - context: The model, which must give gradients for the default method.
    ///   - method: How predictions are traced back; by default the Semantic scope of Jacobian Scopes.
    ///   - influenceLimit: The most tokens that are named.
    ///   - contextLimit: The most tokens before the place that are read.
    public init(
        _ context: ModelContext, method: any AttributionMethod = SemanticScope(),
        influenceLimit: Int = 5, contextLimit: Int = 512
    ) {
        self.context = context
        self.method = method
        self.influenceLimit = influenceLimit
        self.contextLimit = contextLimit
    }

    /// The finding with attributions as evidence.
    ///
    /// - Parameters:
    ///   - finding: A finding about a part of a file.
    ///   - text: The file's bytes.
    /// - Returns: The finding; unchanged where it names no place, where the text is not UTF-8, or where nothing stands
    ///   before the place.
    /// - Throws: ``AuditFailure/attribution(_:)``.
    /// - Complexity: O(text) and that of the method.
    public func explained(
        _ finding: Finding, in text: [UInt8]
    ) throws(AuditFailure) -> Finding {
        guard let range = finding.byteRange, let string = String(validating: text, as: UTF8.self)
        else { return finding }
        let encoding = context.tokenizer.encoding(of: string)
        guard let place = place(of: finding, at: range, in: encoding.sourceSpans), place > 0 else {
            return finding
        }
        let most = max(1, min(contextLimit, context.configuration.contextLength))
        let start = max(0, place - most)
        let attribution: Attribution
        do throws(AttributionFailure) {
            let read = try AttributedText(Array(encoding.ids[start..<place]), in: context)
            let target = TokenIndex(place - start)
            let choice = try read.prediction(of: target)
            attribution = try method.attribute(AttributionTarget(target, id: choice), in: read)
        } catch {
            throw .attribution(error)
        }
        let sum = attribution.scores.reduce(0) { $0 + abs($1) }
        guard sum > 0, sum.isFinite else { return finding }
        let strongest = attribution.scores.indices.sorted {
            (abs(attribution.scores[$1]), $0) < (abs(attribution.scores[$0]), $1)
        }.prefix(max(0, influenceLimit))
        var explained = finding
        explained.evidence.attributionMethod = attribution.method
        explained.evidence.attributionTarget = spelling(attribution.targetID)
        explained.evidence.attributions = strongest.map { offset in
            Finding.Evidence.Influence(
                token: TokenIndex(start + offset), text: spelling(encoding.ids[start + offset]),
                score: attribution.scores[offset] / sum,
                byteRange: encoding.sourceSpans[start + offset])
        }
        return explained
    }

    /// The most serious findings, explained; the others as they are.
    ///
    /// The order is that of `Finding.gravestFirst(_:by:)`.
    ///
    /// - Parameters:
    ///   - findings: The findings.
    ///   - count: How many are explained.
    ///   - rules: The rules, for the levels of findings that name none.
    ///   - progress: Called before each with those that are done.
    ///   - contents: The bytes of a file by its path; findings of others stay as they are.
    /// - Returns: The findings in their order.
    /// - Throws: ``AuditFailure/attribution(_:)``.
    /// - Complexity: `count` times that of ``explained(_:in:)``.
    public func explained(
        _ findings: [Finding], gravest count: Int, rules: [Finding.Rule] = [],
        progress: (Int) -> Void = { _ in }, contents: (String) -> [UInt8]?
    ) throws(AuditFailure) -> [Finding] {
        var result = findings
        for (done, index) in Finding.gravestFirst(findings, by: rules)
            .prefix(max(0, count)).enumerated()
        {
            if Task.isCancelled { break }
            progress(done)
            guard let bytes = findings[index].path.flatMap(contents) else { continue }
            result[index] = try explained(findings[index], in: bytes)
        }
        return result
    }

    private func place(of finding: Finding, at range: Range<Int>, in spans: [Range<Int>?]) -> Int? {
        if case .integer(let token) = finding.properties["token"], spans.indices.contains(token),
            spans[token]?.overlaps(range) == true
        {
            return token
        }
        return spans.firstIndex { $0.map { $0.upperBound > range.lowerBound } ?? false }
    }

    private func spelling(_ id: Int) -> String {
        String(decoding: context.tokenizer.bytes(of: id) ?? [], as: UTF8.self)
    }
}
