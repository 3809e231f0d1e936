extension JSONWriter {
    /// Writes a key and a string.
    public mutating func member(_ name: String, _ value: String) {
        key(name)
        write(value)
    }

    /// Writes a key and a whole number.
    public mutating func member(_ name: String, _ value: Int) {
        key(name)
        write(value)
    }

    /// Writes a key and a number, which must not be NaN.
    public mutating func member(_ name: String, _ value: Double) {
        key(name)
        write(value)
    }

    /// Writes a key and `true` or `false`.
    public mutating func member(_ name: String, _ value: Bool) {
        key(name)
        write(value)
    }

    /// Writes a key and an array of whole numbers.
    public mutating func member(_ name: String, _ values: [Int]) {
        key(name)
        array { writer in
            for value in values { writer.write(value) }
        }
    }

    /// Writes a key and an array of numbers, none of them NaN.
    public mutating func member(_ name: String, _ values: [Double]) {
        key(name)
        array { writer in
            for value in values { writer.write(value) }
        }
    }
}
