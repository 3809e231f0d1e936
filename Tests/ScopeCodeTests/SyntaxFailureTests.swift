import ScopeCode
import Testing

@Suite struct SyntaxFailureTests {
    @Test("A grammar that is missing is named with the places it was looked for in")
    func description() {
        let failure = SyntaxFailure.grammarNotFound(language: "cobol", places: ["/a", "/b"])
        #expect(failure.description == "no grammar of cobol in /a, /b")
    }
}
