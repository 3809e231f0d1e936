internal import ScopeBranching
public import ScopeCode
public import ScopeDecoding
public import ScopeReports
internal import ScopeTokenizers
internal import ScopeTrace
internal import ScopeTransformer

extension SecurityDetector {
    /// The insecure forms of a document.
    ///
    /// - Parameters:
    ///   - source: The document with its tree.
    ///   - path: The document's path.
    ///   - context: The model.
    /// - Returns: The findings in the order of the text, without fingerprints.
    /// - Throws: ``AuditFailure``.
    public func findings(
        in source: SyntaxSource, path: String, by context: ModelContext
    ) throws(AuditFailure) -> [Finding] {
        let summaries = Dictionary(
            rules.map { ($0.id, $0.summary) }, uniquingKeysWith: { first, _ in first })
        var findings: [Finding] = []
        for choice in try measured(source, context, \.isInsecure) {
            let site = choice.site
            var alternatives = zip(
                site.choice.insecure + site.choice.safe, choice.insecure + choice.safe
            ).map { Finding.Evidence.Alternative(text: $0, probability: $1.value) }
            alternatives.sort { ($1.probability, $0.text) < ($0.probability, $1.text) }
            let masses = [choice.insecure, choice.safe].map { $0.reduce(0) { $0 + $1.value } }
            var metrics = ["insecure_mass": masses[0], "safe_mass": masses[1]]
            metrics["insecure_share"] = choice.insecureShare
            let safe = site.choice.safe.prefix(3).joined(separator: ", ")
            var advice = "Safe: \(safe)."
            if case .format = site.choice.place { advice = "Hand the values over as parameters." }
            if case .argument(let name) = site.choice.place { advice = "Safe: \(name)=\(safe)." }
            let branch = branchTokens > 0 ? try self.branch(at: site, in: source, by: context) : nil
            findings.append(
                Finding(
                    ruleID: site.choice.rule,
                    message: "\(summaries[site.choice.rule] ?? site.choice.rule) \(advice)",
                    path: path, byteRange: site.span,
                    evidence: Finding.Evidence(
                        metrics: metrics, alternatives: alternatives, branch: branch)))
        }
        return findings
    }

    /// What the model writes once the first safe form stands in the place of an insecure one: greedily, up to
    /// the line's end.
    ///
    /// - Parameters:
    ///   - site: A place of the document.
    ///   - source: The document.
    ///   - context: The model.
    /// - Returns: The branch; nil where no token stands before the place.
    /// - Throws: ``AuditFailure/branching(_:)``.
    public func branch(
        at site: ChoiceSite, in source: SyntaxSource, by context: ModelContext
    ) throws(AuditFailure) -> Finding.Evidence.Branch? {
        let encoding = context.tokenizer.encoding(of: String(decoding: source.text, as: UTF8.self))
        guard let safe = site.safeTexts.first,
            let prefix = Prefix(site.start, encoding, self, context, source.text)
        else { return nil }
        let healed = String(decoding: prefix.bytes, as: UTF8.self)
        let room = context.configuration.contextLength - 64 - max(1, branchTokens)
        let before = Array(prefix.ids.suffix(max(1, room)))
        let insecure = context.tokenizer.encode(
            text: healed + (site.insecureTexts.first ?? site.form))
        do throws(BranchingFailure) {
            var explorer = try BranchExplorer(context)
            let first = try explorer.write(ids: before + insecure, .greedy(maxTokens: 0))
            guard let leaf = first.leaves.first,
                let node = explorer.tree.node(at: TokenIndex(before.count), onPathTo: leaf)
            else { return nil }
            var parameters = GenerateParameters.greedy(maxTokens: max(1, branchTokens))
            parameters.stopStrings = ["\n"]
            // The border stays, so that what is put in begins where the insecure form began.
            let other = try explorer.replace(
                node, through: leaf, withText: healed + safe, parameters, borderLimit: 0)
            guard let end = other.leaves.first else { return nil }
            let trace = explorer.tree.trace(of: end)
            let written = trace.tokens.filter { $0.origin == .sampled && $0.role == .text }
            return Finding.Evidence.Branch(
                replacement: safe,
                continuation: String(decoding: written.flatMap(\.bytes), as: UTF8.self))
        } catch {
            throw .branching(error)
        }
    }
}
