import CBenchSupport
import TokenScope

/// How long gradients take, in forward passes of the same text with last-position logits.
struct AttributionSpeed {
    let context: ModelContext
    let length: Int
    let name: String

    private var ids: [Int] {
        (0..<length).map { 1 + $0 * 7919 % (context.configuration.vocabularySize - 1) }
    }

    private var target: AttributionTarget { AttributionTarget(TokenIndex(length), id: 1) }

    private struct Subject {
        let what: String
        let run: () throws -> Void
    }

    /// Measures everything in rounds, so that a machine that slows down slows all of it down.
    func measure(repetitions: Int) throws {
        let wall = Environment.text("CLOCK") == "wall"
        let now = { wall ? tscope_bench_wall_seconds() : tscope_bench_cpu_seconds() }
        let subjects = subjects
        var seconds = subjects.map { _ in [Double]() }
        for _ in 0..<repetitions {
            for (place, subject) in subjects.enumerated() {
                let start = now()
                try subject.run()
                seconds[place].append(now() - start)
            }
        }
        for (place, subject) in subjects.enumerated() {
            let ratios = zip(seconds[place], seconds[0]).map { $0 / $1 }
            report(subject.what, median(seconds[place]), "s")
            if place > 0 { report(subject.what + " against one forward", median(ratios), "x") }
        }
        if let four = subjects.firstIndex(where: { $0.what == "4 probes" }),
            let one = subjects.firstIndex(where: { $0.what == "1 probe" })
        {
            let ratios = zip(seconds[four], seconds[one]).map { $0 / (4 * $1) }
            report("4 probes against 4 separate calls", median(ratios), "x")
        }
    }

    private var subjects: [Subject] {
        let (context, ids, target) = (context, ids, target)
        return [
            Subject(what: "forward") {
                var lanes = [Lane(tokens: ids, cache: context.model.makeCache())]
                var workspace = Workspace<Float>()
                var sink = SilentSink()
                try context.model.forward(&lanes, in: &workspace, into: &sink)
            },
            Subject(what: "stored pass") { _ = try AttributedText(ids, in: context) },
            Subject(what: "1 probe") {
                let text = try AttributedText(ids, in: context, budget: 2 << 30)
                _ = try TemperatureScope().attribute(target, in: text)
            },
            Subject(what: "semantic scope") {
                let text = try AttributedText(ids, in: context, budget: 2 << 30)
                _ = try SemanticScope().attribute(target, in: text)
            },
            Subject(what: "4 probes") {
                let text = try AttributedText(ids, in: context, budget: 2 << 30)
                _ = try TemperatureScope().attribute([target, target, target, target], in: text)
            },
            Subject(what: "1 probe, recomputed") {
                let text = try AttributedText(ids, in: context, memory: .inputs)
                _ = try TemperatureScope().attribute(target, in: text)
            },
            Subject(what: "fisher scope, k = 1") {
                let text = try AttributedText(ids, in: context, budget: 2 << 30)
                _ = try FisherScope(rank: .largest(1)).attribute(target, in: text)
            },
        ]
    }

    private func report(_ what: String, _ value: Double, _ unit: String) {
        print(
            "{\"peer\": \"tokenscope\", \"model\": \"\(name)\", \"length\": \(length), "
                + "\"what\": \"\(what)\", \"value\": \(value), \"unit\": \"\(unit)\"}")
    }

    private func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count.isMultiple(of: 2)
            ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
    }
}

/// Takes the logits, and keeps nothing.
private struct SilentSink: SignalSink {
    mutating func logits(_ logits: Span<Float>, at place: RowPlace) {}
}
