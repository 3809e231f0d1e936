import ScopeTrace
import Testing

@testable import ScopeReports

@Suite struct HeatScaleTests {
    @Test(arguments: HeatScale.standard) func heatRunsFromColdToHot(scale: HeatScale) {
        #expect(scale.heat(of: scale.cold) == 0)
        #expect(abs(scale.heat(of: scale.hot) - 1) < 1e-12)
        let isRising = scale.hot > scale.cold
        #expect(scale.heat(of: isRising ? .infinity : -.infinity) == 1)
        #expect(scale.heat(of: isRising ? -.infinity : .infinity) == 0)
        let values = (0...100).map { scale.cold + (scale.hot - scale.cold) * Double($0) / 100 }
        let heats = values.map(scale.heat)
        #expect(zip(heats, heats.dropFirst()).allSatisfy { $0 < $1 })
    }

    @Test func ranksAreSpreadByTheirLogarithm() {
        #expect(abs(HeatScale.rank.heat(of: 10) - 1.0 / 3) < 1e-9)
        #expect(abs(HeatScale.rank.heat(of: 100) - 2.0 / 3) < 1e-9)
        #expect(HeatScale.standard(named: "rank") == .rank)
        #expect(HeatScale.standard(named: "colour") == nil)
    }

    @Test func theLogarithmIsRight() {
        #expect(abs(DecimalText.logarithm(2) - 0.693_147_180_559_945_3) < 1e-10)
        #expect(abs(DecimalText.logarithm(1.999_999_9) - 0.693_147_130_559_944) < 1e-9)
        #expect(abs(DecimalText.logarithm(1e-300) + 690.775_527_898_213_7) < 1e-9)
        #expect(DecimalText.logarithm(1) == 0)
        #expect(DecimalText.logarithm(0) == -.infinity)
    }

    @Test func everyColourCarriesItsText() {
        func contrast(_ color: HeatRamp.Color) -> Double {
            let luminance = HeatRamp.luminance(color)
            let black = (luminance + 0.05) / 0.05
            return HeatRamp.takesWhiteText(color) ? 1.05 / (luminance + 0.05) : black
        }
        for step in 0...1_000 {
            let heat = Double(step) / 1_000
            #expect(contrast(HeatRamp.color(heat: heat)) >= 4.5)
            #expect(contrast(HeatRamp.indexedColor(heat: heat).color) >= 4.5)
        }
    }

    @Test func hotterIsLighter() {
        let luminances = (0...64).map { HeatRamp.luminance(HeatRamp.color(heat: Double($0) / 64)) }
        #expect(zip(luminances, luminances.dropFirst()).allSatisfy { $0 < $1 })
        let indexed = (0..<8).map {
            HeatRamp.luminance(HeatRamp.indexedColor(heat: Double($0) / 8).color)
        }
        #expect(zip(indexed, indexed.dropFirst()).allSatisfy { $0 < $1 })
    }

    @Test func numbersAreRounded() {
        #expect(DecimalText.fixed(1.005, digits: 1) == "1.0")
        #expect(DecimalText.fixed(0.0499, digits: 1) == "0.0")
        #expect(DecimalText.fixed(-0.25, digits: 1) == "-0.3")
        #expect(DecimalText.fixed(-0.01, digits: 1) == "0.0")
        #expect(DecimalText.fixed(12.5, digits: 0) == "13")
        #expect(DecimalText.short(10, digits: 2) == "10")
        #expect(DecimalText.short(0.500, digits: 3) == "0.5")
        #expect(DecimalText.short(-.infinity, digits: 3) == "-∞")
        #expect(DecimalText.short(1e300, digits: 3) == "1e+300")
    }

    @Test(arguments: [
        (["TERM": "xterm-256color", "COLORTERM": "truecolor"], true, ColorDepth.trueColor),
        (["TERM": "xterm-256color"], true, .indexed), (["TERM": "xterm-direct"], true, .trueColor),
        (["TERM": "xterm", "COLORTERM": "24bit", "NO_COLOR": "1"], true, .plain),
        (["TERM": "dumb", "COLORTERM": "truecolor"], true, .plain), ([:], true, .plain),
        (["TERM": "xterm-256color", "COLORTERM": "truecolor"], false, .plain),
    ])
    func theEnvironmentDecides(
        environment: [String: String], isTerminal: Bool, depth: ColorDepth
    ) {
        #expect(ColorDepth(environment: environment, isTerminal: isTerminal) == depth)
    }
}
