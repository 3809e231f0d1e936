import ScopeFiles
import TestFixtures
import Testing

@Suite struct FileContentsTests {
    /// One file that is read and one that is mapped.
    static let sizes = [0, 1, 4_097, 1 << 20, (1 << 20) + 17]

    private func pattern(_ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
    }

    private func unchangedError(_ contents: FileContents) -> FileError? {
        do {
            try contents.checkUnchanged()
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: sizes)
    func lendsTheBytesOfTheFile(size: Int) throws {
        let folder = try TemporaryFolder()
        let bytes = pattern(size)
        try folder.write(bytes, to: "data")
        let contents = try FileContents.open(folder.path(of: "data"))
        #expect(contents.byteCount == size)
        #expect(contents.bytes.byteCount == size)
        #expect(contents.copy(0..<size) == bytes)
        #expect(contents.name == folder.path(of: "data"))
        if size > 0 { #expect(contents[size - 1] == bytes[size - 1]) }
        contents.dropPages()
        #expect(contents.copy(size / 2..<size) == Array(bytes[(size / 2)...]))
        let part = try contents.snapshot(size / 3..<size)
        #expect(part.copy(0..<part.byteCount) == Array(bytes[(size / 3)...]))
        try contents.checkUnchanged()
    }

    @Test func aReadFileIsItsOwnCopy() throws {
        let folder = try TemporaryFolder()
        try folder.write("before", to: "small")
        let contents = try FileContents.open(folder.path(of: "small"))
        try folder.write("after!", to: "small")
        #expect(contents.copy(0..<6) == Array("before".utf8))
        try contents.checkUnchanged()
    }

    @Test func aMappedFileThatChangedIsNoticed() throws {
        let folder = try TemporaryFolder()
        let bytes = pattern(3 << 20)
        let path = folder.path(of: "large")
        let changed = FileError.changed(file: path)

        try folder.write(bytes, to: "large")
        var contents = try FileContents.open(path)
        try contents.checkUnchanged()
        try folder.cut("large", to: 2 << 20)
        #expect(unchangedError(contents) == changed)
        #expect(throws: changed) { try contents.snapshot(0..<(3 << 20)) }

        try folder.write(bytes, to: "large")
        contents = try FileContents.open(path)
        try folder.write(bytes + [0], to: "large")
        #expect(unchangedError(contents) == changed)
        #expect(throws: changed) { try contents.snapshot(0..<8) }

        // Another file under the same name leaves the mapping as it was.
        contents = try FileContents.open(path)
        try folder.write([UInt8](repeating: 7, count: 3 << 20), to: "other")
        try folder.rename("other", to: "large")
        try contents.checkUnchanged()
        #expect(contents.copy(0..<bytes.count) == bytes)
    }

    @Test func aMappedDocumentThatWasCutIsRefusedBeforeUse() throws {
        let folder = try TemporaryFolder()
        let text = "[\"" + String(repeating: "a", count: 2 << 20) + "\"]"
        try folder.write(text, to: "large.json")
        let contents = try FileContents.open(folder.path(of: "large.json"))
        let document = try JSONDocument(contents)
        try folder.cut("large.json", to: 4)
        #expect(throws: FileError.changed(file: contents.name)) { try JSONDocument(contents) }
        #expect(throws: FileError.changed(file: contents.name)) { try SafetensorsFile(contents) }
        // What was checked stays what it was.
        #expect(document.root.lexeme == text)
    }

    @Test func refusesWhatIsNoRegularFile() throws {
        let folder = try TemporaryFolder()
        try folder.makeFolder("folder")
        try folder.makePipe("pipe")
        try folder.makeLink("loop", to: "loop")
        for (name, word) in [
            ("folder", "directory"), ("pipe", "regular"), ("loop", "link"),
        ] {
            let error = #expect(throws: FileError.self) {
                try FileContents.open(folder.path(of: name), name: name)
            }
            #expect(
                error?.description.contains(word) == true, "\(name): \(String(describing: error))")
        }
        #expect(throws: FileError.self) { try FileContents.open("/dev/zero") }
        for path in ["", "nowhere", folder.path(of: "a/b"), folder.path(of: "pipe\u{0}x")] {
            #expect(throws: FileError.missing(file: path)) { try FileContents.open(path) }
        }
    }

    @Test func wrapsBytesInMemory() throws {
        let contents = FileContents(copying: [1, 2, 3], name: "memory")
        #expect(contents.units[2] == 3)
        #expect(contents.units.count == 3)
        contents.dropPages()
        try contents.checkUnchanged()
        #expect(try contents.snapshot(0..<3) === contents)
        #expect(FileContents(copying: [], name: "empty").byteCount == 0)
    }

    @Test func readingOutsideTheFileStops() async {
        await #expect(processExitsWith: .failure) {
            _ = FileContents(copying: [1, 2, 3], name: "memory")[3]
        }
        await #expect(processExitsWith: .failure) {
            _ = FileContents(copying: [1, 2, 3], name: "memory").copy(1..<4)
        }
    }
}
