import ScopeReports
import ScopeTrace
import Testing

@Suite struct HeatViewTests {
    /// The output without escape sequences, none of which may be anything but a change of style.
    func stripped(_ output: String) -> String {
        var result = String.UnicodeScalarView()
        var rest = output.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            guard scalar == "\u{1B}" else {
                result.append(scalar)
                continue
            }
            #expect(rest.popFirst() == "[")
            while let parameter = rest.popFirst(), parameter != "m" {
                #expect(parameter == ";" || ("0"..."9").contains(parameter))
            }
        }
        return String(result)
    }

    func render(_ trace: TokenTrace, _ depth: ColorDepth, colorsPrompt: Bool = false) -> String {
        var view = HeatView(scale: .surprisal, depth: depth, colorsPrompt: colorsPrompt)
        return trace.tokens.reduce("") { output, token in
            output + view.render(token, value: trace[.surprisal]?[token.index])
        }
    }

    @Test(arguments: 0..<100) func withoutEscapesTheTextIsThere(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let alphabet = ["a", " ", "\n", "é", "€", "🙂", "\t", "e\u{301}", "👩\u{200D}💻", "本", "=="]
        let text = (0..<30).map { _ in alphabet[Int.random(in: 0..<11, using: &generator)] }
            .joined()
        let trace = makeTrace(cut(Array(text.utf8), using: &generator), promptCount: 3)
        for depth in ColorDepth.allCases {
            let shown = stripped(render(trace, depth))
            #expect(shown.replacing("⏎", with: "").replacing("⇥", with: "") == text)
        }
        #expect(render(trace, .plain) == text)
    }

    @Test(arguments: 0..<100) func brokenBytesAreShownAsDecodingAllAtOnceShowsThem(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let pieces: [[UInt8]] = [
            [0xE2, 0x82], [0x80], [0xF0, 0x9F, 0x99], [0x41], [0xFF], [0xC3], [0xED, 0xA0, 0x80],
            [0xF4, 0x90], [0xC3, 0xA9], [0xE0, 0x80], [0xC0, 0xAF],
        ]
        let bytes = (0..<12).flatMap { _ in pieces[Int.random(in: 0..<11, using: &generator)] }
        let trace = makeTrace(cut(bytes, using: &generator))
        var view = HeatView(depth: .trueColor)
        var output = ""
        for token in trace.tokens { output += view.render(token, value: 1) }
        output += view.finish()
        #expect(stripped(output) == String(decoding: bytes, as: UTF8.self) + "\n")
    }

    @Test func aSplitCharacterComesWithItsLastToken() {
        let bytes = Array("🙂".utf8)
        var view = HeatView(depth: .indexed)
        let trace = makeTrace([
            ([0x61, bytes[0]], 0), ([bytes[1]], 8), ([bytes[2]], 0), ([bytes[3], 0x62], 0),
        ])
        let outputs = trace.tokens.map { view.render($0, value: trace[.surprisal]?[$0.index]) }
        #expect(outputs.map(stripped) == ["a", "", "", "🙂b"])
        // The character is as hot as the hottest of its tokens; what follows it is not.
        let cold = outputs[0].dropLast("a\u{1B}[0m".count)
        #expect(outputs[3].hasSuffix("🙂\u{1B}[0m\(cold)b\u{1B}[0m"))
        #expect(!outputs[3].hasPrefix(cold))
    }

    @Test(arguments: ColorDepth.allCases) func modelTextCannotDriveTheTerminal(depth: ColorDepth) {
        let hostile =
            (0..<0x20).map { String(UnicodeScalar(UInt8($0))) }.joined()
            + "\u{7F}\u{9B}31m\u{85}\u{202E}\u{2066}\u{FEFF}\u{2028}\u{AD}\u{1B}]0;title\u{07}\u{E0041}"
        var generator = SeededGenerator(seed: 1)
        for value in [nil, 4.0] {
            let tokens = cut(Array(hostile.utf8), using: &generator).map { ($0.0, value) }
            var view = HeatView(depth: depth)
            var output = view.legend()
            for token in makeTrace(tokens).tokens { output += view.render(token, value: value) }
            output += view.finish() + view.summary()
            let scalars = stripped(output).unicodeScalars
            for scalar in scalars where scalar != "\n" && scalar != "\t" {
                switch scalar.properties.generalCategory {
                case .control, .format, .lineSeparator, .paragraphSeparator:
                    Issue.record("U+\(String(scalar.value, radix: 16)) reached the terminal")
                default: break
                }
            }
            let shown = String(scalars)
            #expect(shown.contains("␛]0;title␇"))
            #expect(shown.contains("␡‹9B›31m‹85›‹202E›‹2066›‹FEFF›‹2028›‹AD›"))
            #expect(shown.contains("␀␁␂"))
            if depth == .plain { #expect(!output.contains("\u{1B}")) }
        }
    }

    @Test func coloursEndBeforeEachLineFeed() {
        let output = render(makeTrace([(Array("a\n\n b".utf8), 8)]), .trueColor)
        let hot = "\u{1B}[38;2;0;0;0;48;2;255;220;79m"
        let end = "\u{1B}[0m"
        #expect(output == "\(hot)a\(end)\(hot)⏎\(end)\n\(hot)⏎\(end)\n\(hot) b\(end)")
    }

    @Test func originsAreTold() {
        var trace = makeTrace([([0x70], 3), ([0x71], nil)], promptCount: 1)
        trace.append(id: 5, bytes: [0x72], origin: .forced)
        let dim = render(trace, .indexed)
        #expect(dim == "\u{1B}[2mp\u{1B}[0mq\u{1B}[4mr\u{1B}[0m")
        let colored = render(trace, .indexed, colorsPrompt: true)
        #expect(stripped(colored) == "p▌qr")
        #expect(colored.contains("48;5;"))
        #expect(render(trace, .plain, colorsPrompt: true) == "pqr")
    }

    @Test func plainOutputEndsWithASummary() {
        let trace = makeTrace(
            [([0x61], 9), ([0x62], 1.5), (Array("c\n".utf8), .infinity), ([0x64], nil)],
            promptCount: 1)
        #expect(
            HeatView.text(of: trace, depth: .plain)
                == "abc\nd\nsurprisal (nats) of 2 tokens: mean ∞, hottest ∞ at token 2 \"c⏎\"\n")
        #expect(
            HeatView.text(of: makeTrace([]), scale: .rank, depth: .plain) == "rank: no values\n")
        #expect(
            HeatView.text(of: trace, depth: .trueColor).hasPrefix("surprisal (nats) \u{1B}[38;2;"))
    }

    @Test func aLegendNamesTheEnds() {
        #expect(
            stripped(HeatView(depth: .indexed).legend()).split(separator: " ")
                == ["surprisal", "(nats)", "0", "2", "4", "6", "8"])
        #expect(
            stripped(HeatView(scale: .rank, depth: .trueColor).legend()).split(separator: " ")
                == ["rank", "1", "5.6", "32", "178", "1000"])
        #expect(
            HeatView(scale: .confidence, depth: .plain).legend()
                == "confidence (probability) from 1 to 0")
    }
}
