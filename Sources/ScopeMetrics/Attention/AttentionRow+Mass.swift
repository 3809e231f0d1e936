extension Span<Float> {
    /// The sum of the weights on some keys.
    func mass(_ keys: Range<Int>) -> Double {
        var sum = 0.0
        for key in keys { sum += Double(self[key]) }
        return sum
    }

    /// The sum of the weights on some keys.
    func mass(at keys: [Int]) -> Double {
        var sum = 0.0
        for key in keys { sum += Double(self[key]) }
        return sum
    }
}
