import ScopeTrace
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

@Suite struct FencedCodeTests {
    /// The blocks of a text, as language and code.
    private func blocks(_ text: String) throws -> [String] {
        let bytes = Array(text.utf8)
        let map = FencedCode.map(of: bytes)
        #expect(map.sequenceByteCount == bytes.count)
        return try map.regions.indices.flatMap { number in
            let code = try #require(map.bytes(ofRegion: number, in: bytes))
            return [map.regions[number].language, String(decoding: code, as: UTF8.self)]
        }
    }

    @Test func blocksAreThoseOfTheReference() throws {
        let cases = try JSONDecoder().decode([Case].self, from: Data(fencedCodeGolden.utf8))
        #expect(cases.count > 200)
        for known in cases { #expect(try blocks(known.text) == known.blocks, "\(known.text)") }
    }

    private struct Case: Decodable {
        let text: String
        let blocks: [String]

        init(from decoder: any Decoder) throws {
            var container = try decoder.unkeyedContainer()
            text = try container.decode(String.self)
            blocks = try container.decode([String].self)
        }
    }

    @Test(arguments: [
        ("Hello:\n\n```python\nx = 1\n```\n", ["python", "x = 1\n"]),
        ("~~~~ rust ignore\n~~~\n```\n~~~~", ["rust", "~~~\n```\n"]),
        ("````\n```\n`````\nafter", ["", "```\n"]),
        ("  ``` c\n    int x;\n int y;\n   ```\n", ["c", "  int x;\nint y;\n"]),
        ("```\n    ```\n```\n", ["", "    ```\n"]),
        ("    ```\n    no block\n", []), ("``` a`b\nno block\n", []), ("~~~ a`b\n", ["a`b", ""]),
        ("text\n```\nx\n```\ntext", ["", "x\n"]), ("```js\r\nx\r\n```\r\n", ["js", "x\r\n"]),
        ("1. one\n\n   ```sh\n   ls\n\n   pwd\n   ```\n", ["sh", "ls\n\npwd\n"]),
        ("10. ten\n    ~~~\n    x\n  y\n", ["", "x\n"]),
        ("> ```\n> a\n>  b\nend", ["", "a\n b\n"]),
        ("```\n\tx\n", ["", "\tx\n"]), ("```\\<x\\>\\a\n", ["<x>\\a", ""]), ("", []), ("``", []),
    ])
    func blocksFollowTheRules(_ text: String, _ expected: [String]) throws {
        #expect(try blocks(text) == expected)
    }

    @Test func aBlockStreamsInByteByByte() throws {
        let text = "Sure:\n\n1. First:\n   ```python\n   x = 1\n   ```\n2. ok\n\n~~~\nlast"
        let bytes = Array(text.utf8)
        var code = FencedCode()
        for end in 0...bytes.count {
            if end > 0 { code.append([bytes[end - 1]]) }
            #expect(code.map == FencedCode.map(of: bytes[..<end]))
        }
        #expect(code.map.regions.map(\.language) == ["python", ""])
        #expect(code.map.regions.map(\.isComplete) == [true, false])
        #expect(code.map.insertion == DocumentPlace(region: 1, offset: 4))
    }

    @Test func anUnclosedBlockGrows() {
        var code = FencedCode()
        code.append("```swift\nlet x".utf8)
        #expect(code.map.regions == [DocumentRegion(language: "swift", byteCount: 5)])
        code.append(" = 1\n``".utf8)
        // Until the third mark comes, two of them are code.
        #expect(code.map.regions == [DocumentRegion(language: "swift", byteCount: 12)])
        code.append("`".utf8)
        #expect(
            code.map.regions
                == [DocumentRegion(language: "swift", byteCount: 10, isComplete: true)])
        #expect(code.map.insertion == nil)
    }

    @Test(arguments: 0..<50 as Range<UInt64>) func anyBytesAreRead(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let alphabet = Array("``~~~> -*1.\t\r\n\n\n ab\\#=".utf8) + [0, 0xC3, 0xFF]
        var bytes: [UInt8] = []
        for _ in 0..<400 {
            bytes.append(alphabet[Int.random(in: 0..<alphabet.count, using: &generator)])
        }
        let map = FencedCode.map(of: bytes)
        #expect(map.sequenceByteCount == bytes.count)
        #expect(map.sharedByteCount == map.regions.reduce(0) { $0 + $1.byteCount })
        // Regions follow one another and each lies in the text as it is.
        let places = map.pieces.map(\.place)
        #expect(places == places.sorted())
    }

    @Test func aTraceGivesTheBlocksOfItsAnswer() throws {
        var trace = TokenTrace(header: .sample)
        trace.append(id: 0, bytes: Array("```c\nno\n```\n".utf8), origin: .prompt)
        for piece in ["Here:\n``", "`py\nx", " = 1\n``", "`\nDone"] {
            trace.append(id: 1, bytes: Array(piece.utf8), origin: .sampled)
        }
        trace.append(id: 2, bytes: Array("<eos>".utf8), origin: .sampled, role: .eos)
        let map = trace.fencedCode
        #expect(map.regions == [DocumentRegion(language: "py", byteCount: 6, isComplete: true)])
        #expect(map.bytes(ofRegion: 0, in: trace.bytes) == Array("x = 1\n".utf8))
        #expect(map.sequenceByteCount == trace.bytes.count)
        // Token 2 ends with the first byte of the code.
        let span = trace.tokens[2].sequenceSpan
        #expect(map.documentRanges(of: span) == [DocumentRange(bytes: 0..<1)])
    }

    @Test func manyLinesTakeLinearTime() {
        let text = String(repeating: "> ```\n> x\n> ```\n", count: 20_000)
        let map = FencedCode.map(of: text.utf8)
        #expect(map.regions.count == 20_000)
    }
}
