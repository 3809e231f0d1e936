import ScopeReports
import ScopeTrace
import Testing

/// Comparisons of two models as text.
@Suite struct ComparisonTests {
    private let comparison: ModelComparison = {
        var trace = TokenTrace(header: .sample)
        let tokens: [(String, Double?, Int, Int)] = [
            ("a", nil, 0, 0), ("\u{1B}b", 0.000_012_3, 7, 7), ("c\n", 0.25, 7, 9),
            ("d", .infinity, 8, 9),
        ]
        for (number, (text, divergence, argmaxA, argmaxB)) in tokens.enumerated() {
            let index = trace.append(id: number, bytes: Array(text.utf8), origin: .prompt)
            guard let divergence else { continue }
            trace.record(at: index) { metrics in
                metrics[.divergence] = divergence
                metrics[.surprisalA] = 1
                metrics[.surprisalB] = 2
                metrics[.argmaxA] = argmaxA
                metrics[.argmaxB] = argmaxB
                metrics[.argmaxTextA] = "id\(argmaxA)"
                metrics[.argmaxTextB] = "id\(argmaxB)"
            }
        }
        trace.stopReason = .length
        var other = trace.header.model
        other.name = "models/" + String(repeating: "long-", count: 10) + "name"
        other.weights = "q4_0"
        return ModelComparison(
            a: trace.header.model, b: other, trace: trace, vocabularySize: 100,
            layerThreshold: 0.01,
            layers: [0, 0.005, 0.0625, 0.5].enumerated().map {
                ModelComparison.LayerDifference(layer: $0, relativeDifference: $1)
            })
    }()

    @Test func resultsFollowFromTheColumns() throws {
        #expect(comparison.comparedCount == 3)
        #expect(comparison.meanDivergence == .infinity)
        let largest = try #require(comparison.largestDivergence)
        #expect(largest.token == TokenIndex(3) && largest.value == .infinity)
        #expect(comparison.disagreements == [TokenIndex(2), TokenIndex(3)])
        #expect(comparison.firstDisagreement == TokenIndex(2))
        #expect(comparison.departingLayer == 2)
        let perplexity = try #require(comparison.perplexityB)
        #expect(abs(perplexity - 7.389_056_098_930_65) < 1e-12)
    }

    @Test func linesAreJSON() {
        let writer = ComparisonWriter()
        let lines = writer.text(of: comparison).split(separator: "\n")
        #expect(lines.count == 6)
        #expect(
            lines[0].hasPrefix(
                """
                {"format":"tokenscope.comparison","format_version":1,\
                "a":{"name":"tiny \\"py\\"","family":"llama"
                """))
        #expect(lines[0].contains("\"vocabulary_size\":100,\"layer_threshold\":0.01,"))
        #expect(lines[3].contains("\"metrics\":{\"kl\":0.25,\"surprisal_a\":1.0,"))
        #expect(lines[4].contains("\"kl\":\"Infinity\""))
        let perplexities = (comparison.perplexityA ?? 0, comparison.perplexityB ?? 0)
        let footer = """
            {"stop_reason":"length","compared":3,"mean_kl":"Infinity","max_kl":"Infinity",\
            "max_kl_index":3,"perplexity_a":\(perplexities.0),"perplexity_b":\(perplexities.1),\
            "disagreements":2,"first_disagreement":2,"layers":[0.0,0.005,0.0625,0.5],\
            "departing_layer":2}
            """
        #expect(lines[5] == footer)
        let document = writer.document(of: comparison)
        #expect(document.hasPrefix("{\"header\":{\"format\":") && document.hasSuffix("}}\n"))
    }

    @Test func nothingComparedIsNull() {
        var empty = comparison
        empty.trace = TokenTrace(header: .sample)
        empty.layers = nil
        let footer = ComparisonWriter().footer(of: empty)
        #expect(footer.contains("\"mean_kl\":null") && footer.contains("\"layers\":null"))
        #expect(ComparisonView().summary(of: empty).contains("no token was compared"))
        #expect(ComparisonView().layerTable(of: empty).isEmpty)
    }

    @Test func tablesAreForPeople() {
        let view = ComparisonView()
        #expect(
            view.tokenTable(of: comparison) == """
                token  text  kl (nats)  surprisal a      b  argmax a  b
                    0  "a"
                    1  "␛b"   0.000012        1.000  2.000  "id7"
                    2  "c␊"   0.250000        1.000  2.000  "id7"     "id9"
                    3  "d"           ∞        1.000  2.000  "id8"     "id9"

                """)
        #expect(
            view.layerTable(of: comparison) == """
                layer  output of       relative difference
                    0  the embedding              0.000000
                    1  block 0                    0.005000
                    2  block 1                    0.062500  departs
                    3  the final norm             0.500000

                """)
        let lines = view.summary(of: comparison).split(separator: "\n").map(String.init)
        #expect(lines.count == 6)
        #expect(lines[2].hasPrefix("B  …") && lines[2].contains("name  q4_0"))
        #expect(lines[3] == "KL(A‖B) of 3 tokens: mean ∞ nats, largest ∞ at token 3 \"d\"")
        #expect(
            lines[4]
                == "most probable token: differs at 2 of 3, first at token 2 \"c␊\": "
                + "\"id7\" to A, \"id9\" to B")
        #expect(
            lines[5]
                == "layers: the output of block 1 departs first, by 0.0625 (threshold 0.01)")
    }

    @Test func heatShowsSmallNumbers() {
        var view = HeatView(scale: .divergence, depth: .plain, colorsPrompt: true)
        #expect(view.legend() == "kl (nats) from 0.001 to 10")
        for token in comparison.trace.tokens.prefix(2) {
            _ = view.render(token, value: comparison.trace[.divergence]?[token.index])
        }
        #expect(view.summary().contains("mean 0.0000123"))
    }
}
