import ScopeFiles
import TestFixtures
import Testing

@Suite struct GGUFTests {
    private func small() -> GGUFWriter {
        var writer = GGUFWriter()
        writer.set("general.architecture", .string("llama"))
        writer.set("a.uint8", .integer(.uint8, 255))
        writer.set("a.int8", .integer(.int8, 0x80))
        writer.set("a.uint16", .integer(.uint16, 65_535))
        writer.set("a.int16", .integer(.int16, 0xFFFE))
        writer.set("a.uint32", .uint32(4_000_000_000))
        writer.set("a.int32", .integer(.int32, 0xFFFF_FFFF))
        writer.set("a.uint64", .integer(.uint64, 1 << 40))
        writer.set("a.int64", .integer(.int64, UInt64(bitPattern: -5)))
        writer.set("a.huge", .integer(.uint64, .max))
        writer.set("a.float", .float(0.1))
        writer.set("a.double", .double(-1e300))
        writer.set("a.bool", .bool(1))
        writer.set("a.text", .string("é\u{0}語"))
        writer.set("a.bytes", .bytes([0x61, 0xFF]))
        writer.set("a.words", .strings(["", "a", "ab"]))
        writer.set("a.bools", .array(.bool, [.bool(0), .bool(1)]))
        writer.set("a.none", .array(.uint8, []))
        writer.set("a.nested", .array(.array, [.int32s([1, -2]), .strings(["x", "yz"])]))
        writer.add("late", .q4_0, shape: [3, 2, 64])
        writer.add("scalar", .float64, shape: [])
        writer.add("none", .q6_K, shape: [7, 0])
        writer.add("row", .bfloat16, shape: [5])
        return writer
    }

    @Test func readsEveryKindOfValue() throws {
        let metadata = try GGUFFile(small().contents()).metadata
        #expect(metadata.keys.first == "general.architecture")
        #expect(metadata.keys.count == 19)
        #expect(try metadata.string(for: "general.architecture") == "llama")
        let integers = [
            ("a.uint8", 255), ("a.int8", -128), ("a.uint16", 65_535), ("a.int16", -2),
            ("a.uint32", 4_000_000_000), ("a.int32", -1), ("a.uint64", 1 << 40), ("a.int64", -5),
        ]
        for (key, value) in integers {
            #expect(try metadata.int(for: key) == value)
            #expect(try metadata.double(for: key) == Double(value))
        }
        #expect(try metadata.double(for: "a.float") == Double(Float(0.1)))
        #expect(try metadata.double(for: "a.double") == -1e300)
        #expect(try metadata.double(for: "a.huge") == 0x1p64)
        #expect(try metadata.bool(for: "a.bool"))
        #expect(try metadata.string(for: "a.text") == "é\u{0}語")
        #expect(try metadata["a.bytes"]?.utf8().elementsEqual([0x61, 0xFF]) == true)
        let words = try metadata.array(for: "a.words")
        #expect(words.count == 3 && words.kind == .string)
        #expect(try words.strings().map { String(decoding: $0, as: UTF8.self) } == ["", "a", "ab"])
        #expect(try metadata.array(for: "a.bools").bools() == [false, true])
        #expect(try metadata.array(for: "a.none").ints().isEmpty)
        #expect(try metadata.array(for: "a.none").strings().count == 0)
        let nested = try metadata.array(for: "a.nested").elements().map { try $0.array() }
        #expect(try nested[0].ints() == [1, -2])
        #expect(try nested[0].doubles() == [1, -2])
        #expect(try nested[1].elements().map { try $0.string() } == ["x", "yz"])
        #expect(nested[1].error(1, "is bad").field == "a.nested[1][1]")
        #expect(metadata["absent"] == nil)
    }

    @Test func readsTheTableInTheOrderOfTheBytes() throws {
        let bytes = small().bytes
        let file = try GGUFFile(FileContents(copying: bytes, name: "test.gguf"))
        let data = bytes.count - small().data.count
        #expect(file.version == 3 && file.alignment == 32)
        #expect(file.entries.map(\.name) == ["late", "scalar", "none", "row"])
        #expect(
            file["late"]
                == GGUFTensorEntry(
                    name: "late", type: .q4_0, shape: [3, 2, 64], byteRange: data..<data + 216))
        #expect(file["late"]?.elementCount == 384)
        #expect(file["scalar"]?.elementCount == 1)
        #expect(file["scalar"]?.byteRange == data + 224..<data + 232)
        #expect(file["none"]?.elementCount == 0)
        #expect(file["row"]?.shape == [5])
        #expect(try file.required("row").type == .bfloat16)
        #expect(file["absent"] == nil)
        #expect(
            throws: FileError.malformed(
                file: "test.gguf", field: "absent", reason: "no such tensor")
        ) { try file.required("absent") }
    }

    @Test(arguments: GGUFType.allCases)
    func knowsEveryType(type: GGUFType) throws {
        var writer = GGUFWriter()
        writer.add("t", type, shape: [3, 2 * type.elementsPerBlock])
        let file = try GGUFFile(writer.contents())
        #expect(file["t"]?.type == type)
        #expect(file["t"]?.elementCount == 6 * type.elementsPerBlock)
        #expect(file["t"]?.byteRange.count == 6 * type.bytesPerBlock)
        #expect(GGUFType.allCases.filter { $0.name == type.name }.count == 1)
    }

    @Test(arguments: [
        ("a.text", "integer"), ("a.float", "integer"), ("a.bool", "integer"),
        ("a.huge", "larger than"), ("a.words", "integer"), ("absent", "missing"),
    ])
    func refusesWhatIsNoInteger(key: String, word: String) throws {
        let metadata = try GGUFFile(small().contents()).metadata
        let error = #expect(throws: FileError.self) { try metadata.int(for: key) }
        #expect(error?.field == key && error?.file == "test.gguf")
        #expect(error?.description.contains(word) == true)
    }

    @Test func refusesOtherKinds() throws {
        let metadata = try GGUFFile(small().contents()).metadata
        #expect(throws: FileError.self) { try metadata.double(for: "a.text") }
        #expect(throws: FileError.self) { try metadata.bool(for: "a.uint8") }
        #expect(throws: FileError.self) { try metadata.string(for: "a.uint8") }
        #expect(throws: FileError.self) { try metadata.string(for: "a.bytes") }
        #expect(throws: FileError.self) { try metadata.array(for: "a.text") }
        let words = try metadata.array(for: "a.words")
        #expect(throws: FileError.self) { try words.ints() }
        #expect(throws: FileError.self) { try words.doubles() }
        #expect(throws: FileError.self) { try words.bools() }
        #expect(throws: FileError.self) { try metadata.array(for: "a.bools").strings() }
    }

    @Test func anEmptyTableIsAFile() throws {
        var writer = GGUFWriter()
        #expect(try GGUFFile(writer.contents()).entries.isEmpty)
        writer.version = 2
        #expect(try GGUFFile(writer.contents()).version == 2)
    }

    @Test func alignsTensorsAsTheFileSays() throws {
        var writer = GGUFWriter()
        writer.alignment = 4
        writer.set("general.alignment", .uint32(4))
        writer.add("a", .int8, shape: [3])
        writer.add("b", .int8, shape: [1])
        let file = try GGUFFile(writer.contents())
        #expect(file.alignment == 4)
        #expect(file["b"]?.byteRange.lowerBound == (file["a"]?.byteRange.lowerBound ?? 0) + 4)
    }

    @Test func aMappedFileReadsAsOneInMemory() throws {
        var writer = small()
        writer.set("long", .strings((0..<200_000).map { "token\($0)" }))
        let folder = try TemporaryFolder()
        try folder.write(writer.bytes, to: "long.gguf")
        let file = try GGUFFile(FileContents.open(folder.path(of: "long.gguf")))
        #expect(file.contents.byteCount > 1 << 21)
        #expect(file.entries == (try GGUFFile(writer.contents())).entries)
        var index = 0
        for string in try file.metadata.array(for: "long").strings() {
            guard string.elementsEqual("token\(index)".utf8) else { break }
            index += 1
        }
        #expect(index == 200_000)
    }

    @Test func whatWasCheckedStaysWhenTheFileIsCut() throws {
        var writer = small()
        writer.set("long", .strings((0..<200_000).map { "token\($0)" }))
        let folder = try TemporaryFolder()
        try folder.write(writer.bytes, to: "cut.gguf")
        let file = try GGUFFile(FileContents.open(folder.path(of: "cut.gguf")))
        try folder.cut("cut.gguf", to: 10)
        #expect(try file.metadata.array(for: "long").strings().reduce(0) { $0 + $1.count } > 0)
        #expect(throws: FileError.changed(file: file.contents.name)) {
            try file.contents.checkUnchanged()
        }
    }
}
