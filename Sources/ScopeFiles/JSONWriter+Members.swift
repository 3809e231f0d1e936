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

    /// Writes a key and a whole number that has up to 64 bits.
    ///
    /// Above 2⁵³ − 1 it is a string of its digits: many readers of JSON keep numbers as doubles and
    /// would round it (RFC 8259, section 6). `JSONValue.uint64()` reads both.
    public mutating func member(_ name: String, _ value: UInt64) {
        key(name)
        if value < 1 << 53 { write(Int(value)) } else { write(String(value)) }
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
