import ScopeFiles
import Testing

@Suite struct JSONPropertyTests {
    @Test(arguments: 0..<300)
    func whatIsWrittenIsRead(seed: Int) throws {
        var generator = SeededGenerator(seed: seed)
        let value = RandomJSON(depth: 5, using: &generator)
        let document = try JSONDocument(
            bytes: value.bytes, file: "random.json", refusingDuplicateKeys: true)
        #expect(try value.equals(document.root))
        #expect(document.root.byteRange == 0..<value.bytes.count)

        // Copying every lexeme gives the text again, byte for byte.
        var writer = JSONWriter()
        writer.write(document.root)
        #expect(writer.finish() == value.bytes)
    }

    @Test(arguments: 0..<60)
    func everyPrefixIsRefused(seed: Int) throws {
        var generator = SeededGenerator(seed: seed)
        let value = RandomJSON.array([RandomJSON(depth: 4, using: &generator)])
        for length in 0..<value.bytes.count {
            #expect(throws: FileError.self) {
                try JSONDocument(bytes: Array(value.bytes[..<length]), file: "cut.json")
            }
        }
    }

    @Test(arguments: 0..<100)
    func oneWrongByteNeverTraps(seed: Int) throws {
        var generator = SeededGenerator(seed: seed)
        let value = RandomJSON(depth: 4, using: &generator)
        for position in value.bytes.indices {
            var bytes = value.bytes
            bytes[position] = UInt8.random(in: 0...255, using: &generator)
            guard let document = try? JSONDocument(bytes: bytes, file: "changed.json") else {
                continue
            }
            // What is accepted must be valid UTF-8 as a whole and readable to the last value.
            #expect(String(validating: bytes, as: UTF8.self) != nil)
            try walk(document.root)
        }
    }

    @Test(arguments: 0..<100)
    func everyValueIsFoundAgainByItsPath(seed: Int) throws {
        var generator = SeededGenerator(seed: seed)
        let value = RandomJSON(depth: 4, using: &generator)
        let root = try JSONDocument(bytes: value.bytes, file: "random.json").root
        try checkPaths(root, nil)
    }

    private func checkPaths(_ value: JSONValue, _ path: String?) throws {
        #expect(
            value.error("wrong")
                == .malformed(
                    file: "random.json", field: path, position: value.byteRange.lowerBound,
                    reason: "wrong"))
        if value.kind == .array {
            for (index, element) in try value.elements().enumerated() {
                try checkPaths(element, "\(path ?? "")[\(index)]")
            }
        } else if value.kind == .object {
            for (key, member) in try value.members() {
                // Control characters of a key are spelled out in messages.
                guard key.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else { continue }
                try checkPaths(member, (path.map { $0 + "." } ?? "") + key.string)
            }
        }
    }

    private func walk(_ value: JSONValue) throws {
        switch value.kind {
        case .null: #expect(value.lexeme == "null")
        case .bool: _ = try value.bool()
        case .number:
            _ = try? value.int()
            _ = try? value.double()
        case .string: #expect(String(validating: try value.utf8(), as: UTF8.self) != nil)
        case .array: for element in try value.elements() { try walk(element) }
        case .object:
            for (key, member) in try value.members() {
                #expect(String(validating: key.utf8, as: UTF8.self) != nil)
                try walk(member)
            }
        }
    }
}
