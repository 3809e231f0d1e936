import ScopeFiles
import Testing

@Suite struct SafetensorsTests {
    private func read(_ bytes: [UInt8]) throws(FileError) -> SafetensorsFile {
        try SafetensorsFile(FileContents(copying: bytes, name: "test.safetensors"))
    }

    @Test func readsTheTableInTheOrderOfTheBytes() throws {
        let header =
            " {" + safetensorsEntry("late", "[2,1,2]", "[24,32]", dtype: "BF16") + ","
            + safetensorsEntry("none", "[0,7]", "[24,24]", dtype: "F64") + ","
            + "\"__metadata__\":{\"format\":\"pt\"},"
            + safetensorsEntry("scalar", "[]", "[0,8]", dtype: "I64") + ","
            + safetensorsEntry("first", "[4]", "[8,24]", dtype: "F32") + "}  "
        let file = try read(safetensorsBytes(header, data: 32))
        let start = 8 + header.utf8.count
        #expect(file.entries.map(\.name) == ["scalar", "first", "none", "late"])
        #expect(
            file["late"]
                == TensorEntry(
                    name: "late", dtype: .bfloat16, shape: [2, 1, 2],
                    byteRange: start + 24..<start + 32))
        #expect(file["scalar"]?.elementCount == 1)
        #expect(file["none"]?.byteRange.isEmpty == true)
        #expect(file["absent"] == nil)
        #expect(
            throws: FileError.malformed(
                file: "test.safetensors", field: "absent", reason: "no such tensor")
        ) { try file.required("absent") }
        #expect(file.metadata == ["format": "pt"])
    }

    @Test(arguments: SafetensorsType.allCases)
    func knowsEveryType(dtype: SafetensorsType) throws {
        let header =
            "{" + safetensorsEntry("t", "[3]", "[0,\(3 * dtype.byteWidth)]", dtype: dtype.rawValue)
            + "}"
        let file = try read(safetensorsBytes(header, data: 3 * dtype.byteWidth))
        #expect(file["t"]?.dtype == dtype)
        #expect(file["t"]?.elementCount == 3)
    }

    @Test func anEmptyTableIsAFile() throws {
        #expect(try read(safetensorsBytes("{}", data: 0)).entries.isEmpty)
        #expect(try read(safetensorsBytes("{\"__metadata__\":null}", data: 0)).metadata.isEmpty)
    }

    static let broken: [(header: String, data: Int, field: String)] = [
        ("", 0, "header"), ("[]", 0, "header"), ("{", 0, "header"), ("{}x", 0, "header"),
        ("\u{0}\u{0}", 0, "header"), ("{}", 1, "data_offsets"),
        ("{\"__metadata__\":[]}", 0, "__metadata__"),
        ("{\"__metadata__\":{\"a\":1}}", 0, "__metadata__.a"),
        ("{\"t\":null}", 0, "t"), ("{\"t\":{}}", 0, "t dtype"),
        ("{\"t\":{\"dtype\":\"F32\"}}", 0, "t shape"),
        ("{\"t\":{\"dtype\":\"F32\",\"shape\":[]}}", 4, "t data_offsets"),
        ("{\"t\":{\"dtype\":3,\"shape\":[],\"data_offsets\":[0,4]}}", 4, "t dtype"),
        ("{" + safetensorsEntry("t", "[1]", "[0,4]", dtype: "f32") + "}", 4, "t dtype"),
        ("{" + safetensorsEntry("t", "[1]", "[0,4]", dtype: "F128") + "}", 4, "t dtype"),
        ("{" + safetensorsEntry("t", "[\"1\"]", "[0,4]") + "}", 4, "t shape"),
        ("{" + safetensorsEntry("t", "[-1,-1]", "[0,4]") + "}", 4, "t shape"),
        ("{" + safetensorsEntry("t", "[1.0]", "[0,4]") + "}", 4, "t shape"),
        ("{" + safetensorsEntry("t", "{}", "[0,4]") + "}", 4, "t shape"),
        ("{" + safetensorsEntry("t", "[2]", "[0,4]") + "}", 4, "t shape"),
        ("{" + safetensorsEntry("t", "[4294967296,4294967296]", "[0,0]") + "}", 0, "t shape"),
        ("{" + safetensorsEntry("t", "[9223372036854775807,0]", "[0,0]") + "}", 0, "t shape"),
        ("{" + safetensorsEntry("t", "[1]", "[0]") + "}", 4, "t data_offsets"),
        ("{" + safetensorsEntry("t", "[1]", "[0,4,8]") + "}", 8, "t data_offsets"),
        ("{" + safetensorsEntry("t", "[1]", "[4,0]") + "}", 4, "t data_offsets"),
        ("{" + safetensorsEntry("t", "[1]", "[-4,0]") + "}", 4, "t data_offsets"),
        ("{" + safetensorsEntry("t", "[2]", "[0,8]") + "}", 4, "t data_offsets"),
        ("{" + safetensorsEntry("t", "[1]", "[0,9223372036854775808]") + "}", 4, "t data_offsets"),
        ("{" + safetensorsEntry("t", "[1]", "[4,8]") + "}", 8, "t data_offsets"),
        ("{" + safetensorsEntry("t", "[1]", "[0,4]") + "}", 8, "data_offsets"),
        (
            "{" + safetensorsEntry("t", "[1]", "[0,4]") + ","
                + safetensorsEntry("u", "[2]", "[0,8]") + "}", 8, "u data_offsets"
        ),
        (
            "{" + safetensorsEntry("t", "[1]", "[0,4]") + ","
                + safetensorsEntry("u", "[1]", "[8,12]") + "}", 12, "u data_offsets"
        ),
        (
            "{" + safetensorsEntry("t", "[1]", "[0,4]") + ","
                + safetensorsEntry("t", "[1]", "[4,8]") + "}", 8, "t"
        ),
    ]

    @Test(arguments: broken)
    func refusesByField(header: String, data: Int, field: String) throws {
        let error = #expect(throws: FileError.self) {
            try read(safetensorsBytes(header, data: data))
        }
        #expect(error?.file == "test.safetensors")
        #expect(error?.field == field, "\(String(describing: error))")
    }

    @Test func refusesALengthThatTheFileLacks() throws {
        for length: UInt64 in [3, 100, 1 << 31, 1 << 63, .max] {
            let bytes = safetensorsBytes("{}", data: 0, claimedLength: length)
            let error = #expect(throws: FileError.self) { try read(bytes) }
            #expect(error?.field == "header length")
        }
        for count in 0..<8 {
            let error = #expect(throws: FileError.self) {
                try read([UInt8](repeating: 0, count: count))
            }
            #expect(error?.field == "header length")
        }
    }

    @Test func aWholeFileCutAnywhereIsRefused() throws {
        let header =
            "{" + safetensorsEntry("a", "[2]", "[0,8]") + ","
            + safetensorsEntry("b", "[1]", "[8,12]") + "}"
        let bytes = safetensorsBytes(header, data: 12)
        _ = try read(bytes)
        for length in bytes.indices {
            #expect(throws: FileError.self) { try read(Array(bytes[..<length])) }
        }
    }

    @Test(arguments: 0..<20)
    func changedBytesNeverGiveATensorOutsideTheFile(seed: Int) throws {
        var generator = SeededGenerator(seed: seed)
        let header =
            "{" + safetensorsEntry("a", "[4]", "[0,8]", dtype: "F16") + ","
            + safetensorsEntry("b", "[1]", "[8,12]") + "}"
        for _ in 0..<200 {
            var bytes = safetensorsBytes(header, data: 12)
            for _ in 0..<2 {
                let position = Int.random(in: 0..<header.utf8.count + 8, using: &generator)
                bytes[position] = UInt8.random(in: 0x20...0x7E, using: &generator)
            }
            guard let file = try? read(bytes) else { continue }
            var end = bytes.count - 12
            for entry in file.entries {
                #expect(entry.byteRange.lowerBound == end)
                #expect(
                    entry.byteRange.count
                        == entry.shape.reduce(entry.dtype.byteWidth, *))
                end = entry.byteRange.upperBound
            }
            #expect(end == bytes.count)
        }
    }
}
