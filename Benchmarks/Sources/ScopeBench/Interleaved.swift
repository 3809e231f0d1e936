/// Measurements that take turns, so that a machine that slows down slows all of them down.
struct Interleaved {
    /// One thing to measure: a name, and a closure that does it once and returns its figure.
    struct Entry {
        let name: String
        let measure: () throws -> Double
    }

    var entries: [Entry] = []

    mutating func add(_ name: String, _ measure: @escaping () throws -> Double) {
        entries.append(Entry(name: name, measure: measure))
    }

    /// Measures every entry `repetitions` times, in rounds, and gives the median of each.
    func medians(repetitions: Int) throws -> [(name: String, value: Double)] {
        zip(entries, try rounds(repetitions)).map { ($0.name, median($1)) }
    }

    /// Measures pairs of entries in rounds: of each two neighbours their medians, and the median
    /// of what the second is to the first in the same round.
    func pairs(
        repetitions: Int
    ) throws -> [(names: (String, String), values: (Double, Double), ratio: Double)] {
        let values = try rounds(repetitions)
        return stride(from: 0, to: entries.count - 1, by: 2).map { place in
            let (first, second) = (values[place], values[place + 1])
            return (
                names: (entries[place].name, entries[place + 1].name),
                values: (median(first), median(second)),
                ratio: median(zip(first, second).map { $1 / $0 })
            )
        }
    }

    private func rounds(_ repetitions: Int) throws -> [[Double]] {
        var values = entries.map { _ in [Double]() }
        for _ in 0..<repetitions {
            for (place, entry) in entries.enumerated() {
                values[place].append(try entry.measure())
            }
        }
        return values
    }

    private func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        let middle = sorted.count / 2
        guard sorted.count.isMultiple(of: 2) else { return sorted[middle] }
        return (sorted[middle - 1] + sorted[middle]) / 2
    }
}
