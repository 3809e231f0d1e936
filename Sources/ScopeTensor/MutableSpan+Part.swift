extension MutableSpan where Element: Copyable {
    /// A part of the span, for writing, while the whole is set aside.
    @_lifetime(&self)
    mutating func part(_ range: Range<Int>) -> MutableSpan {
        _mutatingExtracting(range)
    }
}
