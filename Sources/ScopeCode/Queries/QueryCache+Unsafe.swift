internal import Synchronization

/// Queries that were read before: making one ready takes the runtime milliseconds, for large grammars tens
/// of them, and programs read many texts of one language.
enum QueryCache {
    private struct Key: Hashable {
        /// Where the grammar lies, which is for the life of the process.
        let grammar: UInt
        let name: String
        let text: String
    }

    private static let queries = Mutex<[Key: SyntaxQuery]>([:])

    /// More than the queries of all languages that a program reads at a time.
    private static let limit = 64

    /// A query of a text, made ready now or before.
    static func query(
        _ text: String, name: String, grammar: Grammar
    ) throws(SyntaxFailure) -> SyntaxQuery {
        let key = Key(
            grammar: unsafe UInt(bitPattern: grammar.pointer), name: name, text: text)
        if let known = queries.withLock({ $0[key] }) { return known }
        let query = try SyntaxQuery(text, name: name, grammar: grammar)
        queries.withLock { queries in
            if queries.count >= limit { queries.removeAll() }
            queries[key] = query
        }
        return query
    }
}
