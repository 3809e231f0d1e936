import ScopeReports
import ScopeTrace
import Testing

/// Pictures: well formed whatever is in them, the same each time, and holding what they show.
@Suite struct SVGWriterTests {
    /// Everything that could break a picture.
    private static let hostile = [
        "</text><script>alert(1)</script>", "\u{0}\u{1B}[31m", "\u{202E}drow", "\"'&amp;<>",
        "\u{FFFE}\u{FFFF}", "]]>", "tab\tand\nline", "数字", "👩‍💻", "--", "e\u{301}",
    ]

    private static var trace: TokenTrace {
        var trace = makeTrace(
            hostile.enumerated().map { number, text in
                (Array(text.utf8), number == 0 ? nil : Double(number) / 2)
            }, promptCount: 3)
        // Half a character each.
        for byte in [[0xC3], [0xA9], [0xFF]] as [[UInt8]] {
            let index = trace.append(id: 1, bytes: byte, origin: .sampled)
            trace.record(at: index) { $0[.surprisal] = 1 }
        }
        for head in 0..<2 {
            for token in 1..<trace.tokens.count {
                let weights = (0..<token).map { Double($0 + head + 1) }
                let sum = weights.reduce(0, +)
                trace.record(at: TokenIndex(token)) {
                    $0[MetricKey<MetricRow>("attention_l1_h\(head)", unit: .probability)] =
                        MetricRow(weights.map { $0 / sum })
                }
            }
        }
        return trace
    }

    private static let matrix = PatchingMatrix(
        method: "path-patching", settings: ["receiver": "values 1.0", "<": "&"], layers: [0, 1],
        columns: .heads(3), cleanValue: 2, corruptedValue: 1, baseValue: 1,
        values: [[1, 1.25, 2], [0.5, 3, 1]])

    private static var lens: LensTable {
        let readings = [0, 1, 2].map { layer in
            LensTable.Reading(
                layer: layer, ids: [layer, 9], probabilities: [0.25 * Double(layer + 1), 0.1],
                divergence: 1, entropy: 2, probability: 0.1, rank: 3)
        }
        return LensTable(
            kind: .logit, layers: [0, 1, 2],
            columns: [1, 4].map {
                LensTable.Column(token: TokenIndex($0), readings: readings, leadingLayer: 2)
            })
    }

    private static let attributions = (1..<9).map { target in
        Attribution(
            method: hostile[0], target: TokenIndex(target), targetID: target,
            scores: (0..<target).map { $0.isMultiple(of: 2) ? Double($0) : -1 }, isSigned: true)
    }

    private static func pictures() throws -> [String: String] {
        let writer = SVGWriter()
        let trace = trace
        let patterns = trace.attentionPatterns
        return [
            "text": writer.text(of: trace),
            "matrix": writer.attentionMatrix(patterns[0], of: trace),
            "attributions": writer.attributionMatrix(attributions, of: trace),
            "heads": writer.headView(patterns, of: trace, token: TokenIndex(5)),
            "all heads": writer.headView(patterns, of: trace),
            "model": try #require(writer.modelView(of: trace)),
            "lens": writer.lensTable(lens, of: trace) { hostile[$0] },
            "patching": writer.patching(matrix, title: hostile.joined()),
            "empty": writer.text(of: TokenTrace(header: .sample)),
        ]
    }

    /// Shares by hand: of scores 0, -1 and 2 the last is two thirds, the one against has its sign.
    @Test func attributionsAreSharesOfTheirRow() {
        let trace = makeTrace(
            ["a", "b", "c", "d"].map { (Array($0.utf8), nil) }, promptCount: 4)
        let row = Attribution(
            method: "hand", target: TokenIndex(3), targetID: 3, scores: [0, -1, 2], isSigned: true)
        let picture = SVGWriter().attributionMatrix([row], of: trace)
        #expect(picture.contains("d (3) from c (2): score 2, share 0.667"))
        #expect(picture.contains("d (3) from b (1): score -1, share 0.333"))
        #expect(picture.contains("d (3) from a (0): score 0, share 0"))
        #expect(picture.components(of: ">−<") == 1)
        #expect(!picture.contains("from d (3)"))
    }

    @Test func everyPictureIsWellFormedAndTheSameEachTime() throws {
        let (first, second) = (try Self.pictures(), try Self.pictures())
        #expect(first == second)
        for (name, picture) in first {
            #expect(try Self.elements(picture) > 5, "\(name)")
            #expect(picture.contains("role=\"img\" aria-labelledby=\"title description\""))
            #expect(picture.contains("<title id=\"title\">"))
            #expect(picture.contains("<desc id=\"description\">"))
            #expect(picture.contains("prefers-color-scheme:dark"))
            #expect(!picture.contains("<script") && !picture.contains("http://www.w3.org/1999"))
        }
    }

    /// The number of elements; fails where tags do not match, or a character has no place in XML.
    private static func elements(_ picture: String) throws -> Int {
        for scalar in picture.unicodeScalars where scalar != "\n" {
            try #require(scalar.value >= 0x20 && scalar.value != 0xFFFE && scalar.value != 0xFFFF)
            try #require(!(0x202A...0x202E).contains(scalar.value))
        }
        var (open, count): ([Substring], Int) = ([], 0)
        for part in picture.split(separator: "<").dropFirst(picture.hasPrefix("<") ? 0 : 1) {
            let end = try #require(part.firstIndex(of: ">"))
            let tag = part[..<end]
            let text = part[part.index(after: end)...]
            try #require(!text.contains(">"))
            for entity in (tag + text).split(separator: "&").dropFirst() {
                let name = entity.prefix { $0 != ";" }
                try #require(["amp", "lt", "gt", "quot", "#39"].contains(name))
            }
            // Quotation marks pair up, so no attribute ends early.
            try #require(tag.count { $0 == "\"" }.isMultiple(of: 2))
            if tag.hasPrefix("/") {
                try #require(open.popLast() == tag.dropFirst())
            } else if !tag.hasSuffix("/") {
                open.append(tag.prefix { $0 != " " })
                count += 1
            } else {
                count += 1
            }
        }
        try #require(open.isEmpty)
        return count
    }

    @Test func theTextHoldsEveryTokenWithItsValue() {
        let trace = makeTrace(
            [("def".utf8.map { $0 }, nil), (" a\n".utf8.map { $0 }, 8), ("b".utf8.map { $0 }, 0)],
            promptCount: 1)
        let picture = SVGWriter().text(of: trace)
        #expect(picture.contains("<title>token 0, prompt, def</title>"))
        #expect(picture.contains("<title>token 1, sampled, ·a⏎: surprisal 8 (nats)</title>"))
        // The hottest colour with black text, the coldest with white text.
        #expect(picture.contains("fill=\"#ffdc4f\"/>\n<text fill=\"#000\""))
        #expect(picture.contains("> a⏎</text>"))
        #expect(picture.contains("fill=\"#3d434a\"/>\n<text fill=\"#fff\""))
        // b stands on the next line.
        #expect(picture.contains("x=\"12\" y=\"110\">b</text>"))
    }

    @Test func longLinesAreFolded() {
        let trace = makeTrace([(Array(repeating: UInt8(ascii: "x"), count: 25), 1)])
        let picture = SVGWriter(lineColumns: 10).text(of: trace)
        #expect(picture.components(of: ">xxxxxxxxxx</text>") == 2)
        #expect(picture.components(of: ">xxxxx</text>") == 1)
    }

    @Test func patternsAreReadFromTheTrace() throws {
        var trace = makeTrace((0..<3).map { ([UInt8(97 + $0)], 1) })
        let key = MetricKey<MetricRow>("attention_l0_mean", unit: .probability)
        trace.record(at: TokenIndex(2)) {
            $0[key] = MetricRow([0.75, 0.25])
            $0[MetricKey<MetricRow>("attention_l10_h3", unit: .probability)] = MetricRow([0.5])
            $0[MetricKey<MetricRow>("attention_l10_h3_tokens", unit: .position)] = MetricRow([1])
            $0[MetricKey<MetricRow>("attention_flow", unit: .ratio)] = MetricRow([1])
        }
        let patterns = trace.attentionPatterns
        #expect(patterns.map(\.layer) == [0, 10] && patterns.map(\.head) == [nil, 3])
        #expect(patterns[0].rows[0] == nil && patterns[0].rows[1] == nil)
        #expect(patterns[0].rows[2]?.map(\.token) == [0, 1])
        #expect(patterns[0].rows[2]?.map(\.value) == [0.75, 0.25])
        #expect(patterns[1].rows[2]?.map(\.token) == [1])
        #expect(SVGWriter().modelView(of: makeTrace([([97], 1)])) == nil)
        let picture = SVGWriter().attentionMatrix(patterns[0], of: trace)
        #expect(picture.contains("<title>c (2) from a (0): 0.75</title>"))
        // One line for each weight, as opaque as it is large.
        let lines = SVGWriter().headView([patterns[0]], of: trace, token: TokenIndex(2))
        #expect(lines.components(of: "stroke-opacity=\"0.75\"") == 1)
        #expect(lines.components(of: "stroke-opacity=") == 2)
    }

    @Test func onlySoManyTokensAreShown() {
        let trace = Self.trace
        let pattern = trace.attentionPatterns[0]
        let picture = SVGWriter(mostTokens: 4).attentionMatrix(pattern, of: trace)
        #expect(picture.contains("tokens 10 to 13 of 14"))
        #expect(picture.components(of: "<g><title>") == 6)
    }

    @Test func effectsStandInTheirCells() {
        let picture = SVGWriter().patching(Self.matrix)
        for text in ["0.00", "0.25", "1.00", "-0.50", "2.00"] {
            #expect(picture.contains(">\(text)</text>"))
        }
        #expect(picture.contains("layer 1, head 1: effect 2, value 3"))
        #expect(picture.contains("path patching to values 1.0"))
        let lens = SVGWriter().lensTable(Self.lens, of: Self.trace) { "t\($0)" }
        #expect(lens.contains(">output</text>") && lens.contains(">layer 1</text>"))
        #expect(lens.contains(">t2</text>") && lens.contains("t0 0.25, t9 0.1"))
    }

    @Test func aScaleFitsAColumn() throws {
        let trace = makeTrace([([97], 3), ([98], nil), ([99], -.infinity), ([100], 7)])
        let column = try #require(trace.metrics.column(named: "surprisal"))
        let scale = try #require(HeatScale(fitting: column))
        #expect(scale.cold == 3 && scale.hot == 7 && scale.name == "surprisal")
        let flat = makeTrace([([97], 2)])
        #expect(
            HeatScale(fitting: try #require(flat.metrics.column(named: "surprisal")))?.hot == 4)
        let none = makeTrace([([97], .infinity)])
        #expect(
            HeatScale(fitting: try #require(none.metrics.column(named: "surprisal"))) == nil)
    }
}

extension String {
    /// How often a text stands in it.
    fileprivate func components(of text: String) -> Int {
        split(separator: text, omittingEmptySubsequences: false).count - 1
    }
}
