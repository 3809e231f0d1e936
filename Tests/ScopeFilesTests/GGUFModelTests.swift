import ScopeFiles
import TestFixtures
import Testing

@Suite struct GGUFModelTests {
    /// Part `index` of `count`, with one tensor.
    private func part(_ index: Int, of count: Int, _ edit: (inout GGUFWriter) -> Void = { _ in })
        -> FileContents
    {
        var writer = GGUFWriter()
        if index == 0 { writer.set("general.architecture", .string("llama")) }
        writer.set("split.no", .integer(.uint16, UInt64(index)))
        writer.set("split.count", .integer(.uint16, UInt64(count)))
        writer.set("split.tensors.count", .integer(.int32, UInt64(count)))
        writer.add("t\(index)", .float32, shape: [index + 1])
        edit(&writer)
        return writer.contents("m-0000\(index + 1)-of-0000\(count).gguf")
    }

    private func folder(_ files: [FileContents]) -> FileFolder {
        FileFolder(name: "folder", files: files)
    }

    @Test(arguments: 1...3)
    func joinsPartsFromAnyOfThem(number: Int) throws {
        let folder = folder((0..<3).map { part($0, of: 3) })
        let model = try GGUFModel(folder, file: "m-0000\(number)-of-00003.gguf")
        #expect(model.files.count == 3)
        #expect(model.name == "m-00001-of-00003.gguf")
        #expect(model.tensorNames == ["t0", "t1", "t2"])
        #expect(model["t2"]?.file.contents.name == "m-00003-of-00003.gguf")
        #expect(model["t2"]?.entry.shape == [3])
        #expect(model["t3"] == nil)
        #expect(try model.metadata.string(for: "general.architecture") == "llama")
        #expect(try GGUFModel(folder).tensorNames == model.tensorNames)
        try model.checkUnchanged()
    }

    @Test func opensOneFileByFolderAndPath() throws {
        let folder = try TemporaryFolder()
        var writer = GGUFWriter()
        writer.add("t", .float32, shape: [1])
        try folder.write(writer.bytes, to: "one.gguf")
        #expect(try GGUFModel(path: folder.path(of: "one.gguf")).tensorNames == ["t"])
        #expect(try GGUFModel(FileFolder(directory: folder.path)).tensorNames == ["t"])
        let absent = folder.path(of: "absent.gguf")
        #expect(throws: FileError.missing(file: absent)) { try GGUFModel(path: absent) }
        let nowhere = folder.path(of: "nowhere/x.gguf")
        #expect(throws: FileError.missing(file: nowhere)) { try GGUFModel(path: nowhere) }
        #expect(throws: FileError.self) { try GGUFModel(path: "") }
        #expect(throws: FileError.self) { try GGUFModel(path: folder.path + "/") }
    }

    @Test func aFolderMustHoldOneModel() throws {
        #expect(throws: FileError.missing(file: "folder/*.gguf")) { try GGUFModel(folder([])) }
        let two = folder([part(0, of: 1), GGUFWriter().contents("other.gguf")])
        let error = #expect(throws: FileError.self) { try GGUFModel(two) }
        #expect(error?.description.contains("other.gguf") == true)
        #expect(try GGUFModel(two, file: "other.gguf").tensorNames.isEmpty)
    }

    @Test func namesTheMissingPart() throws {
        let folder = folder([part(0, of: 3), part(2, of: 3)])
        #expect(throws: FileError.missing(file: "m-00002-of-00003.gguf")) {
            try GGUFModel(folder, file: "m-00001-of-00003.gguf")
        }
    }

    static let disagreements: [(key: String, value: GGUFWriter.Value?, field: String)] = [
        ("split.no", .uint32(0), "split.no"), ("split.no", nil, "split.no"),
        ("split.no", .string("1"), "split.no"), ("split.count", .uint32(3), "split.count"),
        ("split.count", nil, "split.count"),
        ("split.tensors.count", .uint32(5), "split.tensors.count"),
        ("general.architecture", .string("gpt2"), "general.architecture"),
    ]

    @Test(arguments: disagreements)
    func refusesPartsThatDisagree(
        key: String, value: GGUFWriter.Value?, field: String
    ) throws {
        let folder = folder([part(0, of: 2), part(1, of: 2) { $0.set(key, value) }])
        let error = #expect(throws: FileError.self) {
            try GGUFModel(folder, file: "m-00001-of-00002.gguf")
        }
        #expect(error?.file == "m-00002-of-00002.gguf")
        #expect(error?.field == field)
    }

    @Test func refusesATensorInTwoPartsAndOneThatIsLacking() throws {
        let twice = folder([
            part(0, of: 2), part(1, of: 2) { $0.add("t0", .float32, shape: [1]) },
        ])
        let error = #expect(throws: FileError.self) { try GGUFModel(twice) }
        #expect(error?.field == "t0 name")
        let lacking = folder([part(0, of: 2), part(1, of: 2) { $0.tensors = [] }])
        #expect(throws: FileError.self) { try GGUFModel(lacking) }
    }

    @Test(arguments: ["m.gguf", "m-00001-of-00003.gguf", "m-00003-of-00002.gguf"])
    func thePartsNameMustFit(name: String) throws {
        let contents = part(0, of: 2)
        let renamed = FileContents(copying: contents.copy(0..<contents.byteCount), name: name)
        let error = #expect(throws: FileError.self) { try GGUFModel(folder([renamed]), file: name) }
        #expect(error?.field == "split.count")
    }
}
