import ScopeBranching
import ScopeDecoding
import Testing

@Suite struct BranchingFailureTests {
    @Test("A failure of decoding is told in its own words")
    func description() {
        let failure = DecodingFailure.invalidSetting(name: "topP", reason: "is 2, above 1")
        #expect(BranchingFailure.decoding(failure).description == failure.description)
    }
}
