import ScopeTrace
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

@Suite struct PatchingMatrixTests {
    private static let matrix = PatchingMatrix(
        method: "activation-patching", settings: ["component": "residual"], layers: [0, 2],
        columns: .tokens([TokenIndex(3)]), cleanValue: 4, corruptedValue: 2, baseValue: 2,
        values: [[2], [5]])

    @Test func effectsLieBetweenTheRuns() {
        #expect(Self.matrix.effects == [[0], [1.5]])
        #expect(Self.matrix.baseEffect == 0)
        #expect(Self.matrix.effect(of: 4) == 1)
        #expect(PatchingMatrix.Columns.heads(7).count == 7)
    }

    @Test func aMatrixIsReadBack() throws {
        let data = try JSONEncoder().encode(Self.matrix)
        #expect(try JSONDecoder().decode(PatchingMatrix.self, from: data) == Self.matrix)
        let text = String(decoding: data, as: UTF8.self)
        for broken in [
            text.replacing("[[2],[5]]", with: "[[2]]"),
            text.replacing("[[2],[5]]", with: "[[2],[]]"),
            text.replacing("\"cleanValue\":4", with: "\"cleanValue\":2"),
        ] {
            #expect(broken != text)
            #expect(throws: DecodingError.self) {
                try JSONDecoder().decode(PatchingMatrix.self, from: Data(broken.utf8))
            }
        }
    }
}
