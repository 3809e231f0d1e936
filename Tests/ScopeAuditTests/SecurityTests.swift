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

    private func sites(_ text: String) throws -> [ChoiceSite] {
        try #require(ChoiceTable.named("python")).sites(in: Tested.source(text))
    }

    @Test func aNameMeansWhatItWasImportedAs() throws {
        let found = try sites(
            """
            import random as dice, yaml
            from hashlib import md5 as digest, sha256
            dice.choice(a)
            digest(b)
            yaml.load(c)
            """)
        #expect(found.map(\.form) == ["random.choice", "hashlib.md5", "yaml.load"])
        #expect(found.allSatisfy { $0.isInsecure })
        // The masses are of what would stand here.
        #expect(found[0].insecureTexts == ["dice.choice(", "dice.choices("])
        #expect(found[0].safeTexts == ["secrets.choice("])
        #expect(found[1].insecureTexts == ["digest(", "hashlib.sha1("])
        #expect(found[1].safeTexts == ["sha256(", "hashlib.sha512(", "hashlib.blake2b("])
        #expect(found[2].safeTexts == ["safe_load("])
    }

    @Test(arguments: [
        "from numpy import random\nrandom.choice(a)\n",
        "import os\ndef pick(random, a):\n    return random.choice(a)\n",
        "from .hashes import md5\nmd5(a)\n",
        "import pickle5 as pickle\npickle.loads(a)\n",
    ])
    func anotherThingOfTheSameNameIsNotFound(text: String) throws {
        #expect(try sites(text).isEmpty)
    }

    @Test(arguments: [
        ("random.choice(a)\n", "random.choice"), ("md5(a)\n", "md5"),
        ("import os\neval(a)\n", "eval"),
        ("from crypto import *\nrandom.choice(a)\n", "random.choice"),
        ("from Crypto.Cipher import DES\nDES.new(a)\n", "Crypto.Cipher.DES.new"),
        ("def f():\n    import marshal\n    marshal.load(a)\n", "marshal.load"),
    ])
    func whatIsImportedNowhereIsFoundByItsSpelling(text: String, form: String) throws {
        #expect(try sites(text).map(\.form) == [form])
    }

    @Test func formsThatAreSpelledAlikeAreOne() throws {
        let site = try #require(
            sites(
                """
                try:
                    import cPickle as pickle
                except ImportError:
                    import pickle
                pickle.loads(a)
                """
            ).first)
        #expect(site.form == "pickle.loads")
        #expect(site.choice.insecure == ["pickle.loads", "marshal.loads"])
        #expect(site.insecureTexts == ["pickle.loads(", "marshal.loads("])
    }
}
