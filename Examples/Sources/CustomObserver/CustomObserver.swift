// A metric of one's own: how much more probable the model's favourite was than the token it took.
//
//     swift run --package-path Examples CustomObserver [PICTURE]
//
// The picture is regret.svg, or where PICTURE says.
import TinyPythonModel
import TokenScope

extension MetricKey where Value == Double {
    static let regret = MetricKey("regret", unit: .nats)
}

struct RegretObserver: DecodingObserver {
    mutating func observe(_ step: borrowing DecodingStep, record: inout TokenMetrics) {
        guard let distribution = step.distribution else { return }
        let favourite = distribution.mostProbable(1)[0]
        record[.regret] =
            distribution.surprisal(of: step.token.id) - distribution.surprisal(of: favourite)
    }
}

@main
struct CustomObserver {
    static func main() throws {
        let path = CommandLine.arguments.dropFirst().first ?? "regret.svg"
        var session = try DecodingSession(
            loadModel(from: .tinyPython), prompt: "def area(width, height):\n",
            parameters: GenerateParameters(maxTokens: 40, temperature: 0.6, seed: 3))
        session.attach(RegretObserver())
        while try session.next() != nil {}
        print(HeatView.text(of: session.trace, scale: .regret, depth: .indexed))
        try FileReplacement.write(SVGWriter().text(of: session.trace, scale: .regret), to: path)
        print("drawn in \(path)")
    }
}

extension HeatScale {
    static let regret = HeatScale("regret", unit: .nats, cold: 0, hot: 4)
}
