import ScopeAudit
import ScopeTrace
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite struct CalibrationTests {
    private func predictions(_ confidences: [Double], _ outcomes: [Int]) -> [Prediction] {
        zip(confidences, outcomes).map { Prediction(confidence: $0, isCorrect: $1 == 1) }
    }

    @Test func measuresEqualThoseByHand() throws {
        // Two bins: 0.2 and 0.4 (one of two right), 0.6, 0.8 and 1 (two of three right).
        let measured = try #require(
            Calibration(predictions([0.2, 0.4, 0.6, 0.8, 1], [0, 1, 1, 0, 1]), binCount: 2))
        #expect(measured.bins.map(\.count) == [2, 3])
        #expect(abs(measured.expectedError - (0.4 * 0.2 + 0.6 * (0.8 - 2.0 / 3))) < 1e-9)
        #expect(measured.accuracy == 0.6)
        // 0.04 + 0.36 + 0.16 + 0.64 + 0 = 1.2 over 5; always 0.6 scores 0.24.
        #expect(abs(measured.brierScore - 0.24) < 1e-9)
        #expect(abs(try #require(measured.brierSkill)) < 1e-9)
        #expect(try #require(Calibration(predictions([0.5], [1]))).brierSkill == nil)
        #expect(Calibration([]) == nil)
    }

    @Test func theTemperatureOfOneConfidenceIsTheRatioOfItsOdds() {
        // 0.9 said, 3 of 4 came true: ln 9 / T = ln 3, so T = 2.
        let map = CalibrationMap.fittedTemperature(
            predictions([0.9, 0.9, 0.9, 0.9], [1, 1, 1, 0]))
        guard case .temperature(let temperature) = map else {
            Issue.record("\(map)")
            return
        }
        #expect(abs(temperature - 2) < 1e-9)
        #expect(abs(map.calibrated(0.9) - 0.75) < 1e-9)
        #expect(map.calibrated(0.5) == 0.5)
    }

    @Test func temperaturesWithoutAMaximumEndAtTheirBounds() {
        #expect(
            CalibrationMap.fittedTemperature(predictions([0.9, 0.9], [1, 1])) == .temperature(0.01))
        #expect(
            CalibrationMap.fittedTemperature(predictions([0.9, 0.9], [0, 0])) == .temperature(100))
    }

    @Test func plattMeetsItsTargetsWhereTwoConfidencesAre() {
        // Targets 5/6 for the four that came true and 1/4 for the two that did not. At 0.8 three and
        // one, at 0.3 one and one: means (3 · 5/6 + 1/4) / 4 and (5/6 + 1/4) / 2.
        let cases = predictions([0.8, 0.8, 0.8, 0.8, 0.3, 0.3], [1, 1, 1, 0, 1, 0])
        let map = CalibrationMap.fittedPlatt(cases)
        #expect(abs(map.calibrated(0.8) - (2.5 + 0.25) / 4) < 1e-9)
        #expect(abs(map.calibrated(0.3) - (5.0 / 6 + 0.25) / 2) < 1e-9)
        guard case .platt(let slope, let offset) = map else {
            Issue.record("\(map)")
            return
        }
        func odds(_ p: Double) -> Double { log(p / (1 - p)) }
        let expected = (odds(0.6875) - odds(13.0 / 24)) / (odds(0.8) - odds(0.3))
        #expect(abs(slope - expected) < 1e-9)
        #expect(abs(offset - (odds(0.6875) - expected * odds(0.8))) < 1e-9)
    }

    @Test func plattOfOneConfidenceHasAnOffsetAlone() {
        let map = CalibrationMap.fittedPlatt(predictions([0.7, 0.7, 0.7], [1, 0, 0]))
        // Targets 2/3 and 1/4 twice.
        #expect(abs(map.calibrated(0.7) - (2.0 / 3 + 0.5) / 3) < 1e-9)
    }

    @Test func isotonicStepsArePooledNeighbours() {
        // Outcomes by confidence 0 1 0 0 1 1 0 1: the second to fourth pool to 1/3, the fifth to seventh to 2/3.
        let confidences = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]
        guard
            case .isotonic(let steps) = CalibrationMap.fittedIsotonic(
                predictions(confidences, [0, 1, 0, 0, 1, 1, 0, 1]))
        else { return }
        #expect(steps.blocks.map(\.count) == [1, 3, 3, 1])
        for (block, value) in zip(steps.blocks, [0, 1.0 / 3, 2.0 / 3, 1]) {
            #expect(abs(block.value - value) < 1e-9)
        }
        #expect(steps.value(at: 0.3) == steps.blocks[1].value)
        #expect(abs(steps.value(at: 0.45) - 0.5) < 1e-9)
        #expect(steps.value(at: 0) == 0 && steps.value(at: 1) == 1)
    }

    @Test func equalConfidencesHaveOneValue() {
        guard
            case .isotonic(let steps) = CalibrationMap.fittedIsotonic(
                predictions([0.5, 0.5, 0.5, 0.9], [1, 0, 0, 0]))
        else { return }
        // 1/3 and 0 fall, so they pool to 1/4.
        #expect(steps.blocks.count == 1)
        #expect(abs(steps.value(at: 0.5) - 0.25) < 1e-9)
    }

    @Test func isotonicMapsNeverFallAndKeepTheMean() {
        var numbers = SeededNumbers(seed: 9)
        let cases = (0..<300).map { _ in
            Prediction(
                confidence: Double(numbers.below(50)) / 49, isCorrect: numbers.below(2) == 0)
        }
        let map = CalibrationMap.fittedIsotonic(cases)
        let values = (0...100).map { map.calibrated(Double($0) / 100) }
        #expect(zip(values, values.dropFirst()).allSatisfy { $0 <= $1 + 1e-12 })
        let sum = map.calibrated(cases).reduce(0) { $0 + $1.confidence }
        #expect(abs(sum - Double(cases.count(where: \.isCorrect))) < 1e-9 * 300)
    }

    @Test func categoriesWithLittleTakeTheCommonMap() {
        let many = predictions(Array(repeating: 0.9, count: 300), (0..<300).map { $0 % 2 })
        let few = predictions([0.6], [1])
        let fitted = CategoryCalibration(
            fitting: ["name": many, "rare": few], by: CalibrationMap.fittedIsotonic)
        #expect(fitted.maps.keys.sorted() == ["name"])
        #expect(fitted["rare"] == fitted.common)
        #expect(abs(fitted["name"].calibrated(0.9) - 0.5) < 1e-9)
    }
}
