import ScopeFiles
import ScopeTensor
import ScopeTokenizers
import ScopeTransformer
import TestFixtures
import Testing

/// Broken and hostile files of every format end by an error within 5 seconds and 256 MiB: each is opened in
/// a process that the system ends when it takes more.
@Suite struct HostileFileTests {
    static let seconds = 5
    static let byteCount = 256 << 20

    @Test(.timeLimit(.minutes(20)), arguments: HostileFiles.all.map(\.format))
    func aHostileFileIsRefused(format: String) async {
        await #expect(processExitsWith: .success) { [format = format as String] in
            let files = try #require(HostileFiles.all.first { $0.format == format })
            #expect(files.cases.count > 4)
            for file in files.cases {
                let contents = FileContents(copying: file.bytes(), name: "hostile")
                ProcessLimits.end(afterSeconds: Self.seconds)
                ProcessLimits.limitMemory(toFurther: Self.byteCount)
                do {
                    try files.read(contents)
                    #expect(file.loads, "\(format): \(file.name) was read")
                } catch {
                    #expect(!file.loads, "\(format): \(file.name): \(error)")
                    #expect("\(error)".utf8.count < 2_000, "\(format): \(file.name)")
                }
            }
        }
    }

    /// The broken files among the fixtures, by the loader that each is for.
    @Test(.timeLimit(.minutes(20)), arguments: Fixtures.roots.map(\.name))
    func aBrokenFixtureEndsAsItsManifestSays(root: String) async {
        await #expect(processExitsWith: .success) { [root = root as String] in
            let folder = try #require(Fixtures.roots.first { $0.name == root })
                .category("malformed")
            let cases = try folder.json("manifest.json").required("cases").elements()
            #expect(cases.count > 20)
            for value in cases {
                let id = try value.required("id").string()
                let path = folder.path(of: try value.required("load").string())
                let expectation = try value.required("expect").string()
                let isTokenizer = try value.required("kind").string() == "tokenizer"
                ProcessLimits.end(afterSeconds: Self.seconds)
                ProcessLimits.limitMemory(toFurther: Self.byteCount)
                do {
                    if isTokenizer {
                        _ = try AutoTokenizer.from(tokenizerFile: FileContents.open(path))
                    } else {
                        _ = try DecoderModel(from: ModelFiles(path: path), algebra: HostAlgebra())
                    }
                    #expect(expectation != "throws", "\(id) was read")
                } catch {
                    #expect(expectation != "loads", "\(id): \(error)")
                    #expect(error is TokenizerError || error is ModelFailure || error is FileError)
                }
            }
        }
    }
}
