import ScopeFiles
import Testing

@Suite struct JSONWriterTests {
    private func text(_ body: (inout JSONWriter) -> Void) -> String {
        var writer = JSONWriter()
        body(&writer)
        return String(decoding: writer.finish(), as: UTF8.self)
    }

    @Test func writesMembersInOrder() {
        let written = text { writer in
            writer.object { writer in
                writer.member("z", 1)
                writer.member("a", "é\"\\\n\u{1}\u{7F}\u{2028}")
                writer.member("ids", [1, 2, 3])
                writer.member("none", [] as [Double])
                writer.key("inner")
                writer.array { writer in
                    writer.object { _ in }
                    writer.writeNull()
                    writer.write(true)
                    writer.array { _ in }
                }
            }
        }
        #expect(
            written == "{\"z\":1,\"a\":\"é\\\"\\\\\\n\\u0001\u{7F}\u{2028}\",\"ids\":[1,2,3],"
                + "\"none\":[],\"inner\":[{},null,true,[]]}")
    }

    @Test(arguments: [
        (0.1, "0.1"), (1, "1.0"), (-0.0, "-0.0"), (1e-05, "1e-05"), (1e22, "1e+22"),
        (.infinity, "\"Infinity\""), (-.infinity, "\"-Infinity\""),
        (.greatestFiniteMagnitude, "1.7976931348623157e+308"), (.leastNonzeroMagnitude, "5e-324"),
    ])
    func writesDoublesInTheirShortestForm(value: Double, expected: String) {
        #expect(text { $0.write(value) } == expected)
    }

    @Test func writesFloatsInTheirOwnShortestForm() {
        #expect(text { $0.write(Float(0.1)) } == "0.1")
        #expect(text { $0.write(Float.infinity) } == "\"Infinity\"")
    }

    @Test func repairsTextThatIsNotUTF8() {
        #expect(text { $0.write(utf8: [0x61, 0xFF, 0xC3]) } == "\"a\u{FFFD}\u{FFFD}\"")
    }

    @Test func givesLongTextsInParts() {
        var writer = JSONWriter()
        var parts: [UInt8] = []
        writer.array { writer in
            for value in 0..<4 {
                writer.write(value)
                parts += writer.takeBytes()
            }
        }
        parts += writer.finish()
        #expect(String(decoding: parts, as: UTF8.self) == "[0,1,2,3]")
    }

    @Test func refusesWhatNoReaderCouldRead() async {
        await #expect(processExitsWith: .failure) {
            var writer = JSONWriter()
            writer.write(Double.nan)
        }
        await #expect(processExitsWith: .failure) {
            var writer = JSONWriter()
            writer.object { $0.write(1) }
        }
        await #expect(processExitsWith: .failure) {
            var writer = JSONWriter()
            writer.write(1)
            writer.write(2)
        }
    }
}
