// Where does the model keep the name it is about to write? Activation patching between two prompts.
//
//     swift run --package-path Examples PatchingExample [PICTURE]
//
// The picture is patching.svg, or where PICTURE says.
import ScopeAttribution
import TinyPythonModel
import TokenScope

@main
struct PatchingExample {
    static func main() throws {
        let path = CommandLine.arguments.dropFirst().first ?? "patching.svg"
        let model = try loadModel(from: .tinyPython)
        func ids(_ text: String) -> [Int] { model.tokenizer.encode(text: text) }
        let clean = ids("def f(width):\n    return")
        let corrupted = ids("def f(value):\n    return")
        let measure = PatchingMeasure.logitDifference(ids(" width")[0], against: ids(" value")[0])

        let patching = try ActivationPatching(
            model, clean: clean, corrupted: corrupted, measure: measure)
        let matrix = try patching.sweep(over: .residual)
        let texts = clean.map {
            String(decoding: model.tokenizer.bytes(of: $0) ?? [], as: UTF8.self)
        }
        try FileReplacement.write(SVGWriter().patching(matrix, tokens: texts), to: path)
        print("drawn in \(path)")
    }
}
