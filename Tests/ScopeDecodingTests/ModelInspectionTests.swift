import Foundation
import TestFixtures
import Testing
import TinyPythonModel
import TokenScope

/// What is said of a model before it is loaded.
@Suite struct ModelInspectionTests {
    @Test func theEmbeddedModelIsExplained() throws {
        let inspection = try ModelInspection(.folder(.tinyPython))
        let model = try ModelContext.tinyPython.get()
        #expect(inspection.model.parameterCount == model.identity.parameterCount)
        let tokenizer = try #require(inspection.tokenizer)
        #expect(tokenizer.kind == "BPE (tokenizer.json)")
        #expect(tokenizer.vocabularySize == model.tokenizer.vocabularySize)
        #expect(tokenizer.specialTokens.map(\.id) == [0, 1, 2, 3])
        #expect(tokenizer.specialTokens.first?.text == "<|endoftext|>")
        #expect(inspection.chatTemplate == nil && inspection.chatTemplateFault == nil)
    }

    @Test(arguments: Fixtures.folders("models"))
    func everyFixtureComesBackFromJSON(_ fixture: FixtureFolder) throws {
        let inspection = try ModelInspection(ModelFiles(fixture.folder()))
        let bytes = try JSONEncoder().encode(inspection)
        #expect(try JSONDecoder().decode(ModelInspection.self, from: bytes) == inspection)
        #expect((inspection.tokenizer == nil) == (inspection.tokenizerFault != nil))
        #expect((inspection.tokenizer != nil) == fixture.contains("tokenizer.json"))
    }

    @Test func aGGUFFileHasATokenizerOfItsOwn() throws {
        let fixture = try #require(Fixtures.roots.first).category("gguf")
        let inspection = try ModelInspection(
            ModelFiles(path: fixture.path(of: "llama-q4_0.gguf")))
        #expect(inspection.tokenizer?.kind == "gpt2, llama-bpe (GGUF)")
        #expect(inspection.tokenizer?.specialTokens.isEmpty == false)
    }

    @Test func aBrokenTokenizerIsPartOfTheResult() throws {
        let files = FileFolder.tinyPython
        let broken = FileFolder(
            name: "broken",
            files: try files.fileNames.map { name in
                name == "tokenizer.json"
                    ? FileContents(copying: Array("[]".utf8), name: name)
                    : try files.contents(of: name)
            })
        let inspection = try ModelInspection(.folder(broken))
        #expect(inspection.tokenizer == nil)
        #expect(inspection.tokenizerFault?.contains("tokenizer.json") == true)
    }
}
