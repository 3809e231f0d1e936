public import ScopeTrace

/// What is to be explained: the prediction of a token.
public struct AttributionTarget: Hashable, Sendable {
    /// The token whose prediction is explained, from 1 up; the number of tokens means the one after
    /// the text.
    public var token: TokenIndex
    /// The id whose prediction is explained; nil for the token's own.
    public var id: Int?
    /// The id against which it is explained: why the one and not the other.
    public var contrast: Int?

    /// Names a target.
    public init(_ token: TokenIndex, id: Int? = nil, against contrast: Int? = nil) {
        self.token = token
        self.id = id
        self.contrast = contrast
    }
}

/// A target whose row and ids lie inside the text and the vocabulary.
struct CheckedTarget {
    let token: TokenIndex
    let row: Int
    let id: Int
    let contrast: Int?

    /// The settings that every method records of a target.
    var settings: [String: String] {
        contrast.map { ["against": String($0)] } ?? [:]
    }
}
