import CBenchSupport
import TinyPythonModel
import TokenScope

/// Measures the machine and models and prints figures as lines of JSON.
///
/// Load, prefill, decode and peak memory are measured; each `memory` needs a process of its own, so
/// Scripts/bench calls this program once for each model and subject.
@main struct ScopeBench {
    static let usage = """
        usage: ScopeBench machine
               ScopeBench memory FOLDER
               ScopeBench speed FOLDER [REPETITIONS]
               ScopeBench tokenizer VOCABULARY REPETITIONS TEXT...
        FOLDER is a model folder, or "tiny-python" for the embedded model; VOCABULARY is such a
        folder, a tokenizer.json, a tokenizer.model or a GGUF file; each TEXT is a file.
        Environment:
        CLOCK=cpu|wall (cpu: CPU time, for one thread), OPENBLAS_NUM_THREADS (1), MODEL (the
        model's name in the output).
        """

    static func main() throws {
        let arguments = CommandLine.arguments.dropFirst()
        switch (arguments.first, arguments.dropFirst().first) {
        case ("machine", nil):
            machine()
        case ("memory", let folder?):
            try memory(folder)
        case ("speed", let folder?):
            try speed(folder, repetitions: arguments.dropFirst(2).first.flatMap { Int($0) } ?? 5)
        case ("tokenizer", let vocabulary?) where arguments.count > 3:
            try tokenizer(
                vocabulary, repetitions: arguments.dropFirst(2).first.flatMap { Int($0) } ?? 5,
                texts: Array(arguments.dropFirst(3)))
        default:
            print(usage)
        }
    }

    static let clock = environment("CLOCK").flatMap(BenchClock.init) ?? .cpu
    static let threads = environment("OPENBLAS_NUM_THREADS").flatMap { Int($0) } ?? 1

    /// The bound of decoding: how fast memory that no cache holds can be read.
    private static func machine() {
        for (name, huge) in [("4K pages", false), ("huge pages", true)] {
            print(
                Figure(
                    peer: "hardware", model: "-", threads: 1, what: "read, one stream, \(name)",
                    value: bandwidth(hugePages: huge) / 1e9, unit: "GB/s"
                ).line)
        }
    }

    private static func bandwidth(hugePages: Bool) -> Double {
        tscope_bench_read_bandwidth(512 << 20, hugePages ? 1 : 0, 5, clock == .cpu ? 1 : 0)
    }

    /// Peak resident memory of loading a model and predicting one token.
    private static func memory(_ name: String) throws {
        let folder = try folder(name)
        let speed = try ModelSpeed(folder: folder, clock: clock)
        _ = try speed.prefill(1)
        let peak = Double(tscope_bench_peak_resident_bytes()) / 1_048_576
        let stored = try StoredBytes(folder)
        let report = reporter(name, stored)
        report("peak RSS, load + 1 token", peak, "MiB")
        report("stored tensors", Double(stored.total) / 1_048_576, "MiB")
    }

    private static func speed(_ name: String, repetitions: Int) throws {
        let folder = try folder(name)
        let stored = try StoredBytes(folder)
        let speed = try ModelSpeed(folder: folder, clock: clock)

        var turns = Interleaved()
        turns.add("load") { try speed.load() }
        turns.add("load to first logits") { try speed.loadToFirstLogits() }
        for length in [128, 512] where length <= speed.contextLength {
            turns.add("prefill \(length)") { try speed.prefill(length) }
        }
        let count = min(128, speed.contextLength - 1)
        turns.add("decode at 0") { try speed.decode(count, observed: false) }
        turns.add("decode+metrics at 0") { try speed.decode(count, observed: true) }

        let report = reporter(name, stored)
        for (what, value) in try turns.medians(repetitions: repetitions) {
            report(what, value, what.hasPrefix("load") ? "s" : "tokens/s")
            guard what == "decode at 0" else { continue }
            let read = value * Double(stored.perToken)
            report("\(what), weights read", read / 1e9, "GB/s")
            report("\(what), share of bandwidth", 100 * read / bandwidth(hugePages: false), "%")
        }
    }

    /// Load time, and bytes a second from text to ids and back.
    private static func tokenizer(_ path: String, repetitions: Int, texts: [String]) throws {
        let speed = try TokenizerSpeed(
            path: path, folder: path == "tiny-python" ? .tinyPython : nil, texts: texts,
            clock: clock)
        var turns = Interleaved()
        turns.add("load") { try speed.load() }
        turns.add("encode") { try speed.encode(isFresh: false) }
        turns.add("encode, first time") { try speed.encode(isFresh: true) }
        turns.add("decode") { try speed.decode() }
        let model = environment("MODEL") ?? path.split(separator: "/").last.map(String.init) ?? path
        let report = { (what: String, value: Double, unit: String) in
            print(
                Figure(
                    peer: "tokenscope tokenizer", model: model, threads: 1, what: what,
                    value: value, unit: unit
                ).line)
        }
        for (what, value) in try turns.medians(repetitions: repetitions) {
            report(what, value, what == "load" ? "s" : "MB/s")
        }
        report("bytes per token", speed.bytesPerToken, "B")
    }

    private static func reporter(
        _ folder: String, _ stored: StoredBytes
    ) -> (String, Double, String) -> Void {
        let last = folder.split(separator: "/").last.map { String($0) } ?? folder
        let model = environment("MODEL") ?? last
        return { what, value, unit in
            print(
                Figure(
                    peer: "tokenscope \(stored.elementType)", model: model, threads: threads,
                    what: what, value: value, unit: unit
                ).line)
        }
    }

    private static func folder(_ name: String) throws -> FileFolder {
        name == "tiny-python" ? .tinyPython : try FileFolder(directory: name)
    }
}
