import ScopeAudit
import ScopeTrace
import Testing

@Suite struct LearningTests {
    @Test func aRegressionMeetsTheSlopeOfItsLikelihood() {
        var numbers = SeededNumbers(seed: 3)
        var rows: [[Double]] = []
        var labels: [Bool] = []
        for _ in 0..<400 {
            let x = Double(numbers.below(2001)) / 1000 - 1
            let y = Double(numbers.below(2001)) / 10 + 5
            rows.append([x, y, 7])
            labels.append(Double(numbers.below(1000)) / 1000 < 1 / (1 + (2 - 3 * x > 0 ? 4 : 0.2)))
        }
        let fitted = LogisticRegression(fitting: rows, to: labels, penalty: 1e-6)
        // Where the likelihood is greatest, Σ (y − p) x = 0 for every feature and for the intercept.
        var slopes = [0.0, 0, 0]
        for (row, label) in zip(rows, labels) {
            let residual = (label ? 1 : 0) - fitted.probability(of: row)
            slopes[0] += residual
            slopes[1] += residual * row[0]
            slopes[2] += residual * row[1]
        }
        #expect(slopes.allSatisfy { abs($0) < 1e-2 }, "\(slopes)")
        #expect(fitted.weights[0] > 0.5)
        // A feature that never changes has no weight.
        #expect(fitted.weights[2] == 0)
        #expect(LogisticRegression(fitting: rows, to: labels, penalty: 1e-6) == fitted)
    }

    @Test func aRegressionOfTwoGroupsHasTheirOdds() {
        // 3 of 4 at 0, 1 of 5 at 1: odds 3 and 1/4.
        let rows = [[0.0], [0], [0], [0], [1], [1], [1], [1], [1]]
        let labels = [true, true, true, false, true, false, false, false, false]
        let fitted = LogisticRegression(fitting: rows, to: labels, penalty: 1e-12)
        #expect(abs(fitted.probability(of: [0]) - 0.75) < 1e-8)
        #expect(abs(fitted.probability(of: [1]) - 0.2) < 1e-8)
    }

    @Test func separableCasesHaveAFiniteAnswer() {
        let fitted = LogisticRegression(fitting: [[0], [1]], to: [false, true], penalty: 0.1)
        #expect(fitted.weights[0].isFinite && fitted.weights[0] > 0)
        #expect(fitted.probability(of: [1]) > 0.5)
    }

    private func scores(_ positive: [Double], _ negative: [Double]) -> DetectionScores {
        DetectionScores(
            positive.map { .init(score: $0, isPositive: true, group: 0) }
                + negative.map { .init(score: $0, isPositive: false, group: 1) })
    }

    @Test func theAreaIsTheShareOfPairs() {
        #expect(scores([3, 4], [1, 2]).area() == 1)
        #expect(scores([1], [2, 3]).area() == 0)
        #expect(scores([1, 1], [1]).area() == 0.5)
        // 2.5 of 6 pairs: 2 > 1, 2 = 2 half, 1 = 1 half, 2 < 3, 1 < 2, 1 < 3.
        #expect(abs((scores([2, 1], [1, 2, 3]).area() ?? 0) - 2.0 / 6) < 1e-12)
        #expect(scores([], [1]).area() == nil)
        #expect(scores([5, 5], [1, 9]).area(multiplicities: [1, 0]) == nil)
    }

    @Test func theAreaEqualsCountingPairs() {
        var numbers = SeededNumbers(seed: 5)
        let cases = (0..<60).map { _ in
            DetectionScores.Case(
                score: Double(numbers.below(20)), isPositive: numbers.below(3) == 0,
                group: numbers.below(6))
        }
        let counts = (0..<6).map { _ in numbers.below(3) }
        var (wins, pairs) = (0.0, 0.0)
        for one in cases where one.isPositive {
            for other in cases where !other.isPositive {
                let weight = Double(counts[one.group] * counts[other.group])
                pairs += weight
                wins += weight * (one.score > other.score ? 1 : one.score == other.score ? 0.5 : 0)
            }
        }
        let area = DetectionScores(cases).area(multiplicities: counts)
        #expect(abs((area ?? -1) - wins / pairs) < 1e-12)
    }

    @Test func theCurveGoesThroughEveryLimitAndHasTheArea() {
        let scored = scores([3, 2, 2], [2, 1])
        #expect(
            scored.rocCurve() == [
                .init(limit: .infinity, found: 0, falseAlarms: 0),
                .init(limit: 3, found: 1.0 / 3, falseAlarms: 0),
                .init(limit: 2, found: 1, falseAlarms: 0.5),
                .init(limit: 1, found: 1, falseAlarms: 1),
            ])
        #expect(scores([], [1]).rocCurve().isEmpty && scores([1], []).rocCurve().isEmpty)
        var numbers = SeededNumbers(seed: 9)
        func drawn(_ count: Int) -> [Double] { (0..<count).map { _ in Double(numbers.below(30)) } }
        let many = scores(drawn(40), drawn(60))
        let points = many.rocCurve()
        let area = zip(points, points.dropFirst()).reduce(0) { sum, pair in
            sum + (pair.1.falseAlarms - pair.0.falseAlarms) * (pair.0.found + pair.1.found) / 2
        }
        #expect(abs(area - (many.area() ?? 0)) < 1e-12)
        for point in points {
            let rates = many.rates(at: point.limit)
            #expect(rates.found == point.found && rates.falseAlarms == point.falseAlarms)
        }
    }

    @Test func limitsKeepFalseAlarmsBelowTheirShare() {
        let scored = scores([5, 9, 20], (0..<100).map(Double.init))
        for share in [0.0, 0.01, 0.05, 0.5] {
            let limit = scored.limit(forFalseAlarms: share)
            #expect(scored.rates(at: limit).falseAlarms <= share)
        }
        #expect(scored.limit(forFalseAlarms: 1) == -.infinity)
        #expect(scored.rates(at: 9).found == 2.0 / 3)
    }

    @Test func intervalsHoldTheirValueAndDependOnTheSeedAlone() {
        let values = (0..<40).map { Double($0 * 37 % 40) }
        func estimate(_ seed: UInt64) -> BootstrapEstimate? {
            BootstrapEstimate(groups: 40, replicates: 300, seed: seed) { counts in
                zip(values, counts).reduce(0) { $0 + $1.0 * Double($1.1) } / 40
            }
        }
        let one = estimate(1)
        #expect(one == estimate(1))
        #expect(one?.interval != estimate(2)?.interval)
        #expect(one?.value == 19.5)
        // The mean of 40 draws deviates by 11.5 / √40 = 1.83.
        #expect(abs((one?.interval?.lower ?? 0) - (19.5 - 3.6)) < 1.2)
        #expect(abs((one?.interval?.upper ?? 0) - (19.5 + 3.6)) < 1.2)
    }
}
