import ScopeDecoding
import ScopeFiles
import ScopeReports
import ScopeTensor
import ScopeTestKit
import ScopeTrace
import ScopeTransformer
import TestFixtures
import Testing

/// Disks that are full, folders that cannot be written to, processes that are ended, files that change.
@Suite struct FaultTests {
    /// What can be kept in a file; each writes more than a full disk below takes.
    enum Kept: String, CaseIterable, Codable, Sendable {
        case session, tensors

        func write(_ version: Int, to path: String) throws {
            switch self {
            case .session:
                try BranchSessionFile(path).write(.grown(to: 40 + version))
            case .tensors:
                var writer = SafetensorsWriter()
                writer.add("a", shape: [4_000 + version]) {
                    [Float](repeating: Float(version), count: 4_000 + version)
                }
                try writer.write(to: path)
            }
        }

        /// Which version a whole file holds.
        func version(in path: String) throws -> Int {
            switch self {
            case .session:
                let session = try BranchSessionFile(path).read()
                #expect(session.tree.violations == [])
                return session.tree.count - 40
            case .tensors:
                let file = try SafetensorsFile(FileContents.open(path))
                let values = try file.floats("a")
                let version = values.count - 4_000
                #expect(values.allSatisfy { $0 == Float(version) })
                return version
            }
        }
    }

    @Test(arguments: Kept.allCases)
    func aFullDiskLeavesTheOldFile(kept: Kept) async throws {
        let folder = try TemporaryFolder()
        let path = folder.path(of: "kept")
        try kept.write(1, to: path)
        await #expect(processExitsWith: .success) { [path = path as String, kept = kept as Kept] in
            ProcessLimits.limitFileSize(to: 3_000)
            #expect {
                try kept.write(2, to: path)
            } throws: { error in
                if case FileError.unwritable(path, _) = error { true } else { false }
            }
        }
        #expect(try kept.version(in: path) == 1)
        #expect(try folder.names == ["kept"])
    }

    @Test(arguments: Kept.allCases)
    func aFolderThatIsReadOnlyIsAnError(kept: Kept) async throws {
        let folder = try TemporaryFolder()
        let path = folder.path(of: "kept")
        try kept.write(1, to: path)
        try folder.setMode(0o555, of: "")
        await #expect(processExitsWith: .success) { [path = path as String, kept = kept as Kept] in
            guard ProcessLimits.dropPrivileges() else { return }
            #expect {
                try kept.write(2, to: path)
            } throws: { error in
                if case FileError.unwritable(path, _) = error { true } else { false }
            }
        }
        try folder.setMode(0o755, of: "")
        #expect(try kept.version(in: path) == 1)
        #expect(try folder.names == ["kept"])
    }

    /// In the long form each is ended 200 times.
    @Test(.timeLimit(.minutes(20)), arguments: Kept.allCases)
    func aWriterThatIsKilledLeavesAWholeFile(kept: Kept) async throws {
        let folder = try TemporaryFolder()
        let path = folder.path(of: "kept")
        let rounds = isLong ? TrustTests.rounds(200) : 12
        var total = 0
        try kept.write(0, to: path)
        for round in 0..<rounds {
            let delay = 5_000 + Int.random(in: 0..<60_000)
            await #expect(processExitsWith: .signal(killSignal)) {
                [path = path as String, kept = kept as Kept, delay = delay as Int] in
                killAfter(microseconds: delay)
                var version = 0
                while true {
                    version += 1
                    try kept.write(version, to: path)
                }
            }
            total += try kept.version(in: path)
            // What a killed writer had begun lies beside the file, under a name of its own.
            let names = try folder.names
            #expect(names.allSatisfy { $0 == "kept" || $0.hasSuffix(".tmp") }, "\(round)")
        }
        // Else no writer was ever interrupted.
        #expect(total > 0)
    }

    /// What was streamed before a process ended is there in whole lines.
    @Test func theLinesOfATraceAreEachWhole() throws {
        var session = try DecodingSession(
            TinyModel().load(), prompt: "ab", parameters: GenerateParameters(maxTokens: 6))
        while try session.next() != nil {}
        let trace = session.trace
        let bytes = Array(JSONLinesWriter().text(of: trace).utf8)
        for length in stride(from: 0, through: bytes.count, by: 37) {
            let whole = bytes.prefix(length).lastIndex(of: 0x0A).map { bytes[...$0] } ?? []
            let reader = try JSONLinesReader(FileContents(copying: Array(whole), name: "t"))
            #expect(reader.ids == trace.tokens.prefix(reader.ids.count).map(\.id))
        }
    }

    /// A model's file that is cut while a pass runs: packed weights are not in it any more.
    @Test func aCutFileHurtsNoPassOfPackedWeights() async throws {
        let folder = try TemporaryFolder()
        let model = TinyModel(seed: 3, layerCount: 3, hiddenSize: 256)
        for name in model.folder.fileNames {
            let file = try model.folder.contents(of: name)
            try folder.write(file.copy(0..<file.byteCount), to: name)
        }
        let path = folder.path
        let size = try FileContents.open(path + "/model.safetensors").byteCount
        #expect(size > FileLimits.mappedByteCount)
        await #expect(processExitsWith: .success) { [path = path as String] in
            let ids = Array(1..<40)
            let expected = try logits(
                DecoderModel(from: FileFolder(directory: path), algebra: HostAlgebra()), ids)
            let packed = try DecoderModel(from: FileFolder(directory: path), algebra: HostAlgebra())
            let seen = try logits(packed, ids) {
                try TemporaryFolder.cut(path + "/model.safetensors", to: 64)
            }
            #expect(seen == expected)
            #expect {
                try logits(packed, ids)
            } throws: { error in
                guard case ModelFailure.file(.changed) = error else { return false }
                return true
            }
        }
    }
}

/// Whether the long forms run, as `Scripts/soak` has it.
var isLong: Bool { environmentValue("TOKENSCOPE_SOAK") != nil }

/// So many rounds in the long form, or a percentage of them where `TOKENSCOPE_SOAK` is such as `10%`; a
/// hundredth in the short one, but some.
func rounds(_ count: Int) -> Int {
    guard let value = environmentValue("TOKENSCOPE_SOAK") else { return max(20, count / 100) }
    guard value.hasSuffix("%"), let percent = Int(value.dropLast()) else { return count }
    return max(20, count * percent / 100)
}

/// The logits of the last row, with something done when the pass has begun.
@discardableResult
private func logits(
    _ model: DecoderModel<HostAlgebra>, _ ids: [Int],
    meanwhile: @escaping () throws -> Void = {}
) throws -> [Float] {
    var lanes = [Lane(tokens: ids, cache: model.makeCache())]
    var workspace = Workspace<Float>()
    var sink = MeddlingSink(meddle: meanwhile)
    try model.forward(&lanes, in: &workspace, into: &sink)
    return sink.values
}

extension BranchSession {
    /// A session with a tree of so many nodes in a row.
    fileprivate static func grown(to count: Int) throws -> BranchSession {
        var trace = TokenTrace(
            header: TraceHeader(
                model: ModelIdentity(name: "m", family: "f", fingerprint: "0", parameterCount: 1),
                kernels: "k", settings: GenerationSettings(), eosTokenIDs: [],
                contextLength: 1_000_000, libraryVersion: "1"))
        for _ in 0..<count { trace.append(id: 1, bytes: [97], origin: .sampled) }
        return BranchSession(tree: BranchTree(trace))
    }
}

private struct MeddlingSink: SignalSink {
    var meddle: () throws -> Void
    var values: [Float] = []

    mutating func beginLayer(_ layer: Int) throws(ModelFailure) {
        if layer == 0 {
            do { try meddle() } catch { preconditionFailure("\(error)") }
        }
    }

    mutating func logits(_ logits: Span<Float>, at place: RowPlace) {
        values = logits.indices.map { logits[$0] }
    }
}
