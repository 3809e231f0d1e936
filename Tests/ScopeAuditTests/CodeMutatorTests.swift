import ScopeAudit
import ScopeCode
import ScopeTrace
import Testing

@Suite struct CodeMutatorTests {
    private let text = """
        LIMIT = 10

        def total(items, start):
            result = start
            for item in items:
                if item > 0 and not item.skip:
                    result += item * 2
                other = [result, start]
            return result if result is not None else LIMIT


        """

    private func changed(_ kind: CodeMutation.Kind) throws -> Set<String> {
        let source = try Tested.source(text)
        let lines = Set(text.split(separator: "\n").map(String.init))
        return Set(
            CodeMutator(source).mutations().filter { $0.kind == kind }.flatMap { mutation in
                String(decoding: mutation.applied(to: source.text), as: UTF8.self)
                    .split(separator: "\n").map(String.init).filter { !lines.contains($0) }
            })
    }

    @Test func operatorsAreSwapped() throws {
        let found = try changed(.operatorSwap)
        for line in [
            "        if item < 0 and not item.skip:", "        if item > 0 or not item.skip:",
            "            result -= item * 2", "            result += item + 2",
            "    return result if result is None else LIMIT",
        ] {
            #expect(found.contains(line), "\(line)")
        }
    }

    @Test func boundsAndNumbersAreOffByOne() throws {
        let found = try changed(.offByOne)
        for line in [
            "LIMIT = 11", "LIMIT = 9", "        if item >= 0 and not item.skip:",
            "            result += item * 3",
        ] {
            #expect(found.contains(line), "\(line)")
        }
        #expect(!found.contains { $0.contains("-1") })
    }

    @Test func variablesAreOthersOfTheFunction() throws {
        let found = try changed(.wrongVariable)
        #expect(found.contains("            result += result * 2"))
        #expect(found.contains("        other = [result, item]"))
        // What is given is no variable that is read, and no name comes from outside.
        #expect(!found.contains { $0.hasPrefix("def ") || $0.contains("for result") })
        #expect(!found.contains { $0.contains("LIMIT *") })
    }

    @Test func partsOfConditionsAreDropped() throws {
        let found = try changed(.droppedCondition)
        for line in [
            "        if item > 0:", "        if not item.skip:",
            "        if item > 0 and item.skip:",
        ] {
            #expect(found.contains(line), "\(line)")
        }
    }

    @Test func everyChangeIsOneAndStillParses() throws {
        let source = try Tested.source(text)
        #expect(source.tree.isWellFormed)
        let mutations = CodeMutator(source).mutations()
        #expect(mutations.count > 20)
        for mutation in mutations {
            let changed = mutation.applied(to: source.text)
            #expect(changed != source.text)
            let again = try Tested.source(String(decoding: changed, as: UTF8.self))
            #expect(again.tree.isWellFormed, "\(mutation)")
        }
    }

    @Test func otherLanguagesHaveNone() throws {
        let source = try Tested.source("int f(int a) { return a + 1; }", language: "c")
        #expect(CodeMutator(source).mutations().isEmpty)
    }
}
