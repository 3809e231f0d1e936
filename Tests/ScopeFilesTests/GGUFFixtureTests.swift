import ScopeFiles
import TestFixtures
import Testing

/// One document beside the GGUF files of the fixtures.
struct GGUFFixture: Sendable, CustomStringConvertible {
    let folder: FixtureFolder
    let document: String

    var description: String { "\(folder)/\(document)" }

    static let all: [GGUFFixture] = Fixtures.roots.flatMap { root in
        root.names("gguf").filter { $0.hasSuffix(".golden.json") }.map {
            GGUFFixture(folder: root.category("gguf"), document: $0)
        }
    }
}

@Suite struct GGUFFixtureTests {
    @Test(arguments: GGUFFixture.all)
    func everyTensorIsWhereItsDocumentSays(fixture: GGUFFixture) throws {
        let golden = try fixture.folder.json(fixture.document)
        let file = try golden.required("file").string()
        let model = try GGUFModel(path: fixture.folder.path(of: file))
        let parts = try golden["files"]?.elements().map { try $0.string() } ?? [file]
        #expect(model.files.map(\.contents.name) == parts)
        if let types = golden["tensor_types"] {
            let members = try types.members().map { ($0.string, try $1.string()) }
            // The document lists weights; the factors of rotation are told elsewhere.
            let weights = model.tensorNames.filter { $0 != "rope_freqs.weight" }
            #expect(members.map(\.0).sorted() == weights)
            for (name, type) in members { #expect(model[name]?.entry.type.name == type) }
            #expect(
                try golden.required("architecture").string()
                    == model.metadata.string(for: "general.architecture"))
        }
        if let tensors = golden["tensors"] {
            for (name, shape) in try tensors.members() {
                let entry = try #require(model[name.string]?.entry)
                #expect(entry.shape == (try shape.elements().map { try $0.int() }))
            }
        }
        for part in model.files {
            var end = 0
            for entry in part.entries {
                #expect(entry.byteRange.lowerBound >= end)
                #expect(entry.elementCount == entry.shape.reduce(1, *))
                end = entry.byteRange.upperBound
            }
            // Only padding may follow the last tensor.
            #expect(part.contents.byteCount - end < part.alignment)
            for key in part.metadata.keys { try readAll(part.metadata.required(key)) }
        }
        try model.checkUnchanged()
    }

    @Test func theFixturesAreThere() {
        #expect(GGUFFixture.all.count >= 9)
    }
}
