import ScopeFiles
import ScopeTrace

extension JSONWriter {
    /// Writes columns with their places among all, since files hold them in that order.
    mutating func write(
        columns: [(offset: Int, element: AnyMetricColumn)], from start: Int = 0
    ) {
        array { writer in
            for (place, column) in columns { writer.write(column, at: place, from: start) }
        }
    }

    private mutating func write(_ column: AnyMetricColumn, at place: Int, from start: Int) {
        object { writer in
            writer.member("place", place)
            writer.member("name", column.name)
            writer.member("unit", column.unit.rawValue)
            writer.member("kind", column.kind.name)
            switch column.kind {
            case .ids, .row: writer.members(lists: column, from: start)
            case .double, .int, .bool, .string, .opaque:
                writer.key("values")
                writer.array { writer in
                    for row in column.filledRows(from: start) { writer.write(column[row]) }
                }
            }
        }
    }

    /// Lists as their lengths, −1 for none, and all values behind one another.
    private mutating func members(lists column: AnyMetricColumn, from start: Int) {
        var counts: [Int] = []
        var ids: [Int] = []
        var values: [Double] = []
        for row in column.filledRows(from: start) {
            switch column[row] {
            case .ids(let list)?:
                counts.append(list.values.count)
                ids += list.values
            case .row(let list)?:
                counts.append(list.values.count)
                values += list.values
            default: counts.append(-1)
            }
        }
        member("counts", counts)
        if column.kind == .ids { return member("values", ids) }
        // Most lists come from numbers of single precision, whose shortest text is half as long.
        let isSingle = values.allSatisfy { Double(Float($0)) == $0 }
        if isSingle { member("single", true) }
        key("values")
        array { writer in
            for value in values {
                if let whole = Int(exactly: value), whole != 0 || value.sign == .plus {
                    writer.write(whole)
                } else if isSingle {
                    writer.write(Float(value))
                } else {
                    writer.write(value)
                }
            }
        }
    }

    private mutating func write(_ cell: MetricCell?) {
        switch cell {
        case .double(let value)?: write(value)
        case .int(let value)?: write(value)
        case .bool(let value)?: write(value)
        case .string(let value)?: write(value)
        default: writeNull()
        }
    }

    /// Writes a value whose text is already JSON.
    mutating func write(json text: String) {
        // Our own writers made it, so it can be read.
        if let document = try? JSONDocument(bytes: Array(text.utf8), file: "") {
            write(document.root)
        } else {
            writeNull()
        }
    }

    /// Writes values as runs of equal ones: the value and how often it stands there.
    mutating func member(runs name: String, _ values: [String]) {
        key(name)
        array { writer in
            var place = 0
            while place < values.count {
                let end = values[place...].firstIndex { $0 != values[place] } ?? values.count
                writer.array { writer in
                    writer.write(values[place])
                    writer.write(end - place)
                }
                place = end
            }
        }
    }

    /// Writes an attribution.
    mutating func write(_ attribution: Attribution) {
        object { writer in
            writer.member("method", attribution.method)
            writer.key("settings")
            writer.object { writer in
                for (name, value) in attribution.settings.sorted(by: { $0.key < $1.key }) {
                    writer.member(name, value)
                }
            }
            writer.member("target", attribution.target.rawValue)
            writer.member("target_id", attribution.targetID)
            writer.key("scores")
            writer.array { writer in
                for score in attribution.scores {
                    if score.isNaN { writer.writeNull() } else { writer.write(score) }
                }
            }
            writer.member("signed", attribution.isSigned)
            writer.key("diagnostics")
            writer.object { writer in
                for (name, value) in attribution.diagnostics.sorted(by: { $0.key < $1.key })
                where !value.isNaN {
                    writer.member(name, value)
                }
            }
        }
    }

    /// Writes what a comparison of two models comes to, with the two.
    mutating func write(_ comparison: ModelComparison) {
        object { writer in
            writer.key("a")
            writer.write(comparison.a)
            writer.key("b")
            writer.write(comparison.b)
            writer.members(of: comparison)
        }
    }
}

extension AnyMetricColumn {
    /// The rows from one on, up to the last one that has a value.
    fileprivate func filledRows(from start: Int) -> Range<Int> {
        var end = count
        while end > start, self[end - 1] == nil { end -= 1 }
        return start..<max(start, end)
    }
}
