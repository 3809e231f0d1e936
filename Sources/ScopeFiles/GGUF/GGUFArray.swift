/// An array of a GGUF file's metadata.
///
/// Its extent was checked when the file was opened. The elements are read on demand: vocabularies
/// have hundreds of thousands, and no object stands for each.
public struct GGUFArray: Sendable {
    /// What the elements are.
    public let kind: GGUFValueKind

    /// How many elements there are.
    public let count: Int

    /// The array as a value, for its key and for errors.
    public let value: GGUFValue

    /// Where the first element begins.
    private let start: Int

    init?(_ value: GGUFValue) {
        let source = value.source
        let number = source.unsigned(at: value.position, width: 4)
        guard let kind = GGUFValueKind(rawValue: Int(number)) else { return nil }
        self.kind = kind
        count = Int(source.unsigned(at: value.position + 4, width: 8))
        self.value = value
        start = value.position + 12
    }

    /// The elements as integers.
    ///
    /// - Returns: the integers, of whichever of the format's eight kinds.
    /// - Throws: ``FileError`` naming file and key if they are no integers or one is beyond `Int`.
    /// - Complexity: O(n).
    public func ints() throws(FileError) -> [Int] {
        guard kind.isInteger || count == 0 else { throw mismatch("integers") }
        var result: [Int] = []
        result.reserveCapacity(count)
        let width = kind.leastByteCount
        for index in 0..<count {
            guard let element = value.source.integer(kind, at: start + index * width) else {
                throw error(index, "is larger than \(Int.max)")
            }
            result.append(element)
        }
        return result
    }

    /// The elements as numbers.
    ///
    /// - Returns: floats exactly, integers rounded if they must be.
    /// - Throws: ``FileError`` naming file and key if they are no numbers.
    /// - Complexity: O(n).
    public func doubles() throws(FileError) -> [Double] {
        var result: [Double] = []
        result.reserveCapacity(count)
        let width = kind.leastByteCount
        for index in 0..<count {
            guard let element = value.source.double(kind, at: start + index * width) else {
                throw mismatch("numbers")
            }
            result.append(element)
        }
        return result
    }

    /// The elements as truth values.
    ///
    /// - Returns: the truth values.
    /// - Throws: ``FileError`` naming file and key if they are none.
    /// - Complexity: O(n).
    public func bools() throws(FileError) -> [Bool] {
        guard kind == .bool || count == 0 else { throw mismatch("bools") }
        return value.source.bytes[start..<start + count].map { $0 == 1 }
    }

    /// The elements as strings, one after the other.
    ///
    /// - Returns: the strings as bytes, valid UTF-8 or not.
    /// - Throws: ``FileError`` naming file and key if they are no strings.
    public func strings() throws(FileError) -> GGUFStrings {
        guard kind == .string || count == 0 else { throw mismatch("strings") }
        return GGUFStrings(count: count, bytes: value.source.bytes, start: start)
    }

    /// All elements as values, whatever they are: for short arrays and arrays of arrays.
    ///
    /// - Returns: the elements.
    /// - Complexity: O(bytes).
    public func elements() -> [GGUFValue] {
        var result: [GGUFValue] = []
        result.reserveCapacity(count)
        var position = start
        for index in 0..<count {
            result.append(element(index, at: position))
            position = Self.end(of: kind, at: position, in: value.source)
        }
        return result
    }

    /// An error about one element.
    ///
    /// - Parameters:
    ///   - index: which one.
    ///   - reason: what is wrong with it.
    /// - Returns: the error, which names file, key and position.
    /// - Complexity: O(bytes before the element) for strings and arrays.
    public func error(_ index: Int, _ reason: String) -> FileError {
        precondition(index >= 0 && index < count, "no such element")
        var position = start
        for _ in 0..<index { position = Self.end(of: kind, at: position, in: value.source) }
        return element(index, at: position).error(reason)
    }

    private func element(_ index: Int, at position: Int) -> GGUFValue {
        GGUFValue(
            key: "\(value.key)[\(index)]", kind: kind, position: position, source: value.source)
    }

    private static func end(of kind: GGUFValueKind, at position: Int, in source: GGUFBytes) -> Int {
        switch kind {
        case .string: return position + 8 + Int(source.unsigned(at: position, width: 8))
        case .array:
            let number = source.unsigned(at: position, width: 4)
            var end = position + 12
            guard let kind = GGUFValueKind(rawValue: Int(number)) else { return end }
            for _ in 0..<Int(source.unsigned(at: position + 4, width: 8)) {
                end = Self.end(of: kind, at: end, in: source)
            }
            return end
        default: return position + kind.leastByteCount
        }
    }

    private func mismatch(_ wanted: String) -> FileError {
        value.error("must hold \(wanted), found \(kind.shown)")
    }
}

/// The strings of an array, in order, as slices of the file's bytes.
public struct GGUFStrings: Sequence, Sendable {
    /// How many strings there are.
    public let count: Int

    let bytes: [UInt8]
    let start: Int

    /// The number of strings.
    public var underestimatedCount: Int { count }

    /// Begins at the first string.
    public func makeIterator() -> Iterator {
        Iterator(rest: count, bytes: bytes, position: start)
    }

    /// A place among the strings.
    public struct Iterator: IteratorProtocol {
        var rest: Int
        let bytes: [UInt8]
        var position: Int

        /// The bytes of the next string.
        public mutating func next() -> ArraySlice<UInt8>? {
            guard rest > 0 else { return nil }
            rest -= 1
            var length = 0
            for place in (position..<position + 8).reversed() {
                length = length << 8 | Int(bytes[place])
            }
            let start = position + 8
            position = start + length
            return bytes[start..<position]
        }
    }
}
