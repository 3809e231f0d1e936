import ScopeFiles
import ScopeReports
import ScopeTrace
import TestFixtures
import Testing

@Suite struct BranchSessionTests {
    static let golden = "\(Fixtures.packageRoot)/Tests/Fixtures/branches/session-v1.json"

    func read(_ text: String) throws(FileError) -> BranchSession {
        try BranchSessionFile.session(in: FileContents(copying: Array(text.utf8), name: "s.json"))
    }

    @Test(arguments: 0..<100) func aSessionComesBack(seed: UInt64) throws {
        let session = try BranchSession.random(seed: seed)
        let bytes = BranchSessionFile.bytes(of: session)
        let again = try BranchSessionFile.session(in: FileContents(copying: bytes, name: "s"))
        #expect(again == session)
        #expect(again.tree.violations == [])
        #expect(BranchSessionFile.bytes(of: again) == bytes)
    }

    @Test func filesOfVersion1AreRead() throws {
        let session = try BranchSession.sample()
        #expect(try BranchSessionFile(Self.golden).read() == session)
        // While version 1 is what is written, it is written the same.
        let golden = try FileContents.open(Self.golden)
        #expect(BranchSessionFile.formatVersion == 1)
        #expect(BranchSessionFile.bytes(of: session) == golden.copy(0..<golden.byteCount))
    }

    @Test func aFileIsReplacedAndReadBack() throws {
        let folder = try TemporaryFolder()
        let file = BranchSessionFile(folder.path(of: "s.json"))
        #expect(throws: FileError.missing(file: file.path)) { try file.read() }
        for seed in UInt64(0)..<3 {
            let session = try BranchSession.random(seed: seed)
            try file.write(session)
            #expect(try file.read() == session)
        }
        #expect(try namesInFolder(folder.path) == ["s.json"])
        #expect(throws: FileError.self) {
            try BranchSessionFile(folder.path(of: "none/s.json")).write(.sample())
        }
    }

    private func namesInFolder(_ path: String) throws -> [String] {
        (namesInDirectory(path) ?? []).filter { !$0.hasPrefix(".") }
    }

    /// What a file of the sample becomes when one part is another, and what is said of it.
    static let faults: [(String, String, String?, String)] = [
        (#""format":"tokenscope.branches""#, #""format":"x""#, "format", "must be \"tokenscope"),
        (#""version":1,"#, #""version":2,"#, "version", "reads versions up to 1"),
        (#""version":1,"#, #""version":0,"#, "version", "at least 1"),
        (#""version":1,"#, #""version":"1","#, "version", "must be"),
        (#""version":1,"#, "", "version", "is missing"),
        (#""next_node":11"#, #""next_node":9"#, "next_node", "is 9, not from 11"),
        (#""next_node":11"#, #""next_node":9007199254740993"#, "next_node", "not from 11"),
        (#""next_node":11"#, #""next_node":1e99"#, "next_node", "must be"),
        (#""id":4,"parent":3"#, #""id":4,"parent":4"#, "nodes[4].parent", "is 4, which is no node"),
        (#""id":1,"parent":0"#, #""id":1,"parent":8"#, "nodes[1].parent", "is 8, which is no node"),
        (#""id":4,"parent":3"#, #""id":3,"parent":3"#, "nodes[4].id", "is 3, not above"),
        (#""id":4,"parent":3"#, #""id":-4,"parent":3"#, "nodes[4].id", "at least 0"),
        (
            #""id":9,"#, #""id":9007199254740992,"#, "nodes[8].id",
            "is 9007199254740992, not above"
        ),
        (#""token":7,"#, #""token":-7,"#, "nodes[3].token", "at least 0"),
        (#""token":7,"#, "", "nodes[3].token", "is missing"),
        (#""bytes":[240,159]"#, #""bytes":[240,256]"#, "nodes[3].bytes[1]", "must be a byte"),
        (#""bytes":[240,159]"#, #""bytes":"ab""#, "nodes[3].bytes", "must be an array"),
        (
            #""source_start":3,"source_end":6"#, #""source_start":3,"source_end":2"#,
            "nodes[1].source_end", "at least source_start"
        ),
        (#""origin":"forced""#, #""origin":"dream""#, "nodes[5].origin", "one of prompt"),
        (#""role":"eos","settings":0"#, #""role":"eos","settings":2"#, "nodes[4].settings", "of 2"),
        (#""kind":"double""#, #""kind":"int""#, "metrics[0].values[1]", "must be"),
        (#""name":"rank""#, #""name":"surprisal""#, "metrics[1].name", "a name of its own"),
        (#""name":"rank""#, #""name":"""#, "metrics[1].name", "a name of its own"),
        (
            #""values":[null,null,null,null,3]"#,
            #""values":[1,2,3,4,5,6,7,8,9,10,11]"#, "metrics[1].values", "11 values for 10 nodes"
        ),
        (#"{"node":5,"name""#, #"{"node":6,"name""#, "names[0].node", "is 6, which is no node"),
        (#""name":"what if""#, #""name":"""#, "names[0]", "a name of its own"),
        (#"{"node":4,"text""#, #"{"node":77,"text""#, "notes[0].node", "is 77, which is no node"),
        (#""first":3,"last":3"#, #""first":5,"last":3"#, "edits[0]", "cannot replace node 5"),
        (#""before":1"#, #""before":-1"#, "edits[0].before", "at least 0"),
        (#""stop_reason":"stop""#, #""stop_reason":"x""#, "ends[0].stop_reason", "one of eos"),
        (#""stop_start":2"#, #""stop_start":200"#, "ends[0].stop_start", "byte 200 of 14"),
        (
            #""sequence_bytes":4"#, #""sequence_bytes":5"#, "document_maps[0]",
            "is of 5 bytes, the branch of 4"
        ),
        (#"[1,0,0,2]"#, #"[1,0,7,2]"#, "document_maps[0].map", "outside its region"),
        (#""kind":"replace""#, #""kind":1"#, "requests[0].kind", "must be"),
        (#""nodes":[5,6]"#, #""nodes":[5,-6]"#, "requests[0].nodes[1]", "at least 0"),
        (#""top_p":0.95"#, #""top_p":2"#, "header.settings.top_p", "at most 1"),
    ]

    @Test(arguments: faults)
    func aBrokenFileNamesTheField(
        part: String, other: String, field: String?, reason: String
    ) throws {
        let text = String(decoding: BranchSessionFile.bytes(of: try .sample()), as: UTF8.self)
        let pieces = text.split(
            separator: part, maxSplits: 1, omittingEmptySubsequences: false)
        try #require(pieces.count == 2, "\(part) is not in the file")
        let error = try #require(throws: FileError.self) {
            try read(pieces.joined(separator: other))
        }
        #expect(error.field == field, "\(error)")
        #expect(error.description.contains(reason), "\(error)")
        #expect(error.file == "s.json")
        if case .malformed(_, _, let position, _) = error { #expect(position != nil) }
    }

    @Test func everyTruncationIsRefused() throws {
        let bytes = BranchSessionFile.bytes(of: try .sample())
        for length in stride(from: 0, to: bytes.count - 2, by: 7) {
            #expect(throws: FileError.self) {
                try BranchSessionFile.session(
                    in: FileContents(copying: Array(bytes.prefix(length)), name: "s.json"))
            }
        }
    }

    @Test func everyMemberThatIsMissingOrOfAnotherKindIsNamed() throws {
        let bytes = BranchSessionFile.bytes(of: try .sample())
        let root = try JSONDocument(bytes: bytes, file: "s.json").root
        for (key, _) in try root.members() where key.string != "model" {
            for replaced in [false, true] {
                var writer = JSONWriter()
                try writer.object { writer in
                    for (name, value) in try root.members() {
                        if name.string == key.string, !replaced { continue }
                        writer.key(name.string)
                        if name.string == key.string {
                            writer.write(true)
                        } else {
                            writer.write(value)
                        }
                    }
                }
                let error = try #require(throws: FileError.self) {
                    try read(String(decoding: writer.finish(), as: UTF8.self))
                }
                #expect(error.field?.hasPrefix(key.string) == true, "\(error)")
            }
        }
    }

    @Test func aMemberThatIsThereTwiceIsRefused() throws {
        let text = String(decoding: BranchSessionFile.bytes(of: try .sample()), as: UTF8.self)
        let error = try #require(throws: FileError.self) {
            try read(#"{"format":"tokenscope.branches","# + text.dropFirst())
        }
        #expect(error.description.contains("twice"))
    }

    /// A session that grows until the process is killed, at a moment that is drawn.
    @Test func aFileIsWholeWheneverTheWriterIsKilled() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path(of: "s.json")
        var total = 0
        for round in 0..<24 {
            try BranchSessionFile(path).write(.sample())
            let delay = 3_000 + 1_700 * round + Int.random(in: 0..<1_700)
            await #expect(processExitsWith: .signal(killSignal)) {
                [path = path as String, delay = delay as Int] in
                var session = try BranchSession.sample()
                var isTimed = false
                while true {
                    session.requests.append(.init("again", nodes: [BranchNode.ID(1)]))
                    session.tree.append(
                        BranchToken(id: 1, bytes: [97], origin: .sampled),
                        to: session.tree.leaves.last)
                    try BranchSessionFile(path).write(session)
                    // Behind the first, so that a slow machine writes something, too.
                    if !isTimed { killAfter(microseconds: delay) }
                    isTimed = true
                }
            }
            let session = try BranchSessionFile(path).read()
            #expect(session.tree.violations == [])
            let writes = session.requests.count - 1
            #expect(session.tree.count == (try BranchSession.sample()).tree.count + writes)
            let leaf = try #require(session.tree.leaves.last)
            #expect(session.tree.bytes(of: leaf).count == 5 + writes)
            total += writes
        }
        // Else no writer was ever interrupted.
        #expect(total > 24)
    }
}
