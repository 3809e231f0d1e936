import ScopeBranching
import ScopeDecoding
import ScopeFiles
import ScopeMetrics
import ScopeReports
import ScopeTensor
import ScopeTestKit
import ScopeTrace
import ScopeTransformer
import TestFixtures
import Testing

/// Long runs keep nothing: neither memory nor open files grow with them.
///
/// `TOKENSCOPE_SOAK` makes them as long as the names of the tests' arguments say; without it they are a
/// hundredth of that. Each runs in a process of its own, whose figures are its alone.
@Suite struct EnduranceTests {
    @Test(.timeLimit(.minutes(60))) func sessionsWithFiveObserversKeepNothing() async {
        await #expect(processExitsWith: .success) {
            let context = try TinyModel(seed: 5, contextLength: 1_024).load()
            let tokens = isLong ? 1_000 : 60
            try measure("sessions of \(tokens) tokens", rounds: rounds(1_000)) { round in
                var written = 0
                var session = try DecodingSession(
                    context, prompt: "def f(x):",
                    parameters: GenerateParameters(
                        maxTokens: tokens, temperature: 1,
                        logitBias: [ByteTokenizer.endOfText: -.infinity], seed: UInt64(round)))
                session.attach(SurprisalObserver())
                session.attach(EntropyObserver())
                session.attach(RankObserver())
                session.attach(MarginObserver())
                session.attach(ConfidenceObserver())
                let writer = JSONLinesWriter()
                while let token = try session.next() {
                    let line = writer.line(for: token.index, in: session.trace)
                    #expect(line.utf8.count > 20)
                    if token.origin == .sampled { written += 1 }
                }
                #expect(written == tokens)
            }
        }
    }

    @Test(.timeLimit(.minutes(60))) func forksAndPrunesKeepNothing() async {
        await #expect(processExitsWith: .success) {
            let context = try TinyModel(seed: 6).load()
            var explorer = try BranchExplorer(context, cacheBudget: 4 << 20) { session in
                session.attach(SurprisalObserver())
            }
            try explorer.write(prompt: "def f(x):\n", .greedy(maxTokens: 12))
            let leaf = try #require(explorer.tree.leaves.first)
            let path = explorer.tree.path(to: leaf)
            let count = explorer.tree.count
            try measure("forks and prunes", rounds: rounds(10_000)) { round in
                let place = path[4 + round % (path.count - 4)]
                let outcome = try explorer.replace(
                    place, with: [65 + round % 26], .greedy(maxTokens: 3))
                let branch = try #require(outcome.leaves.first)
                // The first node of the branch is the one whose parent the trunk has.
                let first = explorer.tree.path(to: branch).first { !path.contains($0) }
                explorer.tree.prune(try #require(first))
                #expect(explorer.tree.count == count)
            }
            let session = try explorer.session(at: leaf)
            try measure("forks of a session", rounds: rounds(10_000)) { round in
                var fork = session
                try fork.resume(with: .greedy(maxTokens: 2))
                try fork.force(65 + round % 26)
                while try fork.next() != nil {}
            }
        }
    }

    @Test(.timeLimit(.minutes(60)), arguments: WeightStorage.allCases.map(\.rawValue))
    func loadsKeepNothing(storage: String) async throws {
        let folder = try TemporaryFolder()
        let model = TinyModel(seed: 7, hiddenSize: 256)
        for name in model.folder.fileNames {
            let file = try model.folder.contents(of: name)
            try folder.write(file.copy(0..<file.byteCount), to: name)
        }
        await #expect(processExitsWith: .success) {
            [path = folder.path as String, storage = storage as String] in
            let options = ModelOptions(storage: try #require(WeightStorage(rawValue: storage)))
            try measure("loads, \(storage)", rounds: rounds(1_000)) { _ in
                let context = try loadModel(from: ModelFiles(path: path), options: options)
                var session = try DecodingSession(
                    context, prompt: "a", parameters: .greedy(maxTokens: 2))
                while try session.next() != nil {}
            }
        }
    }
}

/// Runs something many times and compares what it left: after a tenth of them, live memory grows by at most
/// 256 KiB and the number of open files not at all; memory that belongs to no file, once what is free is
/// given back, by at most 16 MiB in all.
private func measure(_ name: String, rounds: Int, _ body: (Int) throws -> Void) throws {
    ProcessLimits.useOneArena()
    try body(0)
    ProcessLimits.trimHeap()
    let anonymous = ProcessLimits.anonymousByteCount
    var heap = 0
    var files = 0
    for round in 1..<rounds {
        if round == max(1, rounds / 10) {
            heap = ProcessLimits.liveHeapByteCount
            files = ProcessLimits.descriptorCount
        }
        try body(round)
    }
    let heapGrowth = ProcessLimits.liveHeapByteCount - heap
    let fileGrowth = ProcessLimits.descriptorCount - files
    ProcessLimits.trimHeap()
    let growth = ProcessLimits.anonymousByteCount - anonymous
    // The record of the long form.
    let record = "\(rounds) \(name): heap \(heapGrowth), files \(fileGrowth), anonymous \(growth)\n"
    if let path = environmentValue("TOKENSCOPE_SOAK_LOG") {
        try FileReplacement(path + "/" + name.filter(\.isLetter)).writeAll(record)
    }
    guard !ProcessLimits.isSanitized else { return }
    #expect(heapGrowth <= 256 << 10, "\(name): \(heapGrowth) bytes more are in use")
    #expect(fileGrowth <= 0, "\(name): \(fileGrowth) more files are open")
    #expect(growth <= 16 << 20, "\(name): \(growth) bytes more belong to no file")
}

extension FileReplacement {
    fileprivate consuming func writeAll(_ text: String) throws(FileError) {
        try write(Array(text.utf8))
        try commit()
    }
}
