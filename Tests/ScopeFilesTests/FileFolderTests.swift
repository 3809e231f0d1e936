import ScopeFiles
import TestFixtures
import Testing

@Suite struct FileFolderTests {
    @Test func listsAndOpensTheFilesOfADirectory() throws {
        let temporary = try TemporaryFolder()
        try temporary.write("{}", to: "config.json")
        try temporary.write("x", to: "b.txt")
        try temporary.makeFolder("inner")
        try temporary.makeLink("link.json", to: "config.json")
        try temporary.makeLink("broken", to: "nowhere")
        let folder = try FileFolder(directory: temporary.path)
        #expect(folder.fileNames == ["b.txt", "config.json", "link.json"])
        #expect(folder.contains("link.json"))
        #expect(!folder.contains("inner"))
        #expect(!folder.contains("broken"))
        let contents = try folder.contents(of: "link.json")
        #expect(contents.name == "link.json")
        #expect(contents.copy(0..<2) == Array("{}".utf8))
        #expect(throws: FileError.missing(file: "tokenizer.json")) {
            try folder.contents(of: "tokenizer.json")
        }
    }

    @Test(arguments: ["", ".", "..", "../config.json", "a/b", "/etc/passwd", "a\\b", "a\u{0}"])
    func staysInsideTheFolder(name: String) throws {
        let temporary = try TemporaryFolder()
        try temporary.write("{}", to: "config.json")
        let memory = FileFolder(
            name: "memory", files: [FileContents(copying: [], name: name)])
        for folder in [try FileFolder(directory: temporary.path), memory] {
            #expect(!folder.contains(name))
            #expect(throws: FileError.self) { try folder.contents(of: name) }
        }
    }

    @Test func holdsFilesInMemory() throws {
        let files = ["b", "a"].map { FileContents(copying: Array($0.utf8), name: $0) }
        let folder = FileFolder(name: "memory", files: files)
        #expect(folder.fileNames == ["a", "b"])
        #expect(try folder.contents(of: "b") === files[0])
        #expect(!folder.contains("c"))
        #expect(throws: FileError.missing(file: "c")) { try folder.contents(of: "c") }
    }

    @Test func refusesWhatIsNoDirectory() throws {
        let temporary = try TemporaryFolder()
        try temporary.write("x", to: "file")
        #expect(throws: FileError.missing(file: "nowhere")) {
            try FileFolder(directory: "nowhere")
        }
        let path = temporary.path(of: "file")
        #expect(throws: FileError.unreadable(file: path, reason: "is not a directory")) {
            try FileFolder(directory: path)
        }
    }

    @Test func twoFilesOfOneNameAreAMistake() async {
        await #expect(processExitsWith: .failure) {
            let file = FileContents(copying: [], name: "a")
            _ = FileFolder(name: "memory", files: [file, file])
        }
    }
}
