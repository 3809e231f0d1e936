import ScopeTensor
import Testing

/// One shape of attention with numbers for it.
struct AttendCase: CustomTestStringConvertible, Sendable {
    var queryHeads: Int
    var keyHeads: Int
    var width: Int
    var valueWidth: Int
    var window: Int?
    var softCap: Double?
    var hasSlopes = false
    var hasTable = false
    /// Edges that are cut; among them all that one query of one head sees.
    var mask: AttentionMask?
    var precision = CachePrecision.full

    var testDescription: String {
        "\(queryHeads)/\(keyHeads) heads of \(width) and \(valueWidth), window \(window ?? 0), "
            + "cap \(softCap ?? 0)" + (hasSlopes ? ", slopes" : "") + (hasTable ? ", table" : "")
            + (mask == nil ? "" : ", mask") + ", \(precision)"
    }

    static let all = CachePrecision.allCases.flatMap { precision in
        shapes.map { shape in
            var shape = shape
            shape.precision = precision
            return shape
        }
    }

    private static let shapes = [
        AttendCase(queryHeads: 14, keyHeads: 2, width: 64, valueWidth: 64),
        AttendCase(queryHeads: 4, keyHeads: 4, width: 80, valueWidth: 80, softCap: 5),
        AttendCase(queryHeads: 3, keyHeads: 1, width: 5, valueWidth: 3, hasSlopes: true),
        AttendCase(queryHeads: 48, keyHeads: 1, width: 16, valueWidth: 130),
        AttendCase(queryHeads: 6, keyHeads: 2, width: 24, valueWidth: 17, window: 3),
        AttendCase(queryHeads: 2, keyHeads: 2, width: 32, valueWidth: 64, window: 40),
        AttendCase(
            queryHeads: 2, keyHeads: 1, width: 64, valueWidth: 64, window: 70, hasTable: true),
        AttendCase(
            queryHeads: 4, keyHeads: 2, width: 16, valueWidth: 24, window: 50, softCap: 4,
            mask: AttentionMask([
                AttentionMask.Cut(heads: nil, queries: 34..<90, keys: 30..<41),
                AttentionMask.Cut(heads: [1, 3], queries: 51..<103, keys: 0..<Int.max),
                AttentionMask.Cut(heads: [0], queries: 0..<Int.max, keys: 96..<97),
            ])),
    ]

    /// Positions of the sequence in all: several pages and a part of one.
    static let length = 105

    func rule<Scalar: TensorScalar>(_ type: Scalar.Type) -> AttentionRule<Scalar> {
        var bias = AttentionRule<Scalar>.Bias.none
        if hasSlopes { bias = .slopes((0..<queryHeads).map { 0.05 / Double($0 + 1) }) }
        if hasTable {
            let table = (0..<queryHeads * 150).map { Scalar(Double($0 % 150) * 0.03125) }
            bias = .positions(table: table, stride: 150)
        }
        return AttentionRule(
            queryHeads: queryHeads, keyValueHeads: keyHeads, scale: 0.25, softCap: softCap,
            window: window, bias: bias, mask: mask)
    }

    /// A number as the cache holds it.
    func held(_ value: Float) -> Double {
        precision == .full ? Double(value) : Double(Float16(value))
    }

    /// Whether a head's query at a position sees another position.
    func sees(_ place: Int, from row: Int, head: Int) -> Bool {
        guard place <= row, place > row - (window ?? row + 1) else { return false }
        return mask?.cuts.allSatisfy { cut in
            !(cut.heads?.contains(head) ?? true) || !cut.queries.contains(row)
                || !cut.keys.contains(place)
        } ?? true
    }
}

/// A sequence's queries, and its pages in two precisions.
private struct Sequence {
    let variant: AttendCase
    let queries: Tensor<Float>
    let pages: [KeyValuePage<Float>]
    let widePages: [KeyValuePage<Double>]
    static let layer = 1

    init(_ variant: AttendCase, seed: UInt64, unwritten: Float = 0) {
        self.variant = variant
        var random = RandomNumbers(seed: seed)
        let length = AttendCase.length
        queries = random.tensor(rows: length, columns: variant.queryHeads * variant.width)
        var (pages, widePages) = ([KeyValuePage<Float>](), [KeyValuePage<Double>]())
        let size = KeyValuePage<Float>.rowCount
        for row in 0..<(length + size - 1) / size * size {
            if row % size == 0 {
                pages.append(
                    KeyValuePage(
                        layerCount: 2, headCount: variant.keyHeads, headDimension: variant.width,
                        valueDimension: variant.valueWidth, precision: variant.precision))
                widePages.append(
                    KeyValuePage(
                        layerCount: 2, headCount: variant.keyHeads, headDimension: variant.width,
                        valueDimension: variant.valueWidth))
            }
            let (keyCount, valueCount) = (
                variant.keyHeads * variant.width, variant.keyHeads * variant.valueWidth
            )
            let isWritten = row < length
            let keys =
                isWritten ? random.values(keyCount) : [Float](repeating: unwritten, count: keyCount)
            let values =
                isWritten
                ? random.values(valueCount) : [Float](repeating: unwritten, count: valueCount)
            pages[row / size].write(
                layer: Self.layer, row: row % size, keys: keys.span, values: values.span)
            let (wideKeys, wideValues) = (keys.map(variant.held), values.map(variant.held))
            widePages[row / size].write(
                layer: Self.layer, row: row % size, keys: wideKeys.span, values: wideValues.span)
        }
        self.pages = pages
        self.widePages = widePages
    }

    /// What the rows of the sequence from `first` on give, all at once.
    func contexts(_ algebra: HostAlgebra, from first: Int = 0) -> Tensor<Float> {
        var weights = AttentionWeights<Float>()
        var contexts = Tensor<Float>(
            rows: queries.rows, columns: variant.queryHeads * variant.valueWidth)
        algebra.attend(
            queries,
            [AttendedRows(rows: first..<queries.rows, position: first, pages: pages)],
            layer: Self.layer, variant.rule(Float.self), keepsWeights: false, in: &weights,
            into: &contexts)
        return contexts
    }
}

@Suite struct AttendTests {
    @Test(arguments: KernelLevel.supported, AttendCase.all)
    func `rows and weights agree with double precision`(
        _ level: KernelLevel, _ variant: AttendCase
    ) {
        let sequence = Sequence(variant, seed: 51)
        let together = sequence.contexts(HostAlgebra(level: level, threads: 1))
        let wide = sequence.queries.wide
        let columns = variant.queryHeads * variant.valueWidth
        var expected = Tensor<Double>(rows: wide.rows, columns: columns)
        var alone = Tensor<Float>(rows: wide.rows, columns: columns)
        var (weights, wideWeights) = (AttentionWeights<Float>(), AttentionWeights<Double>())
        for row in 0..<wide.rows {
            ScalarAlgebra<Double>().attend(
                wide,
                [AttendedRows(rows: row..<row + 1, position: row, pages: sequence.widePages)],
                layer: Sequence.layer, variant.rule(Double.self), keepsWeights: true,
                in: &wideWeights, into: &expected)
            HostAlgebra(level: level, threads: 1).attend(
                sequence.queries,
                [AttendedRows(rows: row..<row + 1, position: row, pages: sequence.pages)],
                layer: Sequence.layer, variant.rule(Float.self), keepsWeights: true, in: &weights,
                into: &alone)
            guard row % 17 == 0 || row > wide.rows - 3 else { continue }
            for head in 0..<variant.queryHeads {
                let given = weights.weights(ofHead: head, count: row + 1)
                let truth = wideWeights.weights(ofHead: head, count: row + 1)
                let wrong = (0...row).filter { place in
                    let isSeen = variant.sees(place, from: row, head: head)
                    return abs(Double(given[place]) - truth[place]) > 4e-6 * truth[place]
                        || (given[place] != 0) != isSeen
                }
                #expect(wrong.isEmpty, "row \(row), head \(head)")
            }
        }
        // Mixes of values of magnitude up to 1.
        let wrong = expected.storage.indices.filter {
            abs(Double(together.storage[$0]) - expected.storage[$0]) > 3e-6
        }
        #expect(wrong.isEmpty)
        #expect(alone.bits == together.bits, "a row alone, its weights kept")
    }

    @Test(arguments: KernelLevel.supported, AttendCase.all)
    func `neither threads nor neighbours change a bit`(_ level: KernelLevel, _ variant: AttendCase)
    {
        let sequence = Sequence(variant, seed: 52)
        let expected = sequence.contexts(HostAlgebra(level: level, threads: 1))
        for threads in [2, 3, 5] {
            var algebra = HostAlgebra(level: level, threads: threads)
            algebra.leastShare = 1
            #expect(sequence.contexts(algebra).bits == expected.bits)
            for first in [104, 99, 64, 1] {
                let tail = sequence.contexts(algebra, from: first)
                let start = first * expected.columns
                #expect(tail.bits[start...] == expected.bits[start...])
                #expect(tail.storage[..<start].allSatisfy { $0 == 0 })
            }
        }
    }

    /// Positions that a row does not see have no influence, whatever lies there.
    @Test(arguments: KernelLevel.supported, AttendCase.all)
    func `what is not seen does not matter`(_ level: KernelLevel, _ variant: AttendCase) {
        let algebra = HostAlgebra(level: level, threads: 1)
        let clean = Sequence(variant, seed: 53).contexts(algebra)
        let dirty = Sequence(variant, seed: 53, unwritten: .nan).contexts(algebra)
        #expect(clean.storage.allSatisfy { $0.isFinite })
        #expect(clean.bits == dirty.bits)
    }

    /// Sequences that share pages, and some that do not, together and each by itself.
    @Test(arguments: KernelLevel.supported, AttendCase.all)
    func `sequences beside each other change no bit`(_ level: KernelLevel, _ variant: AttendCase) {
        let (one, other) = (Sequence(variant, seed: 55), Sequence(variant, seed: 56))
        // Positions, and the page from which a sequence goes its own way.
        let places: [(position: Int, count: Int, fork: Int)] = [
            (104, 1, 2), (101, 1, 3), (69, 1, 4), (70, 3, 1), (90, 2, 0), (0, 1, 4), (104, 1, 4),
            (64, 40, 2), (31, 1, 0),
        ]
        var (first, sequences) = (0, [AttendedRows<Float>]())
        for place in places {
            sequences.append(
                AttendedRows(
                    rows: first..<first + place.count, position: place.position,
                    pages: Array(one.pages[..<place.fork] + other.pages[place.fork...])))
            first += place.count
        }
        let queries = Tensor(
            rows: first, columns: one.queries.columns,
            values: Array(one.queries.storage[..<(first * one.queries.columns)]))
        func contexts(_ parts: [[AttendedRows<Float>]], threads: Int) -> Tensor<Float> {
            var algebra = HostAlgebra(level: level, threads: threads)
            algebra.leastShare = 1
            var weights = AttentionWeights<Float>()
            var contexts = Tensor<Float>(
                rows: first, columns: variant.queryHeads * variant.valueWidth)
            for part in parts {
                algebra.attend(
                    queries, part, layer: Sequence.layer, variant.rule(Float.self),
                    keepsWeights: false, in: &weights, into: &contexts)
            }
            return contexts
        }
        let alone = contexts(sequences.map { [$0] }, threads: 1)
        #expect(contexts([sequences], threads: 1).bits == alone.bits)
        #expect(contexts([sequences.reversed()], threads: 3).bits == alone.bits)
    }

    @Test func `halves stay finite and round to even`() {
        let page = KeyValuePage<Float>(
            layerCount: 1, headCount: 1, headDimension: 5, valueDimension: 3, precision: .float16)
        let keys: [Float] = [1e30, -70_000, .infinity, 2049, 2051]
        page.write(layer: 0, row: 3, keys: keys.span, values: [6e-8, 2.9e-8, .nan].span)
        #expect(
            page.keyRows(layer: 0, head: 0, rows: 3..<4) == [65504, -65504, .infinity, 2048, 2052])
        let values = page.valueRows(layer: 0, head: 0, rows: 3..<4)
        #expect(values[..<2] == [0x1p-24, 0])
        #expect(values[2].isNaN)
    }

    @Test(arguments: [AttendCase.all[4], AttendCase.all[12]])
    func `a page copies its first rows`(_ variant: AttendCase) {
        let sequence = Sequence(variant, seed: 54)
        let copy = KeyValuePage(copying: sequence.pages[1], rows: 7)
        for head in 0..<2 {
            #expect(
                copy.keyRows(layer: 1, head: head, rows: 0..<7)
                    == sequence.pages[1].keyRows(layer: 1, head: head, rows: 0..<7))
            #expect(
                copy.valueRows(layer: 1, head: head, rows: 0..<7)
                    == sequence.pages[1].valueRows(layer: 1, head: head, rows: 0..<7))
            #expect(
                sequence.pages[1].valueRows(layer: 1, head: head, rows: 2..<4).count
                    == 2 * 17)
        }
        #expect(copy.valueRows(layer: 1, head: 0, rows: 7..<32).allSatisfy { $0 == 0 })
    }
}
