import ScopeFiles
import ScopeTensor
import ScopeTransformer
import TestFixtures

/// A fixture model whose `config.json` tests change, in memory.
struct ChangedModel {
    let name: String
    /// `config.json`, or `config.alt.json`.
    let tree: JSONTree
    let modelType: String
    private let weights: [FileContents]
    let folderName: String
    /// A text that outgrows windows and original contexts, and one that does not.
    private let texts: [[Int]]

    /// Reads a fixture with one of its configurations.
    init(_ fixture: GoldenModel, _ file: String = "config.json") throws {
        let folder = try fixture.fixture.folder()
        name = "\(fixture) \(file)"
        folderName = folder.name
        tree = try JSONTree(try fixture.fixture.json(file))
        modelType = try fixture.fixture.json(file).required("model_type").string()
        weights = try folder.fileNames.filter { $0.hasPrefix("model") }
            .map { try folder.contents(of: $0) }
        let ids = try fixture.fixture.tensors("golden.safetensors").integers("input_ids")
        texts = [Array(ids.prefix(8)), ids]
    }

    /// The model with another configuration.
    func load(_ tree: JSONTree) throws -> DecoderModel<HostAlgebra> {
        try DecoderModel(from: folder(tree), algebra: HostAlgebra())
    }

    /// The configuration alone.
    func configuration(_ tree: JSONTree) throws -> DecoderConfiguration {
        try DecoderConfiguration(from: folder(tree))
    }

    private func folder(_ tree: JSONTree) -> FileFolder {
        let file = FileContents(copying: Array(tree.text.utf8), name: "config.json")
        return FileFolder(name: folderName, files: weights + [file])
    }

    /// The logits of a short and of a long text.
    func logits(_ model: DecoderModel<HostAlgebra>) throws -> [[[Float]]] {
        try texts.map { try model.logits($0, chunk: $0.count) }
    }

    /// Whether a model's logits are those, to the bit; the long text is not run if the short one
    /// tells already.
    func gives(_ model: DecoderModel<HostAlgebra>, _ expected: [[[Float]]]) throws -> Bool {
        for (text, rows) in zip(texts, expected)
        where try model.logits(text, chunk: text.count) != rows {
            return false
        }
        return true
    }

    /// What the model's family says of the field at `path`, under any of its names.
    func use(of path: [JSONTree.Step]) -> FieldUse? {
        let family = FamilyDescription.all.first { $0.modelType == modelType }
        let name = fieldName(path)
        return family?.fields.first { $0.name == family?.otherNames[name] ?? name }
    }

    /// The path without what belongs to single elements or kinds of layers.
    private func fieldName(_ path: [JSONTree.Step]) -> String {
        path.compactMap { step -> String? in
            guard case .key(let key) = step else { return nil }
            return ["full_attention", "sliding_attention"].contains(key) ? nil : key
        }.joined(separator: ".")
    }

    /// The objects whose members are fields.
    var objects: [[JSONTree.Step]] {
        ["attn_config", "rope_parameters", "rope_scaling"].flatMap { key -> [[JSONTree.Step]] in
            guard case .object? = tree[key] else { return [] }
            let kinds = ["full_attention", "sliding_attention"].filter { tree[key]?[$0] != nil }
            return kinds.isEmpty ? [[.key(key)]] : kinds.map { [.key(key), .key($0)] }
        }
    }

    /// The fields inside those objects.
    var members: [[JSONTree.Step]] {
        objects.flatMap { path -> [[JSONTree.Step]] in
            let holder = path.reduce(Optional(tree)) { value, step in
                guard case .key(let key) = step else { return nil }
                return value?[key]
            }
            return holder?.keys.map { path + [.key($0)] } ?? []
        }
    }

    /// The field names that an error may give.
    var knownFields: Set<String> {
        let family = FamilyDescription.all.first { $0.modelType == modelType }
        return Set(tree.keys).union(family?.fields.map(\.name) ?? [])
            .union(family?.otherNames.keys.map { $0 } ?? [])
    }

    /// Whether a field is in the lists of those without effect in any family.
    func isWithoutEffect(_ path: [JSONTree.Step]) -> Bool {
        path.contains { step in
            guard case .key(let key) = step else { return false }
            return FamilyDescription.fieldsWithoutEffect.contains(key)
                || FamilyDescription.neutralValues[key] != nil
        }
    }
}

extension DecoderConfiguration {
    /// What the text of a `config.json` says.
    init(of text: String) throws {
        let file = FileContents(copying: Array(text.utf8), name: "config.json")
        try self.init(from: FileFolder(name: "configuration", files: [file]))
    }
}
