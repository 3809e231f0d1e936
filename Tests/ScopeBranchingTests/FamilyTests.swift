import ScopeTensor
import ScopeTestKit
import TestFixtures
import Testing
import TokenScope

/// Every family: logits along a branch are those of a fresh run.
@Suite struct FamilyTests {
    @Test func thereAreModels() {
        #expect(!Fixtures.folders("models").isEmpty)
    }

    @Test(arguments: Fixtures.folders("models"))
    func logitsAlongABranchAreThoseOfAFreshRun(_ fixture: FixtureFolder) throws {
        let model = try DecoderModel(
            from: ModelFiles(try fixture.folder()), algebra: HostAlgebra(),
            options: ModelOptions())
        let context = ModelContext(
            model: model, tokenizer: ByteTokenizer(),
            identity: ModelIdentity(
                name: fixture.name, family: fixture.name, fingerprint: "", parameterCount: 0))
        let ids = Array(
            try fixture.tensors("golden.safetensors").integers("input_ids").prefix(10))
        var parameters = GenerateParameters(maxTokens: 5, temperature: 1, seed: 3)
        for id in context.configuration.eosTokenIDs { parameters.logitBias[id] = -.infinity }
        var handle: ObserverHandle<InMemoryObserver>?
        var explorer = try BranchExplorer(context) { session in
            handle = session.attach(InMemoryObserver(keepsLogits: true))
        }
        let first = try explorer.write(ids: ids, parameters, count: 3).leaves
        let node = explorer.tree.path(to: first[0])[7]
        let other = try explorer.replace(node, with: [ids[1], ids[0]], parameters, count: 2)
        for leaf in first + other.leaves {
            let session = try explorer.session(at: leaf)
            let own = session[try #require(handle)].steps
            var fresh = try DecodingSession(
                context, ids: session.trace.ids, parameters: .greedy(maxTokens: 0))
            let reference = fresh.attach(InMemoryObserver(keepsLogits: true))
            while try fresh.next() != nil {}
            let steps = fresh[reference].steps
            #expect(own.count == steps.count && own.count > 12)
            for (step, expected) in zip(own, steps) {
                let (left, right) = (step.logits ?? [], expected.logits ?? [])
                // A rotation that changes with the text's length was another when the text was shorter.
                if context.configuration.hasChangingRotation { continue }
                #expect(left == right, "token \(step.token.index)")
                let largest = right.reduce(0) { max($0, abs($1)) }
                let difference = zip(left, right).reduce(0) { max($0, abs($1.0 - $1.1)) }
                #expect(difference <= 2e-4 * largest)
            }
        }
    }
}
