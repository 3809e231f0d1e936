/// Neighbouring rows of one sequence that attention is asked for.
public struct AttendedRows<Scalar: TensorScalar>: Sendable {
    /// Which rows of the queries, and of what comes of them.
    public var rows: Range<Int>
    /// The position of the first row in its sequence.
    public var position: Int
    /// The sequence's keys and values, up to the last row's position.
    public var pages: [KeyValuePage<Scalar>]

    /// Names rows.
    public init(rows: Range<Int>, position: Int, pages: [KeyValuePage<Scalar>]) {
        self.rows = rows
        self.position = position
        self.pages = pages
    }

    /// The positions up to the last row's own.
    var end: Int { position + rows.count }
}
