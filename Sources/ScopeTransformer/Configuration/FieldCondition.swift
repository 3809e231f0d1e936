internal import ScopeFiles

/// When a field is read at all.
struct FieldCondition: Sendable {
    /// Completes "where …".
    let text: String
    let holds: @Sendable (JSONValue, DecoderConfiguration) -> Bool

    /// A truth value of the file.
    static func isTrue(_ name: String, byDefault: Bool = false) -> FieldCondition {
        FieldCondition(text: "`\(name)` is true") { root, _ in
            ((try? root[name]?.bool()) ?? byDefault)
        }
    }

    /// A truth value of the file.
    static func isFalse(_ name: String, byDefault: Bool = false) -> FieldCondition {
        FieldCondition(text: "`\(name)` is false") { root, _ in
            !((try? root[name]?.bool()) ?? byDefault)
        }
    }

    /// A field that would decide instead is missing or `null`.
    static func isAbsent(_ name: String) -> FieldCondition {
        FieldCondition(text: "`\(name)` is absent") { root, _ in root[name]?.isNull ?? true }
    }

    /// A field that is not `null`.
    static func isNotNull(_ name: String) -> FieldCondition {
        FieldCondition(text: "`\(name)` is not null") { root, _ in !(root[name]?.isNull ?? false) }
    }

    /// The first pair turns by one radian whatever the base is.
    static let severalPairsTurn = FieldCondition(text: "more than one pair turns") {
        $1.layers.contains { ($0.rotary?.dimension ?? 0) > 2 }
    }

    static let aLayerHasAWindow = FieldCondition(text: "a layer has a window") {
        $1.layers.contains { $0.window != nil }
    }

    static let aLayerHasNoExperts = FieldCondition(text: "a layer has no experts") {
        $1.layers.contains { !$0.hasExperts }
    }

    static let aLayerHasExperts = FieldCondition(text: "a layer has experts") {
        $1.layers.contains { $0.hasExperts }
    }

    /// A scaling that begins where the original context ends.
    static let hasOriginalContext = FieldCondition(
        text: "the rotation is that of `llama3`, `longrope` or `yarn`"
    ) { _, configuration in
        configuration.layers.contains { layer in
            switch layer.rotary?.scaling {
            case .llama3, .longrope, .yarn: true
            default: false
            }
        }
    }

    /// Both conditions.
    func and(_ other: FieldCondition) -> FieldCondition {
        FieldCondition(text: "\(text) and \(other.text)") {
            holds($0, $1) && other.holds($0, $1)
        }
    }

    /// At least one of two conditions.
    func or(_ other: FieldCondition) -> FieldCondition {
        FieldCondition(text: "\(text) or \(other.text)") {
            holds($0, $1) || other.holds($0, $1)
        }
    }
}
