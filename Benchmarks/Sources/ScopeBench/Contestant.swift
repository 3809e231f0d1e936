import CBenchSupport
import TokenScope

/// Answers measurements with rates, so that this program can take turns with others.
///
/// See `peers/llama_speed.c` for the measurements and `peers/pairs.py` for who asks. `observers N CONTEXT` is
/// `decode N CONTEXT` with the standard metrics attached.
struct Contestant {
    let speed: ModelSpeed

    /// Reads measurements from standard input, a line each, until it ends.
    func run() throws {
        while let line = readLine() {
            print(try rate(line.split(separator: " ").map(String.init)))
            tscope_bench_flush()
        }
    }

    private func rate(_ words: [String]) throws -> Double {
        let numbers = words.dropFirst().compactMap { Int($0) }
        switch (words.first, numbers.count) {
        case ("bound", 0): return try bound()
        case ("open", 0): return 1 / (try speed.mappedToFirstLogits())
        case ("encode", 0): return try vocabulary().encode(isFresh: false)
        case ("spell", 0): return try vocabulary().decode()
        case ("prefill", 1): return try speed.prefill(numbers[0])
        case ("forward", 1): return try speed.prefill(numbers[0]) / Double(numbers[0])
        case ("decode", 2): return try decode(numbers, .nothing)
        case ("observers", 2): return try decode(numbers, .metrics)
        case ("signals", 2): return try decode(numbers, .signals)
        case ("lens", 2): return try decode(numbers, .lens)
        case ("semantic", 1): return try speed.attribute(SemanticScope(), numbers[0])
        case ("temperature", 1): return try speed.attribute(TemperatureScope(), numbers[0])
        case ("fisher", 1):
            return try speed.attribute(FisherScope(rank: .largest(1)), numbers[0])
        case ("fisher-full", 1):
            return try speed.attribute(FisherScope(rank: .full), numbers[0])
        case ("batch", 3):
            return try speed.batch(lanes: numbers[0], prefix: numbers[1], count: numbers[2])
        default: return 0
        }
    }

    /// The tokens a second that one stream of reading memory could bring all weights for.
    private func bound() throws -> Double {
        let bandwidth = tscope_bench_read_bandwidth(512 << 20, 1, 3, speed.clock == .cpu ? 1 : 0)
        return bandwidth / Double(try StoredBytes(speed.files).perToken)
    }

    /// The vocabulary and the texts that the environment names.
    private func vocabulary() throws -> TokenizerSpeed {
        try TokenizerSpeed(
            path: environment("VOCABULARY") ?? "", folder: nil,
            texts: (environment("TEXTS") ?? "").split(separator: ":").map(String.init),
            clock: speed.clock)
    }

    private func decode(_ numbers: [Int], _ watching: ModelSpeed.Watching) throws -> Double {
        try speed.decode(numbers[0], after: max(1, numbers[1]), watching: watching)
    }
}
