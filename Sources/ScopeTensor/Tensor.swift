/// A row-major matrix of numbers, as a value; a vector is a matrix of one row.
///
/// The number of columns is fixed, the number of rows follows the work at hand: a tensor that
/// serves as scratch keeps its memory while its row count goes up and down.
public struct Tensor<Scalar: TensorScalar>: Sendable, Equatable {
    /// The number of rows.
    public private(set) var rows: Int

    /// The number of values in a row.
    public let columns: Int

    /// The values, row after row; their number must stay `rows * columns`.
    public var storage: [Scalar]

    /// Makes a tensor of zeros.
    ///
    /// - Parameters:
    ///   - rows: the number of rows, 0 or more.
    ///   - columns: the number of values in a row, 0 or more.
    /// - Complexity: O(rows × columns).
    public init(rows: Int, columns: Int) {
        precondition(rows >= 0 && columns >= 0, "a tensor has no negative extent")
        self.rows = rows
        self.columns = columns
        storage = Scalar.zeros(rows * columns)
    }

    /// Makes a tensor of one row.
    ///
    /// - Parameter vector: the values of the row.
    public init(vector: [Scalar]) {
        rows = 1
        columns = vector.count
        storage = vector
    }

    /// Makes a tensor of values at hand.
    ///
    /// - Parameters:
    ///   - rows: the number of rows.
    ///   - columns: the number of values in a row.
    ///   - values: `rows * columns` values, row after row.
    public init(rows: Int, columns: Int, values: [Scalar]) {
        precondition(rows >= 0 && columns >= 0, "a tensor has no negative extent")
        precondition(values.count == rows * columns, "values do not fill rows × columns")
        self.rows = rows
        self.columns = columns
        storage = values
    }

    /// Changes the number of rows; kept rows keep their values, new ones are zero, and memory once
    /// had is kept.
    ///
    /// - Parameter rows: the new number of rows, 0 or more.
    /// - Complexity: O(values added or dropped), plus a copy where capacity is lacking.
    public mutating func resize(rows: Int) {
        precondition(rows >= 0, "a tensor has no negative extent")
        let count = rows * columns
        if count < storage.count {
            storage.removeLast(storage.count - count)
        } else if count > storage.count {
            let added = Scalar.zeros(count - storage.count)
            if storage.capacity == 0 { storage = added } else { storage += added }
        }
        self.rows = rows
    }

    /// Takes memory for that many rows ahead of time.
    ///
    /// - Parameter rows: the largest number of rows expected.
    /// - Complexity: O(values held).
    public mutating func reserve(rows: Int) {
        storage.reserveCapacity(rows * columns)
    }

    /// Reads or writes one value.
    ///
    /// - Parameters:
    ///   - row: the row.
    ///   - column: the place in the row.
    public subscript(row: Int, column: Int) -> Scalar {
        get {
            precondition(column >= 0 && column < columns, "column out of range")
            return storage[row * columns + column]
        }
        set {
            precondition(column >= 0 && column < columns, "column out of range")
            storage[row * columns + column] = newValue
        }
    }
}

extension Tensor {
    /// The values, row after row, lent.
    public var span: Span<Scalar> {
        @_lifetime(borrow self)
        get { storage.span }
    }

    /// The values, row after row, lent for change in place.
    public var mutableSpan: MutableSpan<Scalar> {
        @_lifetime(&self)
        mutating get { storage.mutableSpan }
    }

    /// One row, lent.
    ///
    /// - Parameter row: the row, below `rows`.
    /// - Returns: its `columns` values.
    @_lifetime(borrow self)
    public func row(_ row: Int) -> Span<Scalar> {
        storage.span.extracting(row * columns..<(row + 1) * columns)
    }

    /// One row, lent for change in place.
    ///
    /// - Parameter row: the row, below `rows`.
    /// - Returns: its `columns` values.
    @_lifetime(&self)
    public mutating func mutableRow(_ row: Int) -> MutableSpan<Scalar> {
        let range = row * columns..<(row + 1) * columns
        let whole = storage.mutableSpan
        return whole._consumingExtracting(range)
    }
}
