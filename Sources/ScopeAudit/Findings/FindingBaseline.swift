internal import ScopeFiles
public import ScopeReports

/// The findings that are known, so that only new ones fail a build.
///
/// A JSON object: `version` 1, `tool`, and `findings`, each with `rule`, `path` and `fingerprint`, in the order
/// of path, rule and fingerprint. It is meant to lie in version control: a finding that is gone
/// leaves its line when the file is written again.
public struct FindingBaseline: Hashable, Sendable {
    /// What tells a known finding.
    public struct Entry: Hashable, Sendable, Comparable {
        /// Its rule's id.
        public var rule: String
        /// Its file's path; empty for a finding about no file.
        public var path: String
        /// Its fingerprint; see `Finding.fingerprinted(_:contents:)`.
        public var fingerprint: String

        /// Makes an entry.
        public init(rule: String, path: String, fingerprint: String) {
            self.rule = rule
            self.path = path
            self.fingerprint = fingerprint
        }

        /// Whether an entry stands before another.
        public static func < (left: Entry, right: Entry) -> Bool {
            (left.path, left.rule, left.fingerprint) < (right.path, right.rule, right.fingerprint)
        }
    }

    /// The known findings.
    public var entries: Set<Entry>

    /// The most bytes of a file that is read as a baseline.
    public static let byteLimit = 64 << 20

    /// Makes a baseline of findings.
    ///
    /// - Parameter findings: The findings, with fingerprints; those without have no entry.
    public init(_ findings: [Finding] = []) {
        entries = Set(findings.compactMap(Self.entry))
    }

    /// Reads a baseline.
    ///
    /// - Parameters:
    ///   - bytes: The file's bytes.
    ///   - file: What messages call it.
    /// - Throws: ``AuditFailure/file(_:)`` for what is no baseline, naming field and place.
    /// - Complexity: O(bytes).
    public init(bytes: [UInt8], file: String) throws(AuditFailure) {
        do throws(FileError) {
            guard bytes.count <= Self.byteLimit else {
                throw .tooLarge(file: file, reason: "is longer than \(Self.byteLimit) bytes")
            }
            let root = try JSONDocument(bytes: bytes, file: file).root
            guard try root.required("version").int() == 1 else {
                throw try root.required("version").error("is no version that is known")
            }
            var entries: Set<Entry> = []
            for element in try root.required("findings").elements() {
                entries.insert(
                    Entry(
                        rule: try element.required("rule").string(),
                        path: try element.required("path").string(),
                        fingerprint: try element.required("fingerprint").string()))
            }
            self.entries = entries
        } catch {
            throw .file(error)
        }
    }

    /// The baseline as a file's bytes, the same for the same findings.
    public var bytes: [UInt8] {
        // A line for each, so that differences between two versions can be read.
        let lines = entries.sorted().map { entry in
            var writer = JSONWriter()
            writer.object { writer in
                writer.member("rule", entry.rule)
                writer.member("path", entry.path)
                writer.member("fingerprint", entry.fingerprint)
            }
            return String(decoding: writer.finish(), as: UTF8.self)
        }
        let head = "{\"version\":1,\"tool\":\"tokenscope\",\"findings\":["
        guard !lines.isEmpty else { return Array((head + "]}\n").utf8) }
        return Array((head + "\n" + lines.joined(separator: ",\n") + "\n]}\n").utf8)
    }

    /// The findings, each with whether it is known.
    ///
    /// - Parameter findings: The findings, with fingerprints.
    /// - Returns: The same findings.
    public func marking(_ findings: [Finding]) -> [Finding] {
        findings.map { finding in
            var finding = finding
            finding.isKnown = Self.entry(finding).map(entries.contains) ?? false
            return finding
        }
    }

    private static func entry(_ finding: Finding) -> Entry? {
        finding.fingerprints[Finding.lineFingerprint].map {
            Entry(rule: finding.ruleID, path: finding.path ?? "", fingerprint: $0)
        }
    }
}
