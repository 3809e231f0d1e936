// The shortest whole program: a model writes, and every token says how much it surprised the model.
//
//     swift run --package-path Examples Minimal [PAGE]
//
// The page opens in any browser: minimal.html, or where PAGE says.
import TinyPythonModel
import TokenScope

@main
struct Minimal {
    static func main() throws {
        let path = CommandLine.arguments.dropFirst().first ?? "minimal.html"
        let model = try loadModel(from: .tinyPython)
        var session = try DecodingSession(
            model, prompt: "<|endoftext|>def find(names, prefix):\n",
            parameters: GenerateParameters(maxTokens: 40, temperature: 0.6, seed: 3))
        session.attachStandardMetrics()
        session.attach(AlternativesObserver(count: 5))
        while let token = try session.next() { print(token.text, terminator: "") }

        // What else could have stood there is told by ids: the tokenizer knows their words.
        var page = HTMLReport(title: "What it wrote", language: "python") {
            model.tokenizer.bytes(of: $0)
        }
        page.add(session.trace, name: "minimal")
        try page.write(to: path)
        print("\nmean surprisal \(session.trace[.surprisal]?.mean ?? 0) nats a token; see \(path)")
    }
}
