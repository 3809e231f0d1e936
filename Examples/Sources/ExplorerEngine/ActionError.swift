/// Why something that was asked for is not done, in words for whoever asked.
package struct ActionError: Error, Equatable, CustomStringConvertible {
    /// What kind of fault it is.
    package enum Kind: Sendable {
        /// The request makes no sense as it is.
        case invalid
        /// What it names is not there.
        case notFound
        /// It does not fit the state of things.
        case conflict
        /// There is too much already.
        case tooMany
        /// It went wrong on the way.
        case failed
    }

    package let kind: Kind
    package let message: String
    /// The member of the request that is at fault, where one is.
    package let field: String?

    package init(_ kind: Kind, _ message: String, field: String? = nil) {
        self.kind = kind
        self.message = message
        self.field = field
    }

    package var description: String { message }

    static func invalid(_ field: String, _ message: String) -> ActionError {
        ActionError(.invalid, message, field: field)
    }

    static func notFound(_ what: String, field: String) -> ActionError {
        ActionError(.notFound, "there is no \(what)", field: field)
    }
}
