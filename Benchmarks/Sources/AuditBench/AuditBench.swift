import CBenchSupport
import TinyPythonModel
import TokenScope

/// Measures the detectors of ScopeAudit: how often they find what was put in, and how often they cry wolf.
@main struct AuditBench {
    static let usage = """
        usage: AuditBench suspicion MODEL MUTANTS FILE...
               AuditBench calibration MODEL FILE...
               AuditBench secrets FOLDER FILE...
               AuditBench differential MODEL TRIALS FILE...
               AuditBench choices MODEL CALLS FILE...
        MODEL is a model folder, a GGUF file, or "tiny-python" for the embedded model; FILE is Python
        code that the model was not trained on.
        `suspicion` puts MUTANTS small defects into functions of the files, fits the weights on one half
        of the files, tests on the other, and prints a table. `calibration` fits on one half of the files and tests on
        the other how far the model's first choices can be trusted, by category of syntax. `secrets` tells
        strings that were planted in the model that plant_canaries.py left in FOLDER from others. `differential`
        puts noise on one layer, TRIALS times for each size of noise, and counts how often the layer is named; and
        compares the stored weights with two quantisations; MODEL is then a folder. `choices` compares the
        insecure forms in the files of CALLS, which resolve_calls.py wrote, with what these call, and
        measures the masses of the forms at the places in the files FILE.
        Environment: THREADS (1), SEED (1), WEIGHTS (a file for the fitted weights), FEATURES (a file for all
        cases), DIAGRAM (a file for the reliability diagram or the ROC curves, SVG).

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
        case "secrets" where arguments.count > 2:
            var benchmark = SecretsBenchmark(
                context: try open(arguments[1], threads),
                reference: try open("tiny-python", threads),
                grammar: try GrammarLibrary.standard.grammar(for: "python"),
                canaries: try Canaries(folder: arguments[1]), seed: seed)
            try benchmark.run(on: Array(arguments.dropFirst(2)))
            print(benchmark.table())
            if let path = Environment.text("DIAGRAM") { try write(benchmark.diagram, to: path) }
            if let path = Environment.text("FEATURES") { try write(benchmark.cells, to: path) }
            if let path = Environment.text("WEIGHTS") { try write(benchmark.weights, to: path) }
            return
        case "differential" where arguments.count > 3:
            guard let trials = Int(arguments[2]), trials > 0 else { break }
            var benchmark = DifferentialBenchmark(
                folder: arguments[1] == "tiny-python"
                    ? .tinyPython : try FileFolder(directory: arguments[1]), threads: threads,
                grammar: try GrammarLibrary.standard.grammar(for: "python"), seed: seed)
            print(try benchmark.run(on: Array(arguments.dropFirst(3)), trials: trials))
            return
        case "choices" where arguments.count > 3:
            var benchmark = ChoicesBenchmark(
                context: try open(arguments[1], threads),
                grammar: try GrammarLibrary.standard.grammar(for: "python"), seed: seed)
            for file in try ChoicesBenchmark.calls(in: arguments[2]) {
                try benchmark.recognise(file)
            }
            for file in arguments.dropFirst(3) { try benchmark.measure(file) }
            print(benchmark.table())
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
