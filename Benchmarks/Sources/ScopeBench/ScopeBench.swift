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
               ScopeBench threads FOLDER [REPETITIONS]
               ScopeBench branches FOLDER [REPETITIONS]
               ScopeBench contestant FOLDER      (for peers/pairs.py)
               ScopeBench tokenizer VOCABULARY REPETITIONS TEXT...
               ScopeBench syntax [REPETITIONS]   (needs the grammar of Python)
        FOLDER is a model folder, a GGUF file, or "tiny-python" for the embedded model; VOCABULARY is such a
        folder, a tokenizer.json, a tokenizer.model or a GGUF file; each TEXT is a file.
        Environment:
        CLOCK=cpu|wall (cpu: CPU time, for one thread), THREADS (1; `threads` compares one with 2
        or as many), STORAGE=packed|mapped (packed),
        ARITHMETIC=float32|fixed24|fixed16|int8|bf16 (float32), CACHE=full|float16 (full), MODEL (the model's name in the output).
        `memory` fails where peak memory exceeds 1.15 times the stored tensors, the cache and 64 MiB.
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
        case ("threads", let folder?):
            try compareThreads(
                folder, repetitions: arguments.dropFirst(2).first.flatMap { Int($0) } ?? 5)
        case ("branches", let folder?):
            try branches(
                folder, repetitions: arguments.dropFirst(2).first.flatMap { Int($0) } ?? 5)
        case ("contestant", let folder?):
            let files = try files(folder)
            try Contestant(speed: ModelSpeed(files: files, threads: threads, clock: clock)).run()
        case ("syntax", let repetitions):
            try SyntaxSpeed.run(
                clock: clock, repetitions: repetitions.flatMap { Int($0) } ?? 21)
        case ("tokenizer", let vocabulary?) where arguments.count > 3:
            try tokenizer(
                vocabulary, repetitions: arguments.dropFirst(2).first.flatMap { Int($0) } ?? 5,
                texts: Array(arguments.dropFirst(3)))
        default:
            print(usage)
        }
    }

    static let clock = environment("CLOCK").flatMap(BenchClock.init) ?? .cpu
    static let storage = environment("STORAGE").flatMap(WeightStorage.init) ?? .packed
    static let arithmetic = environment("ARITHMETIC").flatMap(ArithmeticClass.init) ?? .float32
    static let cache = environment("CACHE").flatMap(CachePrecision.init) ?? .full
    static let threads = environment("THREADS").flatMap { Int($0) } ?? 1

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

    /// Peak resident memory of loading a model, reading a prompt and decoding, and whether it keeps
    /// to its bound.
    private static func memory(_ name: String) throws {
        let files = try files(name)
        let speed = try ModelSpeed(files: files, threads: threads, clock: clock)
        let count = min(64, speed.contextLength / 2)
        _ = try speed.decode(count, after: count)
        let peak = Double(tscope_bench_peak_resident_bytes()) / 1_048_576
        let stored = try StoredBytes(files)
        let cache = KVCache<Float>.byteCount(rows: 2 * count, shape: speed.context.model.cacheShape)
        let limit = (1.15 * Double(stored.total) + Double(cache)) / 1_048_576 + 64
        let report = reporter(name, stored)
        report("peak RSS, load + prompt of \(count) + \(count) tokens", peak, "MiB")
        report("stored tensors", Double(stored.total) / 1_048_576, "MiB")
        report("peak RSS, share of 1.15 x stored + cache + 64 MiB", 100 * peak / limit, "%")
        if peak > limit { throw BenchFailure.memory(peak: peak, limit: limit) }
    }

    private static func speed(_ name: String, repetitions: Int) throws {
        let files = try files(name)
        let stored = try StoredBytes(files)
        let speed = try ModelSpeed(files: files, threads: threads, clock: clock)

        var turns = Interleaved()
        turns.add("load") { try speed.load() }
        turns.add("load to first logits") { try speed.loadToFirstLogits() }
        for length in [128, 512, 2048] where length <= speed.contextLength {
            turns.add("prefill \(length)") { try speed.prefill(length) }
        }
        let count = min(128, speed.contextLength - 1)
        turns.add("decode at 0") { try speed.decode(count) }
        turns.add("decode+metrics at 0") { try speed.decode(count, watching: .metrics) }
        if speed.contextLength > 1024 + count {
            turns.add("decode at 1024") { try speed.decode(32, after: 1024) }
        }

        let report = reporter(name, stored)
        for (what, value) in try turns.medians(repetitions: repetitions) {
            report(what, value, what.hasPrefix("load") ? "s" : "tokens/s")
            guard what == "decode at 0" else { continue }
            let read = value * Double(stored.perToken)
            report("\(what), weights read", read / 1e9, "GB/s")
            report("\(what), share of bandwidth", 100 * read / bandwidth(hugePages: false), "%")
        }
    }

    /// Rates of branches on a shared prefix, beside a session alone and the engine's own batch.
    private static func branches(_ name: String, repetitions: Int) throws {
        let files = try files(name)
        let speed = try ModelSpeed(files: files, threads: threads, clock: clock)
        let prefix = min(512, speed.contextLength / 2)
        let branches = BranchSpeed(speed: speed, prefix: prefix, count: 16)
        var turns = Interleaved()
        turns.add("session") { try branches.session() }
        for lanes in [1, 4, 16] {
            turns.add("explorer, \(lanes) branches") { try branches.explorer(lanes) }
        }
        for lanes in [1, 4, 16] {
            turns.add("engine, \(lanes) lanes") {
                try speed.batch(lanes: lanes, prefix: prefix, count: 16)
            }
        }
        let report = reporter(name, try StoredBytes(files))
        let medians = try turns.medians(repetitions: repetitions)
        for (what, value) in medians { report("\(what) after \(prefix)", value, "tokens/s") }
        for (what, value) in medians.dropFirst() {
            report("\(what) after \(prefix), against a session", value / medians[0].value, "x")
        }
        report("fork of a cache of \(prefix)", try branches.fork(), "us")
    }

    /// What more threads give, on the wall, and what they cost in CPU time, in pairs that take
    /// turns.
    private static func compareThreads(_ name: String, repetitions: Int) throws {
        let files = try files(name)
        let many = max(2, threads)
        for clock in [BenchClock.wall, .cpu] {
            let one = try ModelSpeed(files: files, threads: 1, clock: clock)
            let several = try ModelSpeed(files: files, threads: many, clock: clock)
            var turns = Interleaved()
            for length in [128, 512] where length <= one.contextLength {
                for speed in [one, several] {
                    turns.add("prefill \(length)") { try speed.prefill(length) }
                }
            }
            let count = min(64, one.contextLength - 1)
            for speed in [one, several] {
                turns.add("decode at 0") { try speed.decode(count) }
            }
            let stored = try StoredBytes(files)
            let report = reporter(name, stored)
            for pair in try turns.pairs(repetitions: repetitions) {
                let what = "\(pair.names.0), \(clock) time"
                report("\(what), 1 thread", pair.values.0, "tokens/s")
                report("\(what), \(many) threads", pair.values.1, "tokens/s")
                report("\(what), \(many) threads against 1", pair.ratio, "x")
            }
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

    private static func files(_ name: String) throws -> ModelFiles {
        name == "tiny-python" ? try ModelFiles(.tinyPython) : try ModelFiles(path: name)
    }
}

/// A bound that a measurement does not keep.
enum BenchFailure: Error, CustomStringConvertible {
    case memory(peak: Double, limit: Double)

    var description: String {
        switch self {
        case .memory(let peak, let limit):
            "peak memory is \(peak) MiB, more than \(limit)"
        }
    }
}
