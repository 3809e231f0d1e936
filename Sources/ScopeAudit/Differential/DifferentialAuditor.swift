public import ScopeCode
public import ScopeDecoding
internal import ScopeMetrics
public import ScopeReports
internal import ScopeTokenizers
internal import ScopeTrace
internal import ScopeTransformer

/// Looks for what sets two models apart over a corpus: by category of syntax, by part of the model, and place
/// by place.
///
/// **Definition.** Both models read every file. For each token their distributions are compared: KL(A‖B), the
/// Jensen–Shannon divergence, whether their first choices differ, and how much more the token surprises B. A
/// token belongs to the category that most of its bytes lie in. Parts are compared given the same input
/// (`PartDifference`), so that a changed layer does not make those behind it look changed.
///
/// **Cost.** A pass of each model over the text, and one more of B where parts are compared.
///
/// **Error rates.** The article *How far to trust a finding* says how often a changed layer is named.
///
/// ```swift
/// var auditor = try DifferentialAuditor(first, second)
/// for (path, source) in sources { findings += try auditor.add(path: path, source: source) ?? [] }
/// print(auditor.differential().mostChangedPart?.description ?? "no difference")
/// ```
public struct DifferentialAuditor: Sendable {
    /// The model whose distribution KL is an expectation over.
    public let a: ModelContext
    /// The model that is compared with it.
    public let b: ModelContext
    /// The Jensen–Shannon divergence from which on a token is a finding, in nats: from 0 to ln 2.
    public var limit: Double
    /// The most findings of a file, the greatest divergences first.
    public var findingLimit: Int
    /// How often files are drawn again for the intervals; at least two.
    public var replicates: Int
    /// What the draws depend on.
    public var seed: UInt64
    /// Why parts are not compared, such as other shapes; nil where they are, or nobody asked.
    public let partsFault: String?

    let comparesParts: Bool
    /// By file, what was added up of each category.
    var files: [[String: DifferentialSums]] = []
    /// By file, what each part made of the same input.
    var parts: [(parts: [PartDifference], tokens: Int)] = []

    /// Makes an auditor of two models.
    ///
    /// Models of different shapes are compared without their parts, and ``partsFault`` says so.
    ///
    /// - Parameters:
    ///   - a: A model.
    ///   - b: Another one with the same vocabulary.
    ///   - limit: The Jensen–Shannon divergence from which on a token is a finding, in nats.
    ///   - findingLimit: The most findings of a file.
    ///   - comparesParts: Whether parts of the models are compared.
    ///   - replicates: How often files are drawn again for the intervals; at least two.
    ///   - seed: What the draws depend on.
    /// - Throws: ``AuditFailure/decoding(_:)`` with `DecodingFailure.differentVocabularies(reason:)`` for models
    ///   that do not share a vocabulary.
    /// - Complexity: O(vocabulary).
    public init(
        _ a: ModelContext, _ b: ModelContext, limit: Double = 0.25, findingLimit: Int = 5,
        comparesParts: Bool = true, replicates: Int = 1000, seed: UInt64 = 1
    ) throws(AuditFailure) {
        do throws(DecodingFailure) {
            // Any token will do: what is checked are the vocabularies.
            _ = try ComparisonSession(a, b, ids: [0])
        } catch {
            throw .decoding(error)
        }
        self.a = a
        self.b = b
        self.limit = limit
        self.findingLimit = findingLimit
        self.replicates = replicates
        self.seed = seed
        partsFault = comparesParts ? ComparisonSession.partsFault(a, b) : nil
        self.comparesParts = comparesParts && partsFault == nil
    }

    /// Compares the models on a file.
    ///
    /// A text longer than a model's context is read in windows as long as the shorter context that move on
    /// by half of it.
    ///
    /// - Parameters:
    ///   - path: The file's path, for the findings.
    ///   - source: The file with its tree; its bytes are UTF-8.
    ///   - progress: Called while the text is read, with the tokens read and all.
    /// - Returns: Where the models are furthest apart, with fingerprints; nil for a task that was cancelled, and
    ///   then nothing of the file counts.
    /// - Throws: ``AuditFailure``.
    /// - Complexity: That of passes over the text in windows.
    public mutating func add(
        path: String, source: SyntaxSource,
        progress: (@Sendable (_ done: Int, _ total: Int) -> Void)? = nil
    ) throws(AuditFailure) -> [Finding]? {
        guard !source.text.isEmpty else { return [] }
        let text = String(decoding: source.text, as: UTF8.self)
        let length = min(a.configuration.contextLength, b.configuration.contextLength)
        let isLong = a.tokenizer.encode(text: text).count > length
        let comparison: ModelComparison
        do throws(DecodingFailure) {
            comparison = try compareModels(
                a, b, text: text,
                parameters: ComparisonParameters(
                    window: isLong
                        ? ContextWindow(length: length, stride: max(1, length / 2)) : nil,
                    comparesLayers: false, comparesDistributions: true,
                    comparesParts: comparesParts),
                progress: { done, total in progress?(done, total) })
        } catch {
            throw .decoding(error)
        }
        guard comparison.trace.stopReason != .cancelled else { return nil }
        add(comparison, source)
        let findings = findings(of: comparison, path: path)
        return Finding.fingerprinted(findings) { _ in source.text }
    }

    private mutating func add(_ comparison: ModelComparison, _ source: SyntaxSource) {
        let trace = comparison.trace
        let classes = CodeAggregator().classes(of: trace, over: [source])
        let columns = DifferentialColumns(trace)
        var sums: [String: DifferentialSums] = [:]
        for token in trace.tokens {
            guard let values = columns[token.index] else { continue }
            // What lies outside the tree belongs to no category, but to the text.
            for name in [Self.whole, classes[token.index.rawValue]?.category].compactMap(\.self) {
                sums[name, default: DifferentialSums()].add(values)
            }
        }
        files.append(sums)
        parts.append((comparison.parts ?? [], comparison.comparedCount))
    }

    /// What all tokens together are called; no category has the name.
    static let whole = "all"
}
