/// Columns of text side by side, each as wide as its widest cell.
public struct TextTable: Sendable {
    /// A column.
    public struct Column: Sendable {
        /// What stands above it.
        public let name: String
        /// Its cells, from the first row on.
        public var cells: [String]
        /// Whether cells begin at the left, as text does, and not end at the right, as numbers do.
        public let isText: Bool

        /// Makes a column.
        public init(_ name: String, _ cells: [String], isText: Bool = false) {
            self.name = name
            self.cells = cells
            self.isText = isText
        }
    }

    /// The columns, from left to right, all with the same number of cells.
    public var columns: [Column]

    /// Makes a table.
    ///
    /// - Parameter columns: The columns, all with the same number of cells.
    public init(_ columns: [Column]) {
        precondition(
            columns.allSatisfy { $0.cells.count == columns[0].cells.count },
            "the columns of a table are equally long")
        self.columns = columns
    }

    /// The names and the rows, two blanks between columns; every line ends in a line feed and in no
    /// blank.
    ///
    /// - Complexity: O(cells).
    public var text: String {
        let widths = columns.map { column in
            column.cells.reduce(column.name.count) { max($0, $1.count) }
        }
        var text = ""
        for row in -1..<(columns.first?.cells.count ?? 0) {
            var line = ""
            for (place, column) in columns.enumerated() {
                let cell = row < 0 ? column.name : column.cells[row]
                let padding = String(repeating: " ", count: widths[place] - cell.count)
                line += place == 0 ? "" : "  "
                line += column.isText ? cell + padding : padding + cell
            }
            while line.last == " " { line.removeLast() }
            text += line + "\n"
        }
        return text
    }
}
