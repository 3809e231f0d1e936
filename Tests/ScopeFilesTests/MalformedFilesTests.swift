import ScopeFiles
import TestFixtures
import Testing

/// One case of `malformed/manifest.json`.
struct MalformedCase: Sendable, CustomStringConvertible {
    let folder: FixtureFolder
    let brokenFile: String
    let field: String?
    let loads: Bool

    var description: String { "\(folder)" }

    /// The words that the error must hold: the parts of the field.
    var words: [String] {
        (field ?? "").split { $0 == " " || $0 == "/" }.map(String.init)
    }

    static func all(kinds: Set<String>) throws -> [MalformedCase] {
        try Fixtures.roots.flatMap { root in
            let category = root.category("malformed")
            return try category.json("manifest.json").required("cases").elements()
                .filter { kinds.contains(try $0.required("kind").string()) }
                .map { value in
                    let load = try value.required("load").string()
                    let broken = try value.required("broken_file").string()
                    let field = try value.required("field")
                    return MalformedCase(
                        folder: FixtureFolder(
                            root: root.name, name: load, path: category.path(of: load)),
                        brokenFile: String(broken.split(separator: "/").last ?? ""),
                        field: field.isNull ? nil : try field.string(),
                        loads: try value.required("expect").string() == "loads")
                }
        }
    }
}

@Suite struct MalformedFilesTests {
    @Test(arguments: try MalformedCase.all(kinds: ["safetensors", "index"]))
    func aBrokenContainerIsRefusedByField(malformed: MalformedCase) throws {
        let control = try Checkpoint(
            Fixtures.roots[0].category("malformed").folder("control-good-model"))
        let start = ProcessorTime.ofThread()
        do {
            let checkpoint = try Checkpoint(malformed.folder.folder())
            // The container is sound; what is wrong is that the model lacks a tensor, which only
            // the model's loader can know.
            let field = try #require(malformed.field)
            #expect(control[field] != nil && checkpoint[field] == nil, "a broken file was read")
        } catch let error as FileError {
            #expect(!malformed.loads)
            #expect(error.file == malformed.brokenFile)
            for word in malformed.words {
                #expect(error.description.contains(word), "\(word) is not in: \(error)")
            }
        }
        #expect(ProcessorTime.ofThread() - start < 5)
    }

    @Test(arguments: try MalformedCase.all(kinds: ["config"]))
    func theContainersOfBrokenConfigurationsAreSound(malformed: MalformedCase) throws {
        #expect(try !Checkpoint(malformed.folder.folder()).tensorNames.isEmpty)
        #expect(try malformed.folder.json("config.json").kind == .object)
    }

    @Test(arguments: try MalformedCase.all(kinds: ["gguf"]))
    func aBrokenGGUFIsRefusedByField(malformed: MalformedCase) throws {
        let control = try GGUFFile(
            Fixtures.roots[0].category("malformed").contents("control-good-gguf/model.gguf"))
        let start = ProcessorTime.ofThread()
        do {
            let model = try GGUFModel(path: malformed.folder.path)
            #expect(!model.tensorNames.isEmpty)
            guard let field = malformed.field else {
                #expect(malformed.loads)
                return
            }
            // The container is sound; what is lacking only the model's loader can know.
            #expect(control[field] != nil || control.metadata[field] != nil)
            #expect(model[field] == nil && model.metadata[field] == nil, "a broken file was read")
        } catch {
            #expect(!malformed.loads)
            #expect(error.file == malformed.brokenFile)
            for word in malformed.words {
                #expect(error.description.contains(word), "\(word) is not in: \(error)")
            }
        }
        #expect(ProcessorTime.ofThread() - start < 5)
    }

    @Test func everyKindOfCaseIsThere() throws {
        let kinds: Set = ["config", "safetensors", "index", "tokenizer", "gguf"]
        let cases = try MalformedCase.all(kinds: kinds)
        #expect(cases.filter(\.loads).count >= 3)
        #expect(cases.count >= 25)
        #expect(try MalformedCase.all(kinds: ["safetensors"]).count >= 8)
    }
}
