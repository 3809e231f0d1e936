import ScopeFiles

extension JSONValue {
    /// The elements as an array, whose places can be named.
    func list() throws -> [JSONValue] { Array(try elements()) }
}
