import ScopeFiles
import TestFixtures
import Testing

@Suite struct GGUFPropertyTests {
    @Test(arguments: 0..<300)
    func whatIsWrittenIsRead(seed: Int) throws {
        var random = SeededGenerator(seed: seed)
        let writer = Self.writer(&random)
        let bytes = writer.bytes
        let file = try GGUFFile(FileContents(copying: bytes, name: "random.gguf"))
        #expect(file.version == Int(writer.version) && file.alignment == writer.alignment)
        #expect(file.metadata.keys == writer.values.map(\.key))
        for (key, value) in writer.values {
            #expect(try Self.value(file.metadata.required(key)) == value)
        }
        let dataStart = bytes.count - writer.data.count
        for tensor in writer.tensors {
            let entry = try file.required(tensor.name)
            #expect(entry.type.rawValue == Int(tensor.type))
            #expect(entry.shape.reversed().map(UInt64.init) == tensor.dimensions)
            #expect(entry.byteRange.lowerBound == dataStart + Int(tensor.offset))
            #expect(entry.elementCount == entry.shape.reduce(1, *))
        }
        #expect(file.entries.count == writer.tensors.count)
        for (left, right) in zip(file.entries, file.entries.dropFirst()) {
            #expect(left.byteRange.upperBound <= right.byteRange.lowerBound)
        }
    }

    private static func writer(_ random: inout SeededGenerator) -> GGUFWriter {
        var writer = GGUFWriter()
        writer.version = Bool.random(using: &random) ? 2 : 3
        if let alignment = [nil, 1, 8, 64].randomElement(using: &random) ?? nil {
            writer.alignment = alignment
            writer.set("general.alignment", .uint32(UInt32(alignment)))
        }
        for index in 0..<Int.random(in: 0...12, using: &random) {
            let kind = GGUFValueKind.allCases.randomElement(using: &random) ?? .bool
            writer.set("key\(index)", value(kind, level: 0, &random))
        }
        for index in 0..<Int.random(in: 0...8, using: &random) {
            let type = GGUFType.allCases.randomElement(using: &random) ?? .float32
            var shape = (0..<Int.random(in: 0...3, using: &random)).map { _ in
                Int.random(in: 0...3, using: &random)
            }
            if type.elementsPerBlock > 1 || Bool.random(using: &random) {
                shape.append(type.elementsPerBlock * Int.random(in: 0...2, using: &random))
            }
            writer.add("tensor\(index)", type, shape: shape)
        }
        return writer
    }

    private static func value(
        _ kind: GGUFValueKind, level: Int, _ random: inout SeededGenerator
    ) -> GGUFWriter.Value {
        let bits = UInt64.random(in: .min ... .max, using: &random)
        switch kind {
        case .uint8, .int8: return .integer(kind, bits & 0xFF)
        case .uint16, .int16: return .integer(kind, bits & 0xFFFF)
        case .uint32, .int32: return .integer(kind, bits & 0xFFFF_FFFF)
        case .uint64, .int64: return .integer(kind, bits >> 1)
        case .float32: return .float(Float(Int32(truncatingIfNeeded: bits)) / 1_024)
        case .float64: return .double(Double(Int64(bitPattern: bits)) / 1_024)
        case .bool: return .bool(UInt8(bits & 1))
        case .string: return .bytes((0..<bits % 9).map { UInt8(truncatingIfNeeded: bits >> $0) })
        case .array:
            var kind = GGUFValueKind.allCases.randomElement(using: &random) ?? .bool
            if level == 3, kind == .array { kind = .string }
            let count = Int.random(in: 0...5, using: &random)
            return .array(kind, (0..<count).map { _ in value(kind, level: level + 1, &random) })
        }
    }

    /// What was read as what was written.
    private static func value(_ value: GGUFValue) throws -> GGUFWriter.Value {
        switch value.kind {
        case .uint8: .integer(.uint8, UInt64(try value.int()))
        case .int8: .integer(.int8, UInt64(UInt8(bitPattern: Int8(try value.int()))))
        case .uint16: .integer(.uint16, UInt64(try value.int()))
        case .int16: .integer(.int16, UInt64(UInt16(bitPattern: Int16(try value.int()))))
        case .uint32: .integer(.uint32, UInt64(try value.int()))
        case .int32: .integer(.int32, UInt64(UInt32(bitPattern: Int32(try value.int()))))
        case .uint64: .integer(.uint64, UInt64(try value.int()))
        case .int64: .integer(.int64, UInt64(bitPattern: Int64(try value.int())))
        case .float32: .float(Float(try value.double()))
        case .float64: .double(try value.double())
        case .bool: .bool(try value.bool() ? 1 : 0)
        case .string: .bytes(Array(try value.utf8()))
        case .array:
            .array(
                try value.array().kind,
                try value.array().elements().map { try Self.value($0) })
        }
    }
}
