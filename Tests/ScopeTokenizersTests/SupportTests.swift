import ScopeFiles
import Testing
import TestFixtures

@testable import ScopeTokenizers

@Suite struct SupportTests {
    /// What does not load says why, and nothing of the supported family is among it.
    @Test func reportsWhatIsSupported() throws {
        var passing: [String] = []
        var missing: [String] = []
        for fixture in TokenizerFixture.all {
            do {
                _ = try AutoTokenizer.from(fixture.folder.folder())
                passing.append("\(fixture)")
            } catch let error as TokenizerError {
                #expect(!fixture.isByteLevel, "\(fixture): \(error)")
                switch error {
                case .unsupportedTokenizer(_, let field, let construct):
                    missing.append("\(fixture) (\(field): \(construct))")
                case .missingVocab(_, let reason):
                    missing.append("\(fixture) (\(reason))")
                case .file:
                    Issue.record("\(fixture): \(error)")
                }
            }
        }
        print(
            "tokenizers: \(passing.count) kinds pass, \(missing.count) not supported yet: "
                + missing.joined(separator: ", "))
        #expect(missing.isEmpty)
        #expect(passing.count == Fixtures.folders("tokenizers").count)
    }

    /// The malformed tokenizers of every root end as their manifests say.
    @Test(arguments: Fixtures.roots)
    func refusesMalformedFiles(_ root: FixtureRoot) throws {
        let folder = root.category("malformed")
        var count = 0
        for entry in try folder.json("manifest.json").required("cases").elements()
        where try entry.required("kind").string() == "tokenizer" {
            let name = try entry.required("id").string()
            let file = try folder.contents(entry.required("load").string())
            let expectation = try entry.required("expect").string()
            var thrown: TokenizerError?
            do {
                _ = try AutoTokenizer.from(tokenizerFile: file)
            } catch {
                thrown = error
            }
            count += 1
            guard expectation == "throws" else {
                #expect(expectation == "loads" && thrown == nil, "\(name): \(thrown as Any)")
                continue
            }
            let error = try #require(thrown, "\(name)")
            #expect(error.file == file.name)
            let field = try entry.required("field").string()
            if field == "(JSON)" {
                #expect(error.field == nil, "\(name): \(error)")
            } else {
                #expect(error.field == field, "\(name): \(error)")
                #expect(error.description.contains(field))
            }
        }
        #expect(count >= 5)
    }
}
