import ScopeFiles

/// Writes findings as SARIF 2.1.0 (OASIS, Static Analysis Results Interchange Format, 2020), which editors
/// and code-review tools show beside the code.
///
/// ```swift
/// let writer = SARIFWriter(rules: [.uncertainLine], tool: SARIFWriter.Tool(version: "1.0.0"))
/// let log = writer.text(of: findings) { path in bytes[path] }
/// ```
///
/// One run with one tool. Columns are counted in UTF-16 units (`columnKind` says so), lines and columns from
/// 1, and the end column is one beyond the last. Paths are written as relative URI references,
/// percent-encoded, under the base `SRCROOT`. Results stand in the order of the findings, and the same
/// findings give the same bytes.
public struct SARIFWriter: Sendable {
    /// What made the findings.
    public struct Tool: Hashable, Sendable {
        /// Its name.
        public var name: String
        /// Its version, as in semantic versioning.
        public var version: String
        /// Where it is described.
        public var informationURI: String?

        /// Makes a tool's description.
        public init(name: String = "tokenscope", version: String, informationURI: String? = nil) {
            self.name = name
            self.version = version
            self.informationURI = informationURI
        }
    }

    /// The rules, in the order in which they are written.
    public let rules: [Finding.Rule]
    /// What made the findings.
    public let tool: Tool
    /// The folder that paths are relative to, as an absolute path; nil to leave it to the reader.
    public let root: String?

    /// Makes a writer.
    ///
    /// - Parameters:
    ///   - rules: The rules, each id once.
    ///   - tool: What made the findings.
    ///   - root: The folder that paths are relative to, nil to leave it to the reader.
    public init(rules: [Finding.Rule], tool: Tool, root: String? = nil) {
        precondition(Set(rules.map(\.id)).count == rules.count, "a rule's id occurs once")
        self.rules = rules
        self.tool = tool
        self.root = root
    }

    /// The log of findings.
    ///
    /// - Parameters:
    ///   - findings: The findings; a rule that is not among ``rules`` is added with its id alone.
    ///   - contents: The bytes of a file by its path, which lines and columns are counted in; nil where they
    ///     are not at hand, and then only bytes are named.
    /// - Returns: JSON in UTF-8, ended by a line break.
    /// - Complexity: O(findings × bytes of their files).
    public func text(
        of findings: [Finding], contents: (String) -> [UInt8]? = { _ in nil }
    ) -> String {
        var rules = self.rules
        var places: [String: Int] = [:]
        for (place, rule) in rules.enumerated() { places[rule.id] = place }
        for finding in findings where places[finding.ruleID] == nil {
            places[finding.ruleID] = rules.count
            rules.append(Finding.Rule(id: finding.ruleID, summary: finding.ruleID))
        }
        var files: [String] = []
        var filePlaces: [String: Int] = [:]
        for path in findings.compactMap(\.path) where filePlaces[path] == nil {
            filePlaces[path] = files.count
            files.append(path)
        }
        let concealment = Concealment(of: findings)
        let read = files.map { concealment.applied(to: contents($0), of: $0) }
        var writer = JSONWriter()
        writer.object { writer in
            writer.member(
                "$schema",
                "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/"
                    + "sarif-schema-2.1.0.json")
            writer.member("version", "2.1.0")
            writer.key("runs")
            writer.array { writer in
                writer.object { writer in
                    writer.write(tool, rules)
                    writer.member("columnKind", "utf16CodeUnits")
                    writer.key("originalUriBaseIds")
                    writer.object { writer in writer.base(root) }
                    writer.key("artifacts")
                    writer.array { writer in
                        for (path, bytes) in zip(files, read) { writer.artifact(path, bytes) }
                    }
                    writer.key("results")
                    writer.array { writer in
                        for finding in findings {
                            let file = finding.path.flatMap { filePlaces[$0] }
                            writer.write(
                                concealment.applied(to: finding), rule: places[finding.ruleID] ?? 0,
                                file: file,
                                bytes: file.flatMap { read[$0] })
                        }
                    }
                }
            }
        }
        return String(decoding: writer.finish(), as: UTF8.self) + "\n"
    }

    /// A path as a relative reference (RFC 3986): each part percent-encoded, and none that could be taken
    /// for a scheme.
    static func reference(_ path: String) -> String {
        var output = ""
        for byte in path.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "/"):
                output.unicodeScalars.append(UnicodeScalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                output += "%" + (digits.count < 2 ? "0" : "") + digits
            }
        }
        // A reference that begins with a slash is not relative.
        while output.hasPrefix("/") { output.removeFirst() }
        return output
    }
}

extension JSONWriter {
    fileprivate mutating func write(_ tool: SARIFWriter.Tool, _ rules: [Finding.Rule]) {
        key("tool")
        object { writer in
            writer.key("driver")
            writer.object { writer in
                writer.member("name", tool.name)
                writer.member("semanticVersion", tool.version)
                if let address = tool.informationURI { writer.member("informationUri", address) }
                writer.key("rules")
                writer.array { writer in
                    for rule in rules { writer.write(rule) }
                }
            }
        }
    }

    private mutating func write(_ rule: Finding.Rule) {
        object { writer in
            writer.member("id", rule.id)
            if let name = rule.name { writer.member("name", name) }
            writer.member("shortDescription", message: rule.summary)
            if let help = rule.help { writer.member("help", message: help) }
            if let address = rule.helpURI { writer.member("helpUri", address) }
            writer.key("defaultConfiguration")
            writer.object { $0.member("level", rule.defaultLevel.rawValue) }
        }
    }

    private mutating func member(_ name: String, message: String) {
        key(name)
        object { $0.member("text", message) }
    }

    fileprivate mutating func base(_ root: String?) {
        key("SRCROOT")
        object { writer in
            if let root {
                var address = "file:///" + SARIFWriter.reference(root)
                if !address.hasSuffix("/") { address += "/" }
                writer.member("uri", address)
            }
            writer.member("description", message: "The folder that was looked at.")
        }
    }

    fileprivate mutating func artifact(_ path: String, _ bytes: [UInt8]?) {
        object { writer in
            writer.location(path, place: nil)
            if let bytes { writer.member("length", bytes.count) }
        }
    }

    private mutating func location(_ path: String, place: Int?) {
        key(place == nil ? "location" : "artifactLocation")
        object { writer in
            writer.member("uri", SARIFWriter.reference(path))
            writer.member("uriBaseId", "SRCROOT")
            if let place { writer.member("index", place) }
        }
    }

    fileprivate mutating func write(_ finding: Finding, rule: Int, file: Int?, bytes: [UInt8]?) {
        object { writer in
            writer.member("ruleId", finding.ruleID)
            writer.member("ruleIndex", rule)
            if let level = finding.level { writer.member("level", level.rawValue) }
            if let confidence = finding.confidence { writer.member("rank", 100 * confidence) }
            if let isKnown = finding.isKnown {
                writer.member("baselineState", isKnown ? "unchanged" : "new")
            }
            // Braces stand for arguments in SARIF's messages.
            writer.member("message", message: finding.message.spelledForMessage)
            if let path = finding.path {
                writer.key("locations")
                writer.array { writer in
                    writer.object { writer in
                        writer.key("physicalLocation")
                        writer.object { writer in
                            writer.location(path, place: file)
                            if let range = finding.byteRange { writer.region(range, bytes) }
                        }
                    }
                }
            }
            writer.influences(on: finding, file: file, bytes: bytes)
            if !finding.fingerprints.isEmpty {
                writer.key("partialFingerprints")
                writer.object { writer in
                    for (name, value) in finding.fingerprints.sorted(by: { $0.key < $1.key }) {
                        writer.member(name, value)
                    }
                }
            }
            if !finding.properties.isEmpty || finding.hasEvidence {
                writer.key("properties")
                writer.object { writer in
                    writer.evidence(of: finding)
                    for (name, value) in finding.properties.sorted(by: { $0.key < $1.key }) {
                        writer.key(name)
                        switch value {
                        case .number(let number): writer.write(number)
                        case .integer(let number): writer.write(number)
                        case .text(let text): writer.write(text)
                        case .flag(let flag): writer.write(flag)
                        }
                    }
                }
            }
        }
    }

    /// The places that a prediction came from, as related locations.
    private mutating func influences(on finding: Finding, file: Int?, bytes: [UInt8]?) {
        let evidence = finding.evidence
        let places = evidence.attributions.filter { $0.byteRange != nil }
        guard let path = finding.path, !places.isEmpty else { return }
        let method = evidence.attributionMethod.map { " (\($0))" } ?? ""
        let target = evidence.attributionTarget.map { TerminalText.quoted($0, width: 40) }
        key("relatedLocations")
        array { writer in
            for (number, influence) in places.enumerated() {
                guard let range = influence.byteRange else { continue }
                writer.object { writer in
                    writer.member("id", number + 1)
                    writer.key("physicalLocation")
                    writer.object { writer in
                        writer.location(path, place: file)
                        writer.region(range, bytes)
                    }
                    let share = DecimalText.fixed(100 * influence.score, digits: 1)
                    let text =
                        "\(share) % of what the prediction\(target.map { " of \($0)" } ?? "")"
                    writer.member(
                        "message", message: (text + " came from\(method)").spelledForMessage)
                }
            }
        }
    }

    private mutating func region(_ range: Range<Int>, _ bytes: [UInt8]?) {
        key("region")
        object { writer in
            guard let bytes else {
                writer.member("byteOffset", range.lowerBound)
                writer.member("byteLength", range.count)
                return
            }
            let region = SARIFRegion(range, in: bytes)
            writer.member("startLine", region.startLine)
            writer.member("startColumn", region.startColumn)
            writer.member("endLine", region.endLine)
            writer.member("endColumn", region.endColumn)
            writer.member("byteOffset", region.byteOffset)
            writer.member("byteLength", region.byteLength)
            writer.member("snippet", message: region.snippet)
        }
    }
}

extension String {
    /// The text as a plain message of SARIF, in which braces are doubled and square brackets, which would
    /// begin a link, have a backslash.
    fileprivate var spelledForMessage: String {
        var output = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "{", "}":
                output.unicodeScalars.append(scalar)
                output.unicodeScalars.append(scalar)
            case "[", "]":
                output += "\\"
                output.unicodeScalars.append(scalar)
            default: output.unicodeScalars.append(scalar)
            }
        }
        return output
    }
}
