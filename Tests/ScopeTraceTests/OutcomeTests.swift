import ScopeTrace
import Testing

/// Passing and failing samples, against numbers worked out by hand.
@Suite struct OutcomeTests {
    /// Samples, those that pass, tries, and 1 − C(n − c, k) / C(n, k) with binomials written out.
    private static let rates: [(n: Int, c: Int, k: Int, rate: Double)] = [
        (n: 1, c: 0, k: 1, rate: 0), (n: 1, c: 1, k: 1, rate: 1), (n: 2, c: 1, k: 1, rate: 0.5),
        (n: 10, c: 3, k: 1, rate: 0.3),
        // 1 − C(7, 2) / C(10, 2) = 24 / 45, and 1 − C(7, 5) / C(10, 5) = 231 / 252.
        (n: 10, c: 3, k: 2, rate: 0.533_333_333_333_333_3),
        (n: 10, c: 3, k: 5, rate: 0.916_666_666_666_666_6),
        // Fewer fail than are tried.
        (n: 10, c: 3, k: 8, rate: 1), (n: 5, c: 0, k: 5, rate: 0), (n: 5, c: 5, k: 5, rate: 1),
        // By Python's math.comb.
        (n: 200, c: 10, k: 10, rate: 0.408_547_866_081_417_13),
        (n: 200, c: 1, k: 100, rate: 0.5),
    ]

    @Test(arguments: rates)
    func passRatesAreTheQuotientOfBinomials(
        _ known: (n: Int, c: Int, k: Int, rate: Double)
    ) throws {
        let rate = try #require(
            PassRate.estimate(samples: known.n, passing: known.c, k: known.k))
        #expect(abs(rate - known.rate) < 1e-9)
    }

    @Test func tooFewSamplesHaveNoRate() {
        #expect(PassRate.estimate(samples: 4, passing: 4, k: 5) == nil)
        #expect(PassRate.mean(of: [(10, 3), (4, 4)], k: 5) == nil)
        #expect(PassRate.mean(of: [], k: 1) == nil)
        #expect(PassRate.mean(of: [(10, 3), (4, 4)], k: 1).map { abs($0 - 0.65) < 1e-12 } == true)
    }

    @Test func theAreaCountsPairs() {
        // Of 3 × 2 pairs: 3 > 1, 3 = 3, 5 > 1, 5 > 3, 2 > 1, 2 < 3: 4 and a half.
        #expect(RankCurve.area(positives: [3, 5, 2], negatives: [3, 1]) == 4.5 / 6)
        #expect(RankCurve.area(positives: [2, 2], negatives: [2, 2, 2]) == 0.5)
        #expect(RankCurve.area(positives: [9, .infinity], negatives: [-.infinity, 1]) == 1)
        #expect(RankCurve.area(positives: [], negatives: [1]) == nil)
        #expect(RankCurve.area(positives: [1], negatives: []) == nil)
    }

    @Test func theAreaIsThatOfAllPairs() throws {
        var state: UInt64 = 7
        func draw() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(state >> 60)
        }
        for _ in 0..<50 {
            let positives = (0..<7).map { _ in draw() }
            let negatives = (0..<11).map { _ in draw() }
            var pairs = 0.0
            for positive in positives {
                for negative in negatives {
                    pairs += positive > negative ? 1 : positive == negative ? 0.5 : 0
                }
            }
            let area = try #require(RankCurve.area(positives: positives, negatives: negatives))
            #expect(abs(area - pairs / 77) < 1e-12)
        }
    }

    @Test func calibrationIsThatOfItsBins() throws {
        let calibration = try #require(
            Calibration(
                probabilities: [0.05, 0.15, 0.95, 0.85, 1, 0.5],
                outcomes: [false, true, true, false, true, true], binCount: 2))
        // Bins: 0.05, 0.15 with half true; 0.5, 0.85, 0.95, 1 with three of four true.
        #expect(calibration.bins.map(\.count) == [2, 4])
        #expect(calibration.bins[1].upper == 1 && calibration.bins[1].lower == 0.5)
        let confidences = calibration.bins.compactMap(\.confidence)
        #expect(abs(confidences[0] - 0.1) < 1e-12 && abs(confidences[1] - 0.825) < 1e-12)
        #expect(calibration.bins.map(\.accuracy) == [0.5, 0.75])
        // 2/6 · 0.4 + 4/6 · 0.075.
        #expect(abs(calibration.expectedError - (0.8 / 6 + 0.3 / 6)) < 1e-12)
        #expect(abs(calibration.greatestError - 0.4) < 1e-12)
        let squares = 0.0025 + 0.7225 + 0.0025 + 0.7225 + 0 + 0.25
        #expect(abs(calibration.brierScore - squares / 6) < 1e-12)
        #expect(Calibration(probabilities: [], outcomes: []) == nil)
        let sure = try #require(Calibration(probabilities: [1, 0], outcomes: [true, false]))
        #expect(sure.expectedError == 0 && sure.brierScore == 0)
        #expect(sure.bins[3].confidence == nil && sure.bins[3].accuracy == nil)
    }

    private static let samples = [
        OutcomeSample(
            task: "a", isPassing: true, values: ["surprisal": 1, "confidence": 0.9],
            categories: ["keyword": ["surprisal": .init(weight: 3, sum: 6)]]),
        OutcomeSample(
            task: "a", isPassing: false, values: ["surprisal": 3, "confidence": 0.2],
            categories: ["keyword": ["surprisal": .init(weight: 1, sum: 4)]]),
        OutcomeSample(
            task: "b", isPassing: true, values: ["surprisal": 2, "confidence": 0.7],
            categories: ["keyword": ["surprisal": .init(weight: 1, sum: 6)]]),
        OutcomeSample(
            task: "b", isPassing: false, values: ["surprisal": 2, "confidence": 0.6],
            categories: [:]),
    ]

    @Test func aReportHoldsWhatItsPartsSay() throws {
        let report = OutcomeReport(
            of: Self.samples, options: .init(tries: [1, 2, 3], replicates: 200, seed: 5))
        #expect(report.taskCount == 2 && report.sampleCount == 4 && report.passingCount == 2)
        // Each task has two samples, of which one passes.
        #expect(report.passRates.map(\.tries) == [1, 2])
        #expect(report.passRates.map(\.rate) == [0.5, 1])
        #expect(report.differences.map(\.metric) == ["confidence", "surprisal"])
        let surprisal = report.differences[1]
        #expect(surprisal.passingMean == 1.5 && surprisal.failingMean == 2.5)
        #expect(surprisal.difference == 1 && surprisal.area == 3.5 / 4)
        // Drawing tasks: twice a gives 2, twice b gives 0, one of each 1.
        let interval = try #require(surprisal.interval)
        #expect(interval.minimum == 0 && interval.maximum == 2 && interval.median == 1)
        #expect(interval.lower == 0 && interval.upper == 2 && interval.replicates == 200)
        let keyword = try #require(report.categories.first)
        #expect(keyword.name == "keyword" && keyword.differences.count == 1)
        // Tokens count, not samples: (6 + 6) / (3 + 1) against 4 / 1.
        #expect(keyword.differences[0].passingMean == 3)
        #expect(keyword.differences[0].failingMean == 4)
        #expect(report.calibration?.count == 4)
        #expect(report == OutcomeReport(of: Self.samples, options: report.options))
    }

    @Test func whatIsMissingIsMissing() {
        let passing = Self.samples.filter(\.isPassing)
        let report = OutcomeReport(of: passing, options: .init(confidence: "surprisal"))
        #expect(report.calibration == nil)
        #expect(report.differences.allSatisfy { $0.interval == nil && $0.area == nil })
        #expect(report.differences.allSatisfy { $0.difference == nil && $0.failingCount == 0 })
        let none = OutcomeReport(of: [])
        #expect(none.passRates.isEmpty && none.differences.isEmpty && none.calibration == nil)
    }

    /// All of one group in one task, all of the other in another: few draws hold both.
    @Test func anIntervalIsDrawnFromTasks() throws {
        let samples = (0..<6).map { number in
            OutcomeSample(
                task: number < 3 ? "x" : "y", isPassing: number < 3,
                values: ["m": Double(number)])
        }
        let difference = OutcomeDifference(of: "m", in: samples, replicates: 50) {
            $0.values["m"].map { .init(sum: $0) }
        }
        // Each draw with both tasks gives the same difference.
        let interval = try #require(difference.interval)
        #expect(interval.minimum == 3 && interval.maximum == 3 && interval.deviation == 0)
        #expect(difference.area == 1)
    }
}
