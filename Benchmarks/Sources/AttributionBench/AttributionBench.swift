import CBenchSupport
import TinyPythonModel
import TokenScope

/// Measures attribution methods: how faithful they are on source files, and how long they take.
@main struct AttributionBench {
    static let usage = """
        usage: AttributionBench faithfulness MODEL CASES LENGTH FILE...
               AttributionBench speed MODEL LENGTH REPETITIONS
        MODEL is a model folder, a GGUF file, or "tiny-python" for the embedded model.
        `faithfulness` explains CASES tokens of each FILE, each behind LENGTH tokens of it, and prints
        a table; `speed` prints lines of JSON.
        Environment: THREADS (1), CLOCK=cpu|wall (cpu), METHODS (names, separated by commas).

        """

    static func main() throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        let threads = Environment.number("THREADS") ?? 1
        tscope_bench_set_blas_threads(Int32(threads))
        switch arguments.first {
        case "faithfulness" where arguments.count > 4:
            guard let cases = Int(arguments[2]), let length = Int(arguments[3]), cases > 0,
                length > 7
            else { break }
            let context = try open(arguments[1], threads)
            var benchmark = FaithfulnessBenchmark(
                context: context, cases: cases, length: length,
                methods: BenchedMethod.chosen(Environment.text("METHODS")))
            for file in arguments.dropFirst(4) { try benchmark.add(file) }
            print(benchmark.table)
            return
        case "speed" where arguments.count == 4:
            guard let length = Int(arguments[2]), let repetitions = Int(arguments[3]), length > 1,
                repetitions > 0
            else { break }
            try AttributionSpeed(
                context: try open(arguments[1], threads), length: length,
                name: arguments[1].split(separator: "/").last.map(String.init) ?? arguments[1]
            ).measure(repetitions: repetitions)
            return
        default: break
        }
        print(usage, terminator: "")
    }

    private static func open(_ name: String, _ threads: Int) throws -> ModelContext {
        let files = name == "tiny-python" ? try ModelFiles(.tinyPython) : try ModelFiles(path: name)
        return try loadModel(from: files, options: ModelOptions(threads: threads))
    }
}
