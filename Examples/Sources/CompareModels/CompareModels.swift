// Where do two models part? Both read the same text; at each token the divergence of their predictions says
// how far apart they are.
//
//     swift run --package-path Examples CompareModels [A B FILE] [PAGE]
//
// A and B are folders, GGUF files or names in the Hugging Face cache, with one vocabulary. By default the
// embedded model is compared with itself in four bits. The page is compare.html, or where PAGE says.
import TinyPythonModel
import TokenScope

@main
struct CompareModels {
    static func main() throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard [0, 1, 3, 4].contains(arguments.count), !arguments.contains("--help") else {
            print("usage: CompareModels [A B FILE] [PAGE]")
            return
        }
        let namesModels = arguments.count >= 3
        let path = arguments.dropFirst(namesModels ? 3 : 0).first ?? "compare.html"
        let comparison = try namesModels ? compareFiles(arguments) : compareWeights()

        print(ComparisonView().summary(of: comparison))
        print(table(of: farthest(in: comparison, count: 8), in: comparison))

        var page = HTMLReport(title: "Where they part", language: "python")
        page.add(comparison, name: "comparison")
        try page.write(to: path)
        print("see \(path)")
    }

    /// One model in two precisions, for what storing a weight in four bits costs.
    static func compareWeights() throws -> ModelComparison {
        try compareModels(
            loadModel(from: .tinyPython),
            loadModel(from: .tinyPython, options: ModelOptions(weights: .q4_0)), text: sample)
    }

    static func compareFiles(_ arguments: [String]) throws -> ModelComparison {
        let contents = try FileContents.open(arguments[2])
        let text = String(decoding: contents.copy(0..<contents.byteCount), as: UTF8.self)
        return try compareModels(
            loadModel(named: arguments[0]), loadModel(named: arguments[1]), text: text)
    }

    /// The tokens that the two predict most differently.
    static func farthest(in comparison: ModelComparison, count: Int) -> [TokenRecord] {
        guard let divergence = comparison.trace[.divergence] else { return [] }
        return Array(
            comparison.trace.tokens.filter { divergence[$0.index] != nil }
                .sorted { divergence[$0.index] ?? 0 > divergence[$1.index] ?? 0 }.prefix(count))
    }

    static func table(of tokens: [TokenRecord], in comparison: ModelComparison) -> String {
        let trace = comparison.trace
        func numbers(_ key: MetricKey<Double>) -> [String] {
            let column = trace[key]
            return tokens.map { token in
                "\(((column?[token.index] ?? 0) * 1000).rounded() / 1000)"
            }
        }
        func words(_ key: MetricKey<String>) -> [String] {
            let column = trace[key]
            return tokens.map { TerminalText.quoted(column?[$0.index] ?? "", width: 16) }
        }
        return TextTable([
            .init("token", tokens.map { "\($0.index)" }),
            .init("", tokens.map { TerminalText.quoted($0.text, width: 16) }, isText: true),
            .init("kl (nats)", numbers(.divergence)),
            .init("surprisal a", numbers(.surprisalA)), .init("b", numbers(.surprisalB)),
            .init("a would write", words(.argmaxTextA), isText: true),
            .init("b", words(.argmaxTextB), isText: true),
        ]).text
    }

    static let sample = """
        <|endoftext|>import json


        def load_settings(path, defaults=None):
            \"""Read settings from a file, on top of the defaults.\"""
            settings = dict(defaults or {})
            with open(path) as file:
                settings.update(json.load(file))
            return settings


        def save_settings(path, settings):
            with open(path, "w") as file:
                json.dump(settings, file, indent=4)

        """
}
