import Foundation
import Testing

/// `tokenscope grammar`, without the network.
@Suite struct GrammarToolTests {
    @Test("The path is that of the environment")
    func path() throws {
        let program = try Program(
            "tokenscope", ["grammar", "path"],
            environment: ["TOKENSCOPE_GRAMMAR_PATH": "/a:/b", "XDG_DATA_HOME": "/data"])
        #expect(program.status == 0)
        #expect(program.lines.prefix(3) == ["/a", "/b", "/data/tokenscope/grammars"])
    }

    @Test("The list has what is found, and why some of it is not used")
    func list() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(at: folder) }
        let environment = [
            "TOKENSCOPE_GRAMMAR_PATH": folder.path(), "XDG_DATA_HOME": "/nowhere",
            "HOME": "/nowhere",
        ]
        try Data("no library".utf8).write(
            to: folder.appending(path: "libtree-sitter-cobol.so"))
        let program = try Program("tokenscope", ["grammar", "list"], environment: environment)
        #expect(program.status == 0)
        #expect(program.output.contains("cobol"))
        #expect(program.output.contains("is no library"))
    }

    @Test("A language that is not pinned is refused with those that are")
    func unknownLanguage() throws {
        let program = try Program("tokenscope", ["grammar", "install", "cobol"])
        #expect(program.status == 1)
        #expect(program.errors.contains("cobol"))
        #expect(program.errors.contains("python"))
    }

    @Test("Other words are refused", arguments: [["grammar"], ["grammar", "remove"]])
    func usage(arguments: [String]) throws {
        let program = try Program("tokenscope", arguments)
        #expect(program.status == 2)
        #expect(program.errors.contains("install"))
    }
}
