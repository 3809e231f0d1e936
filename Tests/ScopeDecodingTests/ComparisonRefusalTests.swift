import Foundation
import ScopeTestKit
import TestFixtures
import Testing
import TokenScope

/// Distributions at their limits, models that cannot be compared, and comparisons that end early.
@Suite struct ComparisonRefusalTests {
    private func compare(_ a: [[Float]], _ b: [[Float]]) throws -> ModelComparison {
        var session = try ComparisonSession(
            .replaying(a), .replaying(b), ids: Array(repeating: 1, count: a.count + 1))
        while try session.next() != nil {}
        return session.comparison
    }

    @Test func divergenceIsExactWhereItIsKnown() throws {
        let (zero, one) = (Float(0), Float(log(3.0)))
        // ½, ½ against ¼, ¾; and against what cannot be.
        let rows: [([Float], [Float], Double)] = [
            ([zero, zero], [zero, one], 0.5 * log(4.0 / 3)),
            ([zero, one], [zero, zero], 0.25 * log(0.5) + 0.75 * log(1.5)),
            ([zero, -.infinity], [zero, zero], log(2.0)),
            ([zero, zero], [zero, -.infinity], .infinity),
            ([zero, -.infinity], [zero, -.infinity], 0),
            ([200, 0], [0, 200], 200), ([0, 200], [0, 200], 0),
            ([0, 1000], [0, 0], log(2.0)),
        ]
        let result = try compare(rows.map(\.0), rows.map(\.1))
        for (index, row) in rows.enumerated() {
            let value = try #require(result.trace[.divergence]?[index + 1])
            #expect(value == row.2 || abs(value - row.2) < 1e-7 * row.2, "\(row)")
        }
        #expect(result.largestDivergence?.token == TokenIndex(4))
        #expect(result.meanDivergence == .infinity)
        let bytes = try JSONEncoder().encode(result)
        #expect(try JSONDecoder().decode(ModelComparison.self, from: bytes) == result)
    }

    @Test func theJensenShannonDivergenceIsExactWhereItIsKnown() throws {
        let (zero, one) = (Float(0), Float(log(3.0)))
        func half(_ p: Double, _ q: Double) -> Double {
            p == 0 ? 0 : p / 2 * log(2 * p / (p + q))
        }
        func js(_ p: [Double], _ q: [Double]) -> Double {
            zip(p, q).reduce(0) { $0 + half($1.0, $1.1) + half($1.1, $1.0) }
        }
        // The same rows as numbers and as what can be worked out by hand.
        let rows: [([Float], [Float], Double)] = [
            ([zero, zero], [zero, one], js([0.5, 0.5], [0.25, 0.75])),
            ([zero, one], [zero, zero], js([0.5, 0.5], [0.25, 0.75])),
            // ½ ln(4/3) + ¼ ln(2/3) + ¼ ln 2.
            (
                [zero, -.infinity], [zero, zero],
                0.5 * log(4.0 / 3) + 0.25 * log(2.0 / 3)
                    + 0.25 * log(2.0)
            ),
            ([zero, -.infinity], [-.infinity, zero], log(2.0)),
            ([zero, -.infinity], [zero, -.infinity], 0),
            ([0, 1000], [1000, 0], log(2.0)),
        ]
        var session = try ComparisonSession(
            .replaying(rows.map(\.0)), .replaying(rows.map(\.1)),
            ids: Array(repeating: 1, count: rows.count + 1),
            parameters: ComparisonParameters(comparesDistributions: true))
        while try session.next() != nil {}
        let trace = session.comparison.trace
        for (index, row) in rows.enumerated() {
            let value = try #require(trace[.jensenShannon]?[index + 1])
            // Logarithms of logits in single precision are off by 1e-8.
            #expect(abs(value - row.2) < 3e-8, "\(row)")
        }
        #expect(abs((trace[.probabilityB]?[1] ?? 0) - 0.75) < 1e-7)
        #expect(trace[.probabilityA]?[1] == 0.5)
    }

    /// Whole numbers as logits, so that the inputs are exact.
    @Test func theJensenShannonDivergenceHoldsToNineDigits() throws {
        let logits: [([Float], [Float])] = [
            ([0, 1, 2], [2, 0, 1]), ([0.5, 0.25, -3], [0.5, 0.2578125, -3]),
            ([5, 0, 0], [0, 0, 5]),
            ([1, 1.0009765625, 0], [1, 1, 0]),
        ]
        var session = try ComparisonSession(
            .replaying(logits.map(\.0)), .replaying(logits.map(\.1)),
            ids: Array(repeating: 1, count: logits.count + 1),
            parameters: ComparisonParameters(comparesDistributions: true))
        while try session.next() != nil {}
        let column = try #require(session.comparison.trace[.jensenShannon])
        for (index, row) in logits.enumerated() {
            let (p, q) = (shares(row.0), shares(row.1))
            let expected = zip(p, q).reduce(0) { sum, pair in
                let middle = (pair.0 + pair.1) / 2
                return sum + pair.0 / 2 * log(pair.0 / middle) + pair.1 / 2 * log(pair.1 / middle)
            }
            let value = try #require(column[index + 1])
            #expect(abs(value - expected) < 1e-9, "\(row): \(value) \(expected)")
            #expect(value > 0)
        }
    }

    private func shares(_ logits: [Float]) -> [Double] {
        let weights = logits.map { exp(Double($0)) }
        return weights.map { $0 / weights.reduce(0, +) }
    }

    /// Differences far below what sums of rounded terms could show.
    @Test func smallDivergencesAreNotRounding() throws {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<20 {
            let row = (0..<500).map { _ in Float.random(in: -4...4, using: &generator) }
            let other = row.map { $0 + Float.random(in: -1e-4...1e-4, using: &generator) }
            let value = try #require(try compare([row], [other]).trace[.divergence]?[1])
            // To second order, half the variance of the difference under p.
            let weights = row.map { exp(Double($0)) }
            let total = weights.reduce(0, +)
            let changes = zip(row, other).map { Double($0) - Double($1) }
            let mean = zip(weights, changes).reduce(0) { $0 + $1.0 * $1.1 } / total
            let variance =
                zip(weights, changes).reduce(0) { $0 + $1.0 * ($1.1 - mean) * ($1.1 - mean) }
                / total
            #expect(abs(value / (variance / 2) - 1) < 1e-3)
        }
    }

    /// One model's embedding may be padded; what only it has is left out of the divergence.
    @Test func onlyIdsThatBothHaveAreCompared() throws {
        let result = try compare([[1, 2, 3, 50]], [[1, 2, 3]])
        #expect(result.vocabularySize == 3)
        #expect(result.trace[.divergence]?[1] == 0)
        #expect(result.trace[.argmaxA]?[1] == 2)
        let surprisal = try #require(result.trace[.surprisalA]?[1])
        #expect(surprisal > 40)
    }

    @Test func brokenLogitsAreRefused() throws {
        for (a, b) in [([[Float.nan, 1]], [[Float(0), 1]]), ([[0, 1]], [[.infinity, 1]])] {
            #expect {
                try compare(a, b)
            } throws: { error in
                guard case DecodingFailure.notADistribution(let token) = error else { return false }
                return token.rawValue == 1
            }
        }
    }

    @Test func modelsNeedAVocabularyInCommon() throws {
        let tiny = try ModelContext.tinyPython.get()
        let folder = try #require(Fixtures.folders("models").first { $0.name == "llama" })
        let llama = try loadModel(from: folder.folder())
        #expect {
            try compareModels(tiny, llama, text: "def area(width):")
        } throws: { error in
            guard case DecodingFailure.differentVocabularies(let reason) = error else {
                return false
            }
            return reason.contains("token 0")
        }
        // Ids that both have, for other pieces of text.
        #expect {
            try ComparisonSession(tiny, llama, ids: [5, 6])
        } throws: { error in
            guard case DecodingFailure.differentVocabularies(let reason) = error else {
                return false
            }
            return reason.contains("id ")
        }
    }

    @Test func textsThatCannotBeComparedAreRefused() throws {
        let model = try ModelContext.tinyPython.get()
        let limit = model.configuration.contextLength
        #expect {
            try ComparisonSession(model, model, ids: Array(repeating: 5, count: limit + 1))
        } throws: { error in
            guard case DecodingFailure.model(.contextExceeded(let length, let most)) = error
            else { return false }
            return length == limit + 1 && most == limit
        }
        #expect(throws: DecodingFailure.self) { try compareModels(model, model, text: "") }
        #expect(throws: DecodingFailure.self) { try ComparisonSession(model, model, ids: [-1]) }
        for parameters in [
            ComparisonParameters(prefillStepSize: 0), ComparisonParameters(layerThreshold: -1),
            ComparisonParameters(window: ContextWindow(length: 4, stride: 4)),
        ] {
            #expect(throws: DecodingFailure.self) {
                try compareModels(model, model, text: "x = 1", parameters: parameters)
            }
        }
    }

    @Test func oneTokenHasNoPrediction() throws {
        let model = try ModelContext.tinyPython.get()
        var session = try ComparisonSession(model, model, ids: [5])
        #expect(try session.next() == 0..<1)
        #expect(try session.next() == nil && session.comparison.comparedCount == 0)
        #expect(session.comparison.perplexityA == nil)
    }

    @Test func aTextIsReadChunkByChunk() throws {
        let model = try ModelContext.tinyPython.get()
        let ids = model.tokenizer.encode(text: String(repeating: "x = [1, 2]\n", count: 8))
        var session = try ComparisonSession(
            model, model, ids: ids, parameters: ComparisonParameters(prefillStepSize: 10))
        var ranges: [Range<Int>] = []
        while let range = try session.next() {
            ranges.append(range)
            #expect(session.comparison.trace.tokens.count == range.upperBound)
        }
        #expect(ranges.first == 0..<11 && ranges.last?.upperBound == ids.count)
        #expect(zip(ranges, ranges.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound })
        #expect(session.comparison.trace.stopReason == .length)
        #expect(session.comparison.trace.ids == ids)
    }

    @Test func aBOSGoesFirstOnRequest() throws {
        let model = try ModelContext.tinyPython.get()
        let result = try compareModels(
            model, model, text: "x = 1", parameters: ComparisonParameters(addBOS: true))
        #expect(result.trace.tokens.first?.role == .bos)
        #expect(result.comparedCount == model.tokenizer.encode(text: "x = 1").count)
    }

    @Test func aCancelledTaskEndsWithWhatThereIs() async throws {
        let model = try ModelContext.tinyPython.get()
        let ids = model.tokenizer.encode(text: String(repeating: "x = [1, 2]\n", count: 8))
        let task = Task { () throws -> ModelComparison in
            var session = try ComparisonSession(
                model, model, ids: ids, parameters: ComparisonParameters(prefillStepSize: 10))
            _ = try session.next()
            while !Task.isCancelled { await Task.yield() }
            #expect(try session.next() == nil)
            return session.comparison
        }
        task.cancel()
        let result = try await task.value
        #expect(result.trace.stopReason == .cancelled && result.trace.tokens.count <= 11)
    }
}
