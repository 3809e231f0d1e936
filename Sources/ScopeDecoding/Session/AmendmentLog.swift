internal import ScopeTrace

/// Which values of earlier tokens observers have changed, each once.
struct AmendmentLog: Sendable {
    /// By metric, in the order of their first change: whether a token's value was changed.
    private var columns: [(name: String, isChanged: [Bool])] = []

    mutating func note(_ amendments: [TokenMetrics.Amendment]) {
        // An observer changes many values of one metric, one after the other.
        var column = 0
        for amendment in amendments {
            if !columns.indices.contains(column) || columns[column].name != amendment.name {
                column = columns.firstIndex { $0.name == amendment.name } ?? columns.count
                if column == columns.count { columns.append((amendment.name, [])) }
            }
            let index = amendment.index.rawValue
            while columns[column].isChanged.count <= index {
                columns[column].isChanged.append(false)
            }
            columns[column].isChanged[index] = true
        }
    }

    /// What was changed, token by token; nothing is afterwards.
    mutating func take() -> [TokenMetrics.Amendment] {
        let longest = columns.reduce(0) { max($0, $1.isChanged.count) }
        defer { columns = [] }
        return (0..<longest).flatMap { index in
            columns.filter { index < $0.isChanged.count && $0.isChanged[index] }.map {
                TokenMetrics.Amendment(name: $0.name, index: TokenIndex(index))
            }
        }
    }
}
