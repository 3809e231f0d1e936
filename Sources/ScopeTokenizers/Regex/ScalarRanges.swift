/// A set of Unicode scalar values as sorted, disjoint, closed ranges.
struct ScalarRanges: Hashable, Sendable {
    private(set) var ranges: [ClosedRange<UInt32>]

    /// Sorts the ranges and joins those that touch.
    init(_ unsorted: [ClosedRange<UInt32>]) {
        ranges = []
        for range in unsorted.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = ranges.last, range.lowerBound <= last.upperBound + 1 {
                let upper = Swift.max(last.upperBound, range.upperBound)
                ranges[ranges.count - 1] = last.lowerBound...upper
            } else {
                ranges.append(range)
            }
        }
    }

    /// Unicode's `White_Space` property, which `\s` means in Oniguruma.
    static let whiteSpace = ScalarRanges([
        0x09...0x0D, 0x20...0x20, 0x85...0x85, 0xA0...0xA0, 0x1680...0x1680, 0x2000...0x200A,
        0x2028...0x2029, 0x202F...0x202F, 0x205F...0x205F, 0x3000...0x3000,
    ])

    /// Whether a scalar value is a member.
    ///
    /// - Complexity: O(log `ranges.count`).
    func contains(_ value: UInt32) -> Bool {
        var low = 0
        var high = ranges.count
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound < value {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low < ranges.count && ranges[low].lowerBound <= value
    }
}
