/// The checked contents of `model.safetensors.index.json`.
struct ShardIndex {
    /// The shards' file names, sorted, each inside the folder.
    let shards: [String]

    /// Every tensor with the position of its shard and the value that names it.
    private(set) var tensors: [(name: String, shard: Int, value: JSONValue)] = []

    init(_ contents: FileContents, in folder: FileFolder) throws(FileError) {
        let root = try JSONDocument(contents, refusingDuplicateKeys: true).root
        let map = try root.required("weight_map")
        let members = try map.members()
        guard members.count > 0 else { throw map.error("names no tensors") }

        var values: [String: JSONValue] = [:]
        var names: [(String, String, JSONValue)] = []
        for (key, value) in members {
            let shard = try value.string()
            names.append((key.string, shard, value))
            if values[shard] == nil { values[shard] = value }
        }
        for (shard, value) in values.sorted(by: { $0.key < $1.key }) {
            guard FileFolder.isPlainName(shard) else {
                throw value.mismatch("the name of a file inside the folder")
            }
            guard shard.hasSuffix(".safetensors") else {
                throw value.mismatch("the name of a safetensors file")
            }
            guard folder.contains(shard) else {
                throw value.error("the folder lacks the shard \(shownInMessage(shard))")
            }
        }
        shards = values.keys.sorted()
        var positions: [String: Int] = [:]
        for (position, shard) in shards.enumerated() { positions[shard] = position }
        for (name, shard, value) in names {
            guard let position = positions[shard] else { continue }
            tensors.append((name, position, value))
        }
    }
}
