import ScopeFiles
import ScopeTrace

/// Collects the ids that a page must be able to name.
struct PageVocabulary {
    private var named: Set<Int> = []
    private var known: [Int: [UInt8]] = [:]

    /// Adds what a trace names from a token on.
    mutating func add(_ trace: TokenTrace, _ attributions: [Attribution] = [], from start: Int = 0)
    {
        for token in trace.tokens[start...] { known[token.id] = token.bytes }
        named.formUnion(attributions.map(\.targetID))
        for column in trace.metrics.columns where column.kind == .ids && column.count > start {
            for row in start..<column.count {
                if case .ids(let ids)? = column[row] { named.formUnion(ids.values) }
            }
        }
    }

    /// Writes the ids with their texts, in order; those that nobody knows are left out.
    func write(to writer: inout JSONWriter, _ vocabulary: (Int) -> [UInt8]?) {
        let texts = named.sorted().compactMap { id in
            (vocabulary(id) ?? known[id]).map { (id, $0) }
        }
        writer.object { writer in
            writer.member("ids", texts.map(\.0))
            writer.key("texts")
            writer.array { writer in
                for (_, bytes) in texts { writer.write(utf8: bytes) }
            }
        }
    }
}
