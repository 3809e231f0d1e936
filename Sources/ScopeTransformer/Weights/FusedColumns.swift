/// Where queries, keys and values lie in the outputs of one matrix: runs of columns in the order of
/// the heads.
struct FusedColumns: Sendable {
    let query: [Range<Int>]
    let key: [Range<Int>]
    let value: [Range<Int>]

    init(_ order: FusedOrder, _ shape: DecoderConfiguration) {
        let groups =
            switch order.groups {
            case .count(let count): count
            case .keyValueHeads: shape.keyValueHeadCount
            }
        let queries = shape.queryHeadCount * shape.headDimension / groups
        let keys = shape.keyValueHeadCount * shape.headDimension / groups
        var runs: [FusedOrder.Part: [Range<Int>]] = [:]
        var start = 0
        for _ in 0..<groups {
            for part in order.parts {
                let width = part == .query ? queries : keys
                runs[part, default: []].append(start..<start + width)
                start += width
            }
        }
        query = runs[.query] ?? []
        key = runs[.key] ?? []
        value = runs[.value] ?? []
    }
}
