// A view model that fills while the model writes, and a reader who stops it when they have seen enough.
//
//     swift run --package-path Examples StreamingView [PAGE]
//
// The view here is the terminal; a SwiftUI view would show the same `WritingModel`. What was written by then
// goes to streaming.html, or where PAGE says.
import Observation
import TinyPythonModel
import TokenScope

@main
struct StreamingView {
    /// So many tokens are enough for this reader.
    static let enough = 32

    @MainActor
    static func main() async throws {
        let path = CommandLine.arguments.dropFirst().first ?? "streaming.html"
        var session = try DecodingSession(
            loadModel(from: .tinyPython), prompt: "<|endoftext|>class Stack:\n",
            parameters: GenerateParameters(maxTokens: 900, temperature: 0.6, seed: 1))
        session.attachStandardMetrics()

        let model = WritingModel()
        model.write(session)
        var shown = 0
        // A value whenever the state has changed; changes that come while the view is drawing come as one.
        for await (pieces, phase) in Observations({ (model.pieces, model.phase) }) {
            for piece in pieces[shown...] { print(piece.text, terminator: "") }
            shown = pieces.count
            if shown >= enough { model.stop() }
            if phase != .idle, phase != .writing { break }
        }

        guard case .ended(let reason) = model.phase, let trace = model.trace else {
            return print("\n\(model.phase)")
        }
        print("\n\(reason.rawValue) after \(shown) tokens")
        print("the model had computed \(trace.tokens.count) of them")
        var page = HTMLReport(title: "What was written by then", language: "python")
        page.add(trace, name: "streamed")
        try page.write(to: path)
        print("see \(path)")
    }
}
