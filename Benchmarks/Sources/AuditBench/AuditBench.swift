import CBenchSupport
import TinyPythonModel
import TokenScope

/// Measures the detectors of ScopeAudit: how often they find what was put in, and how often they cry wolf.
@main struct AuditBench {
    static let usage = """
        usage: AuditBench suspicion MODEL MUTANTS FILE...
               AuditBench calibration MODEL FILE...
        MODEL is a model folder, a GGUF file, or "tiny-python" for the embedded model; FILE is Python
        code that the model was not trained on.
        `suspicion` puts MUTANTS small defects into functions of the files, fits the weights on one half
        of the files, tests on the other, and prints a table. `calibration` fits on one half of the files and tests on
        the other how far the model's first choices can be trusted, by category of syntax.
        Environment: THREADS (1), SEED (1), WEIGHTS (a file for the fitted weights), FEATURES (a file for all
        cases), DIAGRAM (a file for the reliability diagram, SVG).

        """

    static func main() throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        let threads = Environment.number("THREADS") ?? 1
        tscope_bench_set_blas_threads(Int32(threads))
        let seed = UInt64(Environment.number("SEED") ?? 1)
        switch arguments.first {
        case "suspicion" where arguments.count > 3:
            guard let mutants = Int(arguments[2]), mutants > 0 else { break }
            var benchmark = SuspicionBenchmark(
                context: try open(arguments[1], threads),
                grammar: try GrammarLibrary.standard.grammar(for: "python"), seed: seed)
            try benchmark.run(on: Array(arguments.dropFirst(3)), mutants: mutants)
            print(benchmark.table())
            if let path = Environment.text("FEATURES") { try write(benchmark.cells, to: path) }
            if let path = Environment.text("WEIGHTS") { try write(benchmark.weights, to: path) }
            return
        case "calibration" where arguments.count > 2:
            var benchmark = CalibrationBenchmark(
                context: try open(arguments[1], threads),
                grammar: try GrammarLibrary.standard.grammar(for: "python"), seed: seed)
            for file in arguments.dropFirst(2) { try benchmark.add(file) }
            print(benchmark.table())
            if let path = Environment.text("DIAGRAM") { try write(benchmark.diagram, to: path) }
            return
        default: break
        }
        print(usage, terminator: "")
    }

    private static func write(_ text: String, to path: String) throws {
        let file = try FileReplacement(path)
        try file.write(Array(text.utf8))
        try file.commit()
    }

    private static func open(_ name: String, _ threads: Int) throws -> ModelContext {
        let files = name == "tiny-python" ? try ModelFiles(.tinyPython) : try ModelFiles(path: name)
        return try loadModel(from: files, options: ModelOptions(threads: threads))
    }
}
