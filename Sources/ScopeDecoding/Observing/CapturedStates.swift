package import ScopeTensor
package import ScopeTransformer

/// Rows of states that a run computed.
package struct CapturedStates: Sendable {
    package struct Place: Hashable {
        package let site: StateSite
        package let layer: Int
    }

    /// The row that the kept ones begin with.
    package let firstRow: Int
    /// Rows one after the other.
    private var values: [Place: [Float]] = [:]

    package init(firstRow: Int) {
        self.firstRow = firstRow
    }

    package mutating func append(_ row: Span<Float>, _ site: StateSite, layer: Int) {
        values[Place(site: site, layer: layer), default: []].append(
            addingCapacity: row.count
        ) { output in
            for index in row.indices { output.append(row[index]) }
        }
    }

    /// Some rows of a state, of each the columns given.
    ///
    /// - Parameters:
    ///   - rows: Rows that were kept.
    ///   - site: A place that was asked for.
    ///   - layer: A layer that was asked for.
    ///   - width: The scalars of a row.
    ///   - columns: Which of them; nil for all.
    /// - Returns: rows × columns.
    package func rows(
        _ rows: Range<Int>, _ site: StateSite, layer: Int, width: Int,
        columns: Range<Int>? = nil
    ) -> Tensor<Float> {
        let columns = columns ?? 0..<width
        let all = values[Place(site: site, layer: layer)] ?? []
        var chosen: [Float] = []
        chosen.reserveCapacity(rows.count * columns.count)
        for row in rows {
            let start = (row - firstRow) * width
            chosen += all[start + columns.lowerBound..<start + columns.upperBound]
        }
        return Tensor(rows: rows.count, columns: columns.count, values: chosen)
    }

    /// The values of a row of a state.
    ///
    /// - Parameters:
    ///   - row: A row that was kept.
    ///   - site: A place that was asked for.
    ///   - layer: A layer that was asked for.
    ///   - width: The scalars of a row.
    /// - Returns: The row; empty where none was kept.
    package func row(_ row: Int, _ site: StateSite, layer: Int, width: Int) -> ArraySlice<Float> {
        let all = values[Place(site: site, layer: layer)] ?? []
        let start = (row - firstRow) * width
        return all.indices.contains(start) ? all[start..<start + width] : []
    }
}
