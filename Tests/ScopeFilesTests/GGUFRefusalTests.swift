import ScopeFiles
import TestFixtures
import Testing

@Suite struct GGUFRefusalTests {
    /// A way to break a file.
    struct Break: Sendable, CustomStringConvertible {
        let description: String
        let field: String
        let word: String
        let apply: @Sendable (inout GGUFWriter) -> Void

        init(
            _ description: String, field: String, word: String,
            _ apply: @escaping @Sendable (inout GGUFWriter) -> Void
        ) {
            self.description = description
            self.field = field
            self.word = word
            self.apply = apply
        }
    }

    static let breaks: [Break] = [
        Break("magic", field: "magic", word: "GGUF") { $0.magic = Array("GGML".utf8) },
        Break("version 1", field: "version", word: "version 1") { $0.version = 1 },
        Break("version 4", field: "version", word: "version 4") { $0.version = 4 },
        Break("big-endian", field: "version", word: "big-endian") { $0.version = 0x0300_0000 },
        Break("many tensors", field: "tensor count", word: "do not fit") {
            $0.claimedCounts.tensors = 1 << 60
        },
        Break("many keys", field: "metadata count", word: "do not fit") {
            $0.claimedCounts.keys = .max
        },
        Break("empty key", field: "metadata key 2", word: "empty") {
            $0.values.append(("", .bool(0)))
        },
        Break("key twice", field: "k", word: "twice") { $0.values.append(("k", .bool(0))) },
        Break("bool 2", field: "b", word: "found 2") { $0.set("b", .bool(2)) },
        Break("bool 3 in an array", field: "b", word: "found 3") {
            $0.set("b", .array(.bool, [.bool(1), .bool(3)]))
        },
        Break("deep", field: "b", word: "nested") { writer in
            var value = GGUFWriter.Value.array(.uint8, [])
            for _ in 0..<20 { value = .array(.array, [value]) }
            writer.set("b", value)
        },
        Break("alignment 0", field: "general.alignment", word: "power of two") {
            $0.set("general.alignment", .uint32(0))
        },
        Break("alignment 24", field: "general.alignment", word: "power of two") {
            $0.set("general.alignment", .uint32(24))
        },
        Break("alignment text", field: "general.alignment", word: "integer") {
            $0.set("general.alignment", .string("32"))
        },
        Break("alignment 2^62", field: "t offset", word: "past the end") {
            $0.set("general.alignment", .integer(.uint64, 1 << 62))
        },
        Break("tensor twice", field: "t name", word: "twice") {
            $0.add("t", .float32, shape: [1])
        },
        Break("five dimensions", field: "t shape", word: "at most 4") {
            $0.tensors[0].dimensions = [1, 1, 1, 1, 1]
        },
        Break("size 2^63", field: "t shape", word: "9223372036854775808") {
            $0.tensors[0].dimensions = [1 << 63]
        },
        Break("elements overflow", field: "t shape", word: "overflows") {
            $0.tensors[0].dimensions = [1 << 40, 1 << 40]
        },
        Break("overflow behind a zero", field: "t shape", word: "overflows") {
            $0.tensors[0].dimensions = [1 << 40, 0, 1 << 40]
        },
        Break("bytes overflow", field: "t shape", word: "overflows") {
            $0.tensors[0].dimensions = [1 << 61]
        },
        Break("type 250", field: "t type", word: "250") { $0.tensors[0].type = 250 },
        Break("type Q4_2", field: "t type", word: "Q4_2") { $0.tensors[0].type = 4 },
        Break("blocks", field: "t shape", word: "whole blocks of 32") {
            $0.tensors[0].type = UInt32(GGUFType.q8_0.rawValue)
        },
        Break("offset", field: "t offset", word: "multiple") { $0.tensors[0].offset = 4 },
        Break("offset 2^40", field: "t offset", word: "past the end") {
            $0.tensors[0].offset = 1 << 40
        },
        Break("offset 2^64 - 32", field: "t offset", word: "past the end") {
            $0.tensors[0].offset = .max - 31
        },
        Break("too long", field: "t offset", word: "past the end") {
            $0.tensors[0].dimensions = [1_000]
        },
        Break("overlap", field: "u offset", word: "overlaps t by") {
            $0.add("u", .float32, shape: [10])
            $0.tensors[1].offset = 32
        },
    ]

    static func small() -> GGUFWriter {
        var writer = GGUFWriter()
        writer.set("k", .strings(["abc", "d"]))
        writer.set("b", .bool(0))
        writer.add("t", .float32, shape: [2, 10])
        return writer
    }

    @Test func theFileIsSoundBeforeItIsBroken() throws {
        #expect(try GGUFFile(Self.small().contents()).entries.count == 1)
    }

    @Test(arguments: breaks)
    func refusesByField(broken: Break) throws {
        var writer = Self.small()
        broken.apply(&writer)
        let error = #expect(throws: FileError.self) { try GGUFFile(writer.contents()) }
        #expect(error?.file == "test.gguf")
        #expect(error?.field == broken.field)
        let text = error?.description ?? ""
        #expect(text.contains(broken.word), "\(text)")
    }

    /// Lengths and numbers that a writer would not write.
    @Test(arguments: [
        ("abc", 9, "abc", UInt64(1) << 63, 8, "k"), ("k", 8, "k", .max, 8, "metadata key 0"),
        ("k", -1, "k", 13, 4, "k"), ("k", -5, "k", 99, 4, "k"),
    ])
    func refusesPatchedFields(
        near: String, back: Int, _: String, value: UInt64, width: Int, field: String
    ) throws {
        var bytes = Self.small().bytes
        let pattern = Array(near.utf8)
        let places = bytes.indices.dropLast(8).filter { bytes[$0...].starts(with: pattern) }
        let place = try #require(places.first)
        // Before the string its length; after the key the kind and that of the elements.
        let start = back > 0 ? place - 8 : place - back
        for offset in 0..<width {
            bytes[start + offset] = UInt8(truncatingIfNeeded: value >> (8 * offset))
        }
        let error = #expect(throws: FileError.self) {
            try GGUFFile(FileContents(copying: bytes, name: "test.gguf"))
        }
        #expect(error?.field == field, "\(String(describing: error))")
    }

    @Test func aKeyMustBeText() throws {
        var bytes = Self.small().bytes
        let place = try #require(bytes.firstIndex(of: UInt8(ascii: "k")))
        bytes[place] = 0xFF
        let error = #expect(throws: FileError.self) {
            try GGUFFile(FileContents(copying: bytes, name: "test.gguf"))
        }
        #expect(error?.description.contains("UTF-8") == true)
    }

    @Test func everyPrefixIsRefused() {
        let bytes = Self.small().bytes
        for count in bytes.indices {
            let contents = FileContents(copying: Array(bytes[..<count]), name: "cut.gguf")
            #expect(throws: FileError.self) { try GGUFFile(contents) }
        }
    }

    @Test(arguments: [UInt8(0x01), 0x80, 0xFF])
    func flippedBytesNeverTrap(mask: UInt8) throws {
        let original = Self.small().bytes
        var refused = 0
        for index in original.indices {
            var bytes = original
            bytes[index] ^= mask
            do {
                let file = try GGUFFile(FileContents(copying: bytes, name: "flipped.gguf"))
                for key in file.metadata.keys { try readAll(file.metadata.required(key)) }
                for entry in file.entries { #expect(entry.byteRange.upperBound <= bytes.count) }
            } catch let error as FileError {
                #expect(error.file == "flipped.gguf")
                refused += 1
            }
        }
        #expect(refused > 50)
    }
}

/// Reads a value whatever it is; errors about its content are fine.
func readAll(_ value: GGUFValue) throws {
    switch value.kind {
    case .string: _ = try value.utf8().count
    case .bool: _ = try value.bool()
    case .array: for element in try value.array().elements() { try readAll(element) }
    default: _ = try value.double()
    }
}
