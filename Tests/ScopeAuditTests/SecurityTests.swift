import ScopeAudit
import ScopeCode
import ScopeReports
import Testing

@Suite struct SecurityTests {
    private let text = """
        import hashlib, pickle, subprocess, yaml

        def load(path, cursor, name):
            with open(path) as file:
                settings = yaml.load(file)
                harmless = yaml.load(file, Loader=yaml.SafeLoader)
                better = yaml.safe_load(file)
            digest = hashlib.md5(path.encode()).hexdigest()
            subprocess.run("ls " + path, shell=True)
            subprocess.run(["ls", path], shell=False)
            cursor.execute(f"select * from t where name = '{name}'")
            cursor.execute("select * from t where name = %s" % name)
            cursor.execute("select * from t where name = ?", (name,))
            return settings


        """

    @Test(arguments: ["c", "cpp", "go", "javascript", "python", "swift", "tsx", "typescript"])
    func everyTableCanBeRead(language: String) throws {
        // A table that cannot be read is not there.
        let table = try #require(ChoiceTable.named(language))
        #expect(ChoiceTable.languages.contains(language))
        #expect(!table.rules.isEmpty && !table.choices.isEmpty)
        #expect(Set(table.rules.map(\.id)).count == table.rules.count)
        #expect(
            table.choices.allSatisfy { choice in table.rules.contains { $0.id == choice.rule } })
    }

    @Test(arguments: [
        "rule x", "rule x loud What", "call y a > b", "rule x note What.\ncall x a b",
        "rule x note What.\ncall x > b", "nonsense x",
    ])
    func aLineThatMeansNothingIsRefused(text: String) {
        #expect(throws: AuditFailure.self) { _ = try ChoiceTable(language: "python", text: text) }
    }

    @Test func insecureFormsAreFoundAndSafeOnesAreNot() throws {
        let source = try Tested.source(text)
        let findings = try SecurityDetector(contextLimit: 64, tolerance: 1e-3).findings(
            in: source, path: "a.py", by: Tested.model())
        let lines = findings.map { finding in
            "\(finding.ruleID) \(finding.lines(in: source.text)?.lowerBound ?? 0)"
        }
        #expect(
            lines == [
                "unsafe-yaml 5", "weak-hash 8", "shell-command 9", "built-query 11",
                "built-query 12",
            ])
        for finding in findings {
            let metrics = finding.evidence.metrics
            let sum = finding.evidence.alternatives.reduce(0) { $0 + $1.probability }
            #expect(
                abs(sum - (metrics["insecure_mass"] ?? -1) - (metrics["safe_mass"] ?? 0)) < 1e-9)
            #expect((0...1).contains(metrics["insecure_share"] ?? 0.5))
            #expect(finding.evidence.branch == nil)
        }
    }

    @Test func everyFormIsMeasuredOnRequest() throws {
        let source = try Tested.source("import yaml\nx = yaml.safe_load(f)\n")
        let choices = try SecurityDetector(tolerance: 1e-4).choices(in: source, by: Tested.model())
        #expect(choices.map(\.site.isInsecure) == [false])
        #expect(choices[0].site.safeTexts == ["safe_load("])
        #expect(choices[0].insecureShare.map { (0...1).contains($0) } == true)
    }

    @Test func aBranchBeginsWithTheSafeForm() throws {
        let source = try Tested.source("import yaml\n\nx = yaml.load(file)\n")
        let detector = SecurityDetector(tolerance: 1e-2, branchTokens: 8)
        let finding = try #require(
            detector.findings(in: source, path: "a.py", by: Tested.model()).first)
        let branch = try #require(finding.evidence.branch)
        #expect(branch.replacement == "safe_load(")
        #expect(!branch.continuation.isEmpty)
        #expect(!branch.continuation.contains("safe_load("))
    }

    @Test func aNameInAnotherLanguageIsAnotherMatter() throws {
        let source = try Tested.source("void f(char *a, char *b) { strcpy(a, b); }", language: "c")
        let sites = ChoiceTable.named("c")?.sites(in: source) ?? []
        #expect(sites.map(\.form) == ["strcpy"])
        let swift = try Tested.source("let d = Insecure.MD5.hash(data: x)\n", language: "swift")
        #expect(ChoiceTable.named("swift")?.sites(in: swift).map(\.isInsecure) == [true])
    }
}
