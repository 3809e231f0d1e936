import ScopeTrace
import Testing

@Suite struct MetricTableTests {
    func table(_ count: Int) -> MetricTable {
        var table = MetricTable()
        for number in 0..<count {
            var cursor = TokenMetrics(table: table, index: TokenIndex(number))
            cursor[.surprisal] = Double(number)
            cursor[.rank] = number + 1
            cursor[.attention] = MetricRow([Double](repeating: 0.5, count: number))
            table = cursor.finish()
        }
        return table
    }

    @Test func columnsStandInTheOrderOfTheirFirstWriting() {
        var first = TokenMetrics(table: MetricTable(), index: TokenIndex(0))
        first[.rank] = 1
        first[.entropy] = nil
        first[.surprisal] = 2
        var second = TokenMetrics(table: first.finish(), index: TokenIndex(1))
        second[.entropy] = 3
        second[.surprisal] = 4
        second[.rank] = 5
        let table = second.finish()
        #expect(table.names == ["rank", "surprisal", "entropy"])
        #expect(table[.entropy].map(Array.init) == [nil, 3])
        #expect(table.columns.map(\.kind) == [.int, .double, .double])
    }

    @Test func aColumnIsAsLongAsTheTable() throws {
        var table = table(3)
        table.extend(to: 5)
        table.extend(to: 2)
        let column = try #require(table[.surprisal])
        #expect(column.count == 5)
        #expect(Array(column) == [0, 1, 2, nil, nil])
        #expect(column[TokenIndex(2)] == 2)
        #expect(column.present == [0, 1, 2])
        #expect(column.mean == 1)
        #expect(column.last == .some(nil))
        #expect(column.unit == .nats)
        var empty = TokenMetrics(table: MetricTable(), index: TokenIndex(0))
        empty[.entropy] = 1
        empty[.entropy] = nil
        #expect(empty.finish()[.entropy]?.mean == nil)
    }

    @Test func absentIsNotZeroAndEqualityIsOfValues() {
        var left = table(2)
        var right = table(2)
        #expect(left == right)
        left.extend(to: 3)
        #expect(left != right)
        var cursor = TokenMetrics(table: right, index: TokenIndex(2))
        cursor[.surprisal] = 9
        cursor[.surprisal] = nil
        #expect(cursor[.surprisal] == nil)
        right = cursor.finish()
        // A removed last value is stored as absent on one side and not at all on the other.
        #expect(left == right)
        #expect(left[.surprisal] == right[.surprisal])

        var longer = TokenMetrics(table: left, index: TokenIndex(2))
        longer[.surprisal] = 9
        let changed = longer.finish()
        #expect(left != changed)
        #expect(changed != left)
    }

    @Test func anotherTypeOrUnitDoesNotRead() {
        let table = table(2)
        #expect(table[MetricKey<Int>("surprisal", unit: .nats)] == nil)
        #expect(table[MetricKey<Double>("surprisal", unit: .bits)] == nil)
        #expect(table[MetricKey<Double>("absent", unit: .nats)] == nil)
        #expect(table.column(named: "surprisal")?.numbers == [0, 1])
        #expect(table.column(named: "rank")?.numbers == [1, 2])
        #expect(table.column(named: "attention")?.numbers == nil)
        #expect(table.column(named: "absent") == nil)
    }

    @Test func aCopyIsUnaffectedInBothDirections() {
        let original = table(4)
        var copy = TokenMetrics(table: original, index: TokenIndex(4))
        copy[.surprisal] = 40
        copy.amend(.rank, at: TokenIndex(0), to: 99)
        let forked = copy.finish()
        #expect(original == table(4))
        #expect(forked[.rank].map(Array.init) == [99, 2, 3, 4, nil])

        var kept = TokenMetrics(table: original, index: TokenIndex(4))
        let snapshot = forked
        kept[.surprisal] = 41
        kept[.attention] = [1]
        let changed = kept.finish()
        #expect(forked == snapshot)
        #expect(forked[.surprisal]?[4] == 40)
        #expect(changed[.surprisal]?[4] == 41)
        #expect(changed[.rank]?[0] == 1)
    }

    @Test func aColumnInHandIsASnapshot() {
        let before = table(2)
        let column = before[.surprisal]
        var cursor = TokenMetrics(table: before, index: TokenIndex(2))
        cursor.amend(.surprisal, at: TokenIndex(0), to: 7)
        #expect(column?[0] == 0)
        #expect(cursor.finish()[.surprisal]?[0] == 7)
    }

    @Test func amendmentsAreReported() {
        var cursor = TokenMetrics(table: table(3), index: TokenIndex(3))
        cursor.amend(.entropy, at: TokenIndex(1), to: 0.5)
        cursor.amend(.surprisal, at: TokenIndex(2), to: 5)
        #expect(cursor.amendments.map(\.name) == ["entropy", "surprisal"])
        #expect(cursor.amendments.map(\.index) == [TokenIndex(1), TokenIndex(2)])
        #expect(cursor.value(of: .surprisal, at: TokenIndex(2)) == 5)
        #expect(cursor.value(of: .surprisal, at: TokenIndex(3)) == nil)
        let table = cursor.finish()
        #expect(table[.entropy].map(Array.init) == [nil, 0.5, nil, nil])
    }

    @Test(arguments: 0..<50) func writingInAnyOrderGivesTheSameValues(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let names = (0..<20).map { "metric.with.a.long.name.\($0)" }
        var table = MetricTable()
        var expected: [String: [Double?]] = [:]
        for row in 0..<10 {
            var cursor = TokenMetrics(table: table, index: TokenIndex(row))
            table = MetricTable()
            for name in names.shuffled(using: &generator).prefix(12) {
                let value = Double.random(in: 0...1, using: &generator)
                cursor[MetricKey<Double>(name)] = value
                expected[name, default: Array(repeating: nil, count: 10)][row] = value
            }
            table = cursor.finish()
        }
        #expect(Set(table.names) == Set(expected.keys))
        for (name, values) in expected {
            #expect(table[MetricKey<Double>(name)].map(Array.init) == values)
        }
    }
}
