import ScopeFiles
import Testing

@Suite struct CheckpointTests {
    private func file(_ name: String, _ text: String) -> FileContents {
        FileContents(copying: Array(text.utf8), name: name)
    }

    private func shard(_ name: String, _ tensors: [String]) -> FileContents {
        let entries = tensors.enumerated().map {
            safetensorsEntry($1, "[1]", "[\(4 * $0),\(4 * $0 + 4)]")
        }
        let header = "{" + entries.joined(separator: ",") + "}"
        return FileContents(
            copying: safetensorsBytes(header, data: 4 * tensors.count), name: name)
    }

    private func index(_ map: String) -> FileContents {
        file(Checkpoint.indexFile, "{\"metadata\":{\"total_size\":8},\"weight_map\":\(map)}")
    }

    private func load(_ files: [FileContents]) throws(FileError) -> Checkpoint {
        try Checkpoint(FileFolder(name: "folder", files: files))
    }

    @Test func readsASingleFileAndNothingElse() throws {
        let checkpoint = try load([
            shard("model.safetensors", ["b", "a"]), shard("adapter.safetensors", ["c"]),
            file("golden.safetensors", "no such thing"), file("training_args.bin", "pickle"),
            index("{\"d\":\"nowhere.safetensors\"}"),
        ])
        #expect(checkpoint.tensorNames == ["a", "b"])
        #expect(checkpoint["a"]?.entry.name == "a")
        #expect(checkpoint["a"]?.file.contents.name == "model.safetensors")
        #expect(checkpoint["c"] == nil)
        try checkpoint.checkUnchanged()
    }

    @Test func joinsShards() throws {
        let checkpoint = try load([
            shard("m-1.safetensors", ["a", "c"]), shard("m-2.safetensors", ["b"]),
            index(
                "{\"b\":\"m-2.safetensors\",\"a\":\"m-1.safetensors\",\"c\":\"m-1.safetensors\"}"),
        ])
        #expect(checkpoint.tensorNames == ["a", "b", "c"])
        #expect(checkpoint["b"]?.file.contents.name == "m-2.safetensors")
        #expect(checkpoint["c"]?.entry.byteRange.count == 4)
        #expect(checkpoint.files.map(\.contents.name) == ["m-1.safetensors", "m-2.safetensors"])
    }

    @Test(arguments: [
        ("{}", "weight_map", "no tensors"),
        ("[]", "weight_map", "an object"),
        ("{\"a\":1}", "weight_map.a", "a string"),
        ("{\"a\":\"x.safetensors\"}", "weight_map.a", "x.safetensors"),
        ("{\"a\":\"../m-1.safetensors\"}", "weight_map.a", "inside the folder"),
        ("{\"a\":\"/m-1.safetensors\"}", "weight_map.a", "inside the folder"),
        ("{\"a\":\"..\"}", "weight_map.a", "inside the folder"),
        ("{\"a\":\"\"}", "weight_map.a", "inside the folder"),
        ("{\"a\":\"m-1.bin\"}", "weight_map.a", "safetensors"),
        ("{\"z\":\"m-1.safetensors\"}", "weight_map.z", "m-1.safetensors"),
        ("{\"a\":\"m-1.safetensors\",\"a\":\"m-1.safetensors\"}", "weight_map.a", "twice"),
    ])
    func refusesABrokenIndex(map: String, field: String, word: String) throws {
        let files = [
            shard("m-1.safetensors", ["a"]), file("m-1.bin", "pickle"), index(map),
        ]
        let error = #expect(throws: FileError.self) { try load(files) }
        #expect(error?.file == Checkpoint.indexFile)
        #expect(error?.field == field)
        #expect(error?.description.contains(word) == true, "\(String(describing: error))")
    }

    @Test func refusesAnIndexWithoutAMap() throws {
        let error = #expect(throws: FileError.self) {
            try load([file(Checkpoint.indexFile, "{\"metadata\":{}}")])
        }
        #expect(error?.field == "weight_map")
    }

    @Test(arguments: [
        "pytorch_model.bin", "pytorch_model.bin.index.json", "consolidated.00.pth", "model.pt",
        "last.ckpt",
    ])
    func saysWhyAPickleIsNotRead(name: String) throws {
        let error = #expect(throws: FileError.self) {
            try load([file(name, "\u{80}"), file("config.json", "{}")])
        }
        guard case .unsupported("folder/\(name)", nil, let reason) = try #require(error) else {
            Issue.record("refused as \(String(describing: error))")
            return
        }
        #expect(reason.contains("run code"))
        #expect(reason.contains("save_pretrained"))
    }

    @Test func namesTheFileThatIsMissing() throws {
        #expect(throws: FileError.missing(file: "folder/model.safetensors")) {
            try load([file("config.json", "{}"), shard("other.safetensors", ["a"])])
        }
    }
}
