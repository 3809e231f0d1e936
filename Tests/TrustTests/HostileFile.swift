import ScopeCode
import ScopeFiles
import ScopeReports
import ScopeTensor
import ScopeTokenizers
import ScopeTransformer

/// Files of one format that nobody should be able to hurt a program with, and the reader they are for.
struct HostileFiles: Sendable {
    let format: String
    /// Opens a file and uses what it holds.
    let read: @Sendable (FileContents) throws -> Void
    /// By name, what the file holds, and whether it is read all the same.
    let cases: [(name: String, bytes: @Sendable () -> [UInt8], loads: Bool)]

    init(
        _ format: String, _ read: @escaping @Sendable (FileContents) throws -> Void,
        refused: KeyValuePairs<String, @Sendable () -> String> = [:],
        refusedBytes: KeyValuePairs<String, @Sendable () -> [UInt8]> = [:],
        read readable: KeyValuePairs<String, @Sendable () -> String> = [:]
    ) {
        self.format = format
        self.read = read
        // Whatever the format, these are none of it.
        let common: KeyValuePairs<String, @Sendable () -> [UInt8]> = [
            "zeros": { [UInt8](repeating: 0, count: 4096) },
            "not UTF-8": { [UInt8](repeating: 0xFF, count: 4096) },
            "nesting": { [UInt8](repeating: UInt8(ascii: "["), count: 1_000_000) },
            "objects": { Array(String(repeating: #"{"a":"#, count: 300_000).utf8) },
        ]
        cases =
            common.map { ($0.key, $0.value, false) }
            + refused.map { text in (text.key, { Array(text.value().utf8) }, false) }
            + refusedBytes.map { ($0.key, $0.value, false) }
            + readable.map { text in (text.key, { Array(text.value().utf8) }, true) }
    }
}

extension HostileFiles {
    static let all: [HostileFiles] =
        containers + configurations + tokenizers + templates + recordings + syntax + audits

    private static let containers = [
        HostileFiles(
            "safetensors", { _ = try SafetensorsFile($0) },
            refusedBytes: [
                "a header of 2^64 bytes": { [UInt8](repeating: 255, count: 8) + Array("{}".utf8) },
                "a million tensors": {
                    let entry = #""000000":0,"#
                    let count = FileLimits.safetensorsTensorCount + 1
                    return safetensors("{" + String(repeating: entry, count: count) + #""1":0}"#)
                },
                "a shape beyond any number": {
                    safetensors(
                        #"{"a":{"dtype":"F32","shape":[4294967296,4294967296,4],"#
                            + #""data_offsets":[0,0]}}"#)
                },
                "a thousand dimensions": {
                    let shape = [String](repeating: "2", count: 1000).joined(separator: ",")
                    return safetensors(
                        #"{"a":{"dtype":"F32","shape":[\#(shape)],"data_offsets":[0,0]}}"#)
                },
            ]),
        HostileFiles(
            "index",
            { file in
                let index = named(file, Checkpoint.indexFile)
                _ = try Checkpoint(FileFolder(name: "f", files: [index]))
            },
            refused: [
                "a way out": { #"{"weight_map":{"a":"../../../../etc/passwd"}}"# },
                "an absolute path": { #"{"weight_map":{"a":"/etc/passwd"}}"# },
                "a file that is not there": { #"{"weight_map":{"a":"b.safetensors"}}"# },
                "itself": { #"{"weight_map":{"a":"model.safetensors.index.json"}}"# },
            ]),
        HostileFiles(
            "gguf",
            { contents in
                let file = try GGUFFile(contents)
                _ = try AutoTokenizer.from(gguf: file.metadata)
            },
            refusedBytes: [
                "2^40 keys": { gguf(keys: 1 << 40) },
                "2^40 tensors": { gguf(keys: 0, tensors: 1 << 40) },
                "a string of 2^63 bytes": { gguf(keys: 1, [0, 0, 0, 0, 0, 0, 0, 0x80]) },
                "arrays in arrays": {
                    let level: [UInt8] = [9, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]
                    return gguf(
                        keys: 1,
                        [1, 0, 0, 0, 0, 0, 0, 0, 97, 9, 0, 0, 0]
                            + [UInt8]([[UInt8]](repeating: level, count: 100_000).joined()))
                },
            ]),
        HostileFiles(
            "lens",
            { file in
                var shape = DecoderConfiguration(modelType: "test")
                shape.layerCount = 2
                shape.hiddenSize = 2
                _ = try TunedLens(file, for: shape)
            },
            refusedBytes: [
                "of another width": {
                    safetensors(
                        #"{"0.weight":{"dtype":"F32","shape":[1,1],"data_offsets":[0,4]}}"#,
                        data: 4)
                }
            ]),
    ]

    private static let configurations = [
        HostileFiles(
            "configuration",
            { file in
                _ = try DecoderModel(
                    from: FileFolder(name: "f", files: [named(file, "config.json")]),
                    algebra: HostAlgebra())
            },
            refused: [
                "2^62 layers": { llama(["num_hidden_layers": "4611686018427387904"]) },
                "16384 layers": { llama(["num_hidden_layers": "16384"]) },
                "2^40 heads": { llama(["num_attention_heads": "1099511627776"]) },
                "2^31 tokens": { llama(["vocab_size": "2147483648"]) },
                "a number of a million digits": {
                    llama(["hidden_size": String(repeating: "9", count: 1_000_000)])
                },
                "a width that is no number": { llama(["hidden_size": #""eight""#]) },
                "a hundred thousand fields": {
                    let fields = (0..<100_000).map { #""x\#($0)":0"# }.joined(separator: ",")
                    return #"{"model_type":"llama",\#(fields)}"#
                },
                "a long rotation": {
                    let factors = [String](repeating: "1", count: 100_000).joined(separator: ",")
                    return llama([
                        "rope_scaling":
                            #"{"rope_type":"longrope","short_factor":[\#(factors)],"long_factor":[1]}"#
                    ])
                },
            ])
    ]
}

/// A file under another name.
func named(_ file: FileContents, _ name: String) -> FileContents {
    FileContents(copying: file.copy(0..<file.byteCount), name: name)
}

private func safetensors(_ header: String, data: Int = 0) -> [UInt8] {
    let count = header.utf8.count
    return (0..<8).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) } + Array(header.utf8)
        + [UInt8](repeating: 0, count: data)
}

private func gguf(keys: UInt64, tensors: UInt64 = 0, _ rest: [UInt8] = []) -> [UInt8] {
    func bytes(_ number: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * UInt64($0))) }
    }
    return Array("GGUF".utf8) + [3, 0, 0, 0] + bytes(tensors) + bytes(keys) + rest
}

private func llama(_ changes: [String: String]) -> String {
    let fields = [
        "model_type": #""llama""#, "hidden_size": "8", "intermediate_size": "12",
        "num_hidden_layers": "1", "num_attention_heads": "2", "vocab_size": "16",
    ].merging(changes) { $1 }
    return "{" + fields.map { #""\#($0)":\#($1)"# }.joined(separator: ",") + "}"
}
