import ScopeFiles
import Testing
import TestFixtures

@Suite struct FixtureTests {
    @Test(arguments: Fixtures.roots, Fixtures.categories)
    func everyRootHasEveryCategory(root: FixtureRoot, category: String) {
        #expect(!root.names(category).isEmpty)
    }

    @Test func theCommittedSetIsARoot() {
        #expect(Fixtures.roots.first?.name == "compact")
        #expect(!Fixtures.folders("models").isEmpty)
    }

    @Test(arguments: Fixtures.folders("models"))
    func goldenTensorsAreReadable(model: FixtureFolder) throws {
        let golden = try model.tensors("golden.safetensors")
        let ids = try golden.integers("input_ids")
        let logits = try #require(golden["logits"])
        #expect(logits.shape.first == ids.count)
        let values = try golden.floats("logits")
        #expect(values.count == logits.shape.reduce(1, *))
        #expect(values.allSatisfy { $0.isFinite })
        let checkpoint = try Checkpoint(model.folder())
        #expect(!checkpoint.tensorNames.isEmpty)
        try checkpoint.checkUnchanged()
    }

    @Test(arguments: Fixtures.folders("models"))
    func goldenDocumentsAreReadable(model: FixtureFolder) throws {
        let count = try model.json("golden.json").required("greedy_ids").elements().count
        #expect(count > 0)
        #expect(try model.json("config.json").required("model_type").string().isEmpty == false)
    }
}
