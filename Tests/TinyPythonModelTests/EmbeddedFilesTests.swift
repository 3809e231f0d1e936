import ScopeFiles
import Testing
import TinyPythonModel

/// What the compiler took in is what stands in the source tree.
@Suite struct EmbeddedFilesTests {
    static let names = [
        "config.json", "generation_config.json", "model.safetensors", "special_tokens_map.json",
        "tokenizer.json", "tokenizer_config.json",
    ]

    /// The folder of the model's files in the source tree.
    private func sourceFolder(_ thisFile: String = #filePath) throws -> FileFolder {
        let path = thisFile.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
        return try FileFolder(
            directory: path.joined(separator: "/") + "/Sources/CTinyPythonModel/model")
    }

    @Test("The folder has the model's files and no others")
    func fileNames() {
        #expect(FileFolder.tinyPython.name == "tiny-python")
        #expect(FileFolder.tinyPython.fileNames == Self.names)
        #expect(!FileFolder.tinyPython.contains("train.py"))
    }

    @Test("Each file is byte for byte the one in the source tree", arguments: names)
    func contents(name: String) throws {
        let embedded = try FileFolder.tinyPython.contents(of: name)
        let source = try sourceFolder().contents(of: name)
        #expect(embedded.byteCount > 0)
        #expect(embedded.byteCount == source.byteCount)
        #expect(embedded.copy(0..<embedded.byteCount) == source.copy(0..<source.byteCount))
        try embedded.checkUnchanged()
    }

    @Test("The weights start where vector loads are aligned")
    func alignment() throws {
        let weights = try FileFolder.tinyPython.contents(of: "model.safetensors")
        let address = unsafe weights.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
        #expect(address % 64 == 0)
    }

    @Test("A file that is not there is named in the error")
    func missing() {
        #expect(throws: FileError.self) {
            try FileFolder.tinyPython.contents(of: "tokenizer.model")
        }
    }
}
