/// Sizes and numbers in three digits, for people.
enum Quantity {
    /// Bytes in powers of 1000: `563 kB`, `4.37 GB`.
    static func bytes(_ count: Int) -> String {
        short(count, [(1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")], "B")
    }

    /// Learned scalars as the field counts them: `141 k`, `3.24 M`, `7.62 B`.
    static func parameters(_ count: Int) -> String {
        short(count, [(1_000_000_000, "B"), (1_000_000, "M"), (1_000, "k")], "")
    }

    /// A number with up to three digits that count, and its unit.
    private static func short(_ count: Int, _ units: [(Int, String)], _ one: String) -> String {
        // 999 600 is a million to three digits.
        guard let (size, unit) = units.first(where: { count >= $0.0 - $0.0 / 2000 }) else {
            return one.isEmpty ? "\(count)" : "\(count) \(one)"
        }
        let digits = [100, 10].reduce(2) { count >= size * $1 - size * $1 / 2000 ? $0 - 1 : $0 }
        let scale = [1, 10, 100][max(0, digits)]
        let scaled = (Double(count) / Double(size) * Double(scale)).rounded()
        let whole = Int(scaled) / scale
        let rest = Int(scaled) % scale
        guard digits > 0 else { return "\(whole) \(unit)" }
        let fraction = String(repeating: "0", count: digits - "\(rest)".count) + "\(rest)"
        return "\(whole).\(fraction) \(unit)"
    }
}
