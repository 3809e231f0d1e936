import ScopeFiles
import ScopeTensor
import TestFixtures
import Testing

@testable import ScopeTransformer

/// No key of a GGUF file is passed over in silence.
@Suite struct GGUFKeyTests {
    /// Keys that a file may have otherwise with the same numbers, by what holds them.
    private static let withoutEffect: [String: Set<String>] = [
        // How long a text may be.
        "": ["context_length"],
        // Every layer has experts: the width of dense ones is that of none.
        "qwen2moe": ["feed_forward_length"],
        // The widths of the latent vector as a head, which follow from other keys.
        "deepseek2": [
            "attention.head_count_kv", "attention.key_length", "attention.value_length",
        ],
        // What norms there are says it; the only pair that is rotated turns by 1 whatever the base.
        "stablelm": ["rope.freq_base", "use_parallel_residual"],
    ]

    private static let fixtures = GoldenGGUF.all.filter { fixture in
        fixture.folder.root == Fixtures.roots[0].name
            && (try? fixture.folder.json(fixture.document))?["model"] != nil
    }

    @Test(arguments: fixtures)
    func everyKeyCounts(_ fixture: GoldenGGUF) throws {
        let name = try fixture.folder.json(fixture.document).required("file").string()
        let file = try GGUFFile(fixture.folder.contents(name))
        let architecture = try file.metadata.string(for: "general.architecture")
        let ids = try fixture.golden.ids
        let expected = try fixture.load(HostAlgebra()).logits(ids, chunk: ids.count)
        var ignored: Set<String> = []
        for key in file.metadata.keys where key.hasPrefix(architecture + ".") {
            var writer = try GGUFWriter(copying: file)
            let value = try GGUFWriter.Value(file.metadata.required(key))
            writer.set(key, Self.other(value))
            let files = try GGUFModel([GGUFFile(writer.contents(name))])
            guard
                let model = try? DecoderModel(from: .gguf(files), algebra: HostAlgebra()),
                try model.logits(ids, chunk: ids.count) == expected
            else { continue }
            ignored.insert(String(key.dropFirst(architecture.utf8.count + 1)))
        }
        var allowed = Self.withoutEffect[""] ?? []
        allowed.formUnion(Self.withoutEffect[architecture] ?? [])
        #expect(ignored.subtracting(allowed).isEmpty)
    }

    private static func other(_ value: GGUFWriter.Value) -> GGUFWriter.Value {
        switch value {
        case .integer(let kind, let bits): .integer(kind, bits * 4 + 1)
        case .float(let number): .float(number * 1.5 + 0.125)
        case .double(let number): .double(number * 1.5 + 0.125)
        case .bool(let byte): .bool(1 - byte)
        case .bytes(let text): .bytes(text + [UInt8(ascii: "x")])
        case .array(let kind, let elements): .array(kind, elements.map(other))
        }
    }

    /// The article's table against the code's.
    @Test func theArticleNamesEveryArchitecture() throws {
        let article = try FileContents.open(
            "\(Fixtures.packageRoot)/DocsSource/ScopeTransformer.docc/GGUFArchitectures.md")
        let text = String(decoding: article.copy(0..<article.byteCount), as: UTF8.self)
        var rows: [String: String] = [:]
        for line in text.split(separator: "\n") where line.hasPrefix("| `") {
            let cells = line.split(separator: "|").map { $0.trimming(" ") }
            rows[cells[0].trimming("`")] = cells[1]
        }
        #expect(rows.keys.sorted() == GGUFArchitecture.all.map(\.name).sorted())
        for architecture in GGUFArchitecture.all {
            let families = rows[architecture.name] ?? ""
            #expect(
                families.contains("`\(architecture.family.modelType)`"), "\(architecture.name)")
        }
        #expect(rows["llama"]?.contains("`mixtral`") == true)
    }

    @Test func architecturesAreSortedAndNamedOnce() {
        let names = GGUFArchitecture.all.map(\.name)
        #expect(names == Set(names).sorted())
    }
}

extension Substring {
    fileprivate func trimming(_ character: Character) -> String {
        String(drop { $0 == character }.reversed().drop { $0 == character }.reversed())
    }
}

extension String {
    fileprivate func trimming(_ character: Character) -> String { self[...].trimming(character) }
}
