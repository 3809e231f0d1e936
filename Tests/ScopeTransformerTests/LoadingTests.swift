import ScopeFiles
import ScopeTensor
import ScopeTransformer
import Synchronization
import TestFixtures
import Testing

/// Model folders that are broken, or that ask for what is not understood.
@Suite struct LoadingTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let fixture: FixtureFolder
        let id: String
        let load: String
        let field: String?
        let expectation: String

        var testDescription: String { "\(fixture.root)/\(id)" }

        /// The cases whose `kind` a model folder's loader answers for.
        static let all: [Case] = Fixtures.roots.flatMap { root in
            let fixture = root.category("malformed")
            guard let cases = try? fixture.json("manifest.json").required("cases").elements() else {
                return [Case]()
            }
            return cases.compactMap { (value) -> Case? in
                guard let kind = try? value["kind"]?.string(),
                    ["config", "gguf", "index", "safetensors"].contains(kind),
                    let id = try? value["id"]?.string(), let load = try? value["load"]?.string(),
                    let expectation = try? value["expect"]?.string()
                else { return nil }
                return Case(
                    fixture: fixture, id: id, load: load, field: try? value["field"]?.string(),
                    expectation: expectation)
            }
        }
    }

    @Test func everyRootHasCases() {
        for root in Fixtures.roots {
            #expect(Case.all.contains { $0.fixture.root == root.name })
        }
    }

    @Test(arguments: Case.all)
    func endsAsTheManifestSays(_ broken: Case) throws {
        let start = ProcessorTime.ofThread()
        let result = Result {
            try DecoderModel(
                from: try files(broken.fixture.path(of: broken.load)), algebra: HostAlgebra())
        }
        #expect(ProcessorTime.ofThread() - start < 5)
        switch (broken.expectation, result) {
        case ("loads", .success), ("throws_or_terminates", _):
            break
        case ("throws", .failure(let error as ModelFailure)):
            guard case .file(let fault) = error else {
                Issue.record("not a file's fault: \(error)")
                return
            }
            #expect(!fault.file.isEmpty)
            if let name = broken.field?.split(separator: " ").first, name != "header" {
                #expect(
                    "\(fault)".contains(name), "the message does not name \(name): \(fault)")
            }
        default:
            Issue.record("expected \(broken.expectation), got \(result)")
        }
    }

    private func files(_ path: String) throws -> ModelFiles {
        do {
            return try ModelFiles(path: path)
        } catch {
            throw ModelFailure.file(error)
        }
    }

    /// A task that can be cancelled by what it does itself.
    private final class Loading: Sendable {
        let told = Mutex<[Double]>([])
        let failure = Mutex<ModelFailure?>(nil)
        private let task = Mutex<Task<Void, Never>?>(nil)

        func run(_ body: @escaping @Sendable () -> Void) async {
            let started = Task {
                while task.withLock({ $0 == nil }) { await Task.yield() }
                body()
            }
            task.withLock { $0 = started }
            await started.value
        }

        func cancel() { task.withLock { $0?.cancel() } }
    }

    @Test(arguments: [nil, ElementType.q8_0])
    func loadingEndsAtTheNextTensorOnceItIsCancelled(_ weights: ElementType?) async throws {
        let fixture = try #require(GoldenModel.all.first)
        let files = try ModelFiles(fixture.fixture.folder())
        let loading = Loading()
        await loading.run {
            do throws(ModelFailure) {
                _ = try DecoderModel(
                    from: files, algebra: HostAlgebra(), options: ModelOptions(weights: weights)
                ) { share in
                    loading.told.withLock { $0.append(share) }
                    loading.cancel()
                }
            } catch {
                loading.failure.withLock { $0 = error }
            }
        }
        #expect(loading.told.withLock { $0.count } == 1)
        #expect(loading.failure.withLock { $0 } == .cancelled)
        // Its files are as good as before, and headers are read by whoever asks.
        _ = try DecoderModel(from: files, algebra: HostAlgebra())
    }

    @Test func anUnknownFieldIsRefusedByName() throws {
        let fixture = try #require(GoldenModel.all.first)
        let folder = try fixture.fixture.folder()
        let text = try folder.contents(of: "config.json")
        var bytes = text.copy(0..<text.byteCount)
        let end = try #require(bytes.lastIndex(of: UInt8(ascii: "}")))
        bytes.replaceSubrange(end...end, with: Array(",\"mystery_scale\":2}".utf8))
        var files = [FileContents(copying: bytes, name: "config.json")]
        for name in folder.fileNames where name.hasPrefix("model") {
            files.append(try folder.contents(of: name))
        }
        #expect {
            try DecoderModel(
                from: FileFolder(name: "changed", files: files), algebra: HostAlgebra())
        } throws: { error in
            guard case ModelFailure.file(.unsupported(let file, let field, _)) = error else {
                return false
            }
            return file == "config.json" && field == "mystery_scale"
        }
    }
}
