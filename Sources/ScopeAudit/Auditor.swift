public import ScopeCode
public import ScopeDecoding
internal import ScopeMetrics
public import ScopeReports
internal import ScopeTokenizers
public import ScopeTrace

/// Looks for everything in one file: measures it and asks the detectors.
///
/// ```swift
/// let auditor = Auditor(model)
/// let audit = try auditor.audit(path: "app.py", source: source)
/// for finding in audit.findings { print(finding.message) }
/// ```
public struct Auditor: Sendable {
    /// What measures.
    public let context: ModelContext
    /// What looks for lines that were changed by mistake; nil for none.
    public var suspicion: SuspicionDetector?
    /// What looks for insecure choices; nil for none.
    public var choices: SecurityDetector?
    /// What looks for strings that the model learned by heart; nil for none.
    public var secrets: SecretsDetector?

    /// Makes an auditor.
    ///
    /// - Parameters:
    ///   - context: What measures.
    ///   - suspicion: What looks for lines that were changed by mistake; nil for none.
    ///   - choices: What looks for insecure choices; nil for none.
    ///   - secrets: What looks for strings that the model learned by heart; nil for none.
    public init(
        _ context: ModelContext, suspicion: SuspicionDetector? = SuspicionDetector(),
        choices: SecurityDetector? = SecurityDetector(),
        secrets: SecretsDetector? = SecretsDetector()
    ) {
        self.context = context
        self.suspicion = suspicion
        self.choices = choices
        self.secrets = secrets
    }

    /// The rules that findings may have.
    public var rules: [Finding.Rule] {
        (suspicion == nil ? [] : [.suspiciousCode])
            + (secrets == nil ? [] : [.memorisedSecret]) + (choices?.rules ?? [])
    }

    /// What was found in a file.
    public struct FileAudit: Sendable {
        /// The findings in the order of the text, with fingerprints.
        public var findings: [Finding]
        /// The trace of the text; nil where no detector needed one.
        public var trace: TokenTrace?
        /// Whether the whole text was looked at: false where the task was cancelled.
        public var isComplete: Bool
    }

    /// Looks at a file.
    ///
    /// A text longer than the model's context is measured in windows as long as the context that move on
    /// by half of it.
    ///
    /// - Parameters:
    ///   - path: The file's path, for the findings.
    ///   - source: The file with its tree; its bytes are UTF-8.
    ///   - progress: Called while the text is read, with the tokens read and all.
    /// - Returns: What was found.
    /// - Throws: ``AuditFailure``.
    /// - Complexity: That of a pass over the text in windows, and for each call that a table of choices
    ///   names that of ``ByteMass``.
    public func audit(
        path: String, source: SyntaxSource,
        progress: (@Sendable (_ done: Int, _ total: Int) -> Void)? = nil
    ) throws(AuditFailure) -> FileAudit {
        var findings: [Finding] = []
        var trace: TokenTrace?
        if suspicion != nil || secrets != nil, !source.text.isEmpty {
            let text = String(decoding: source.text, as: UTF8.self)
            let measured: TokenTrace
            do throws(DecodingFailure) {
                var session = try context.scoringSession(of: text)
                // What suspicion reads holds what secrets read.
                if suspicion != nil {
                    session.attachSuspicionMetrics()
                } else {
                    session.attachSecretMetrics()
                }
                session.prefillProgress = progress
                while try session.next() != nil {}
                measured = session.trace
            } catch {
                throw .decoding(error)
            }
            let tokenizer = context.tokenizer
            if measured.stopReason != .cancelled {
                findings += secrets?.findings(of: measured, over: source, path: path) ?? []
                findings +=
                    suspicion?.findings(of: measured, over: source, path: path) { id in
                        tokenizer.bytes(of: id).map { String(decoding: $0, as: UTF8.self) }
                    } ?? []
            }
            trace = measured
        }
        if let choices, !Task.isCancelled {
            findings += try choices.findings(in: source, path: path, by: context)
        }
        findings.sort {
            ($0.byteRange?.lowerBound ?? 0, $0.ruleID) < ($1.byteRange?.lowerBound ?? 0, $1.ruleID)
        }
        return FileAudit(
            findings: Finding.fingerprinted(findings) { _ in source.text }, trace: trace,
            isComplete: !Task.isCancelled && trace?.stopReason != .cancelled)
    }
}
