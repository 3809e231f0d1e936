/// One change of one field of `config.json`.
struct ConfigurationChange {
    enum Kind {
        /// Another value, which must be seen.
        case otherValue
        /// No value, which may mean the one that was there.
        case noValue
    }

    let path: [JSONTree.Step]
    let kind: Kind
    let tree: JSONTree
    /// What an error or a report calls it.
    let label: String

    /// Every field of a configuration with its changes; objects with the fields inside them.
    static func all(of tree: JSONTree) -> [[ConfigurationChange]] {
        fields(of: tree, at: [], in: tree)
    }

    private static func fields(
        of object: JSONTree, at path: [JSONTree.Step], in root: JSONTree
    ) -> [[ConfigurationChange]] {
        guard case .object(let members) = object else { return [] }
        return members.flatMap { member in
            let place = path + [.key(member.key)]
            var values = others(than: member.value, key: member.key).map { ($0, Kind.otherValue) }
            if case .object = member.value { values.append((.object([]), .noValue)) }
            if member.value != .null { values.append((.null, .noValue)) }
            var changes = values.map { value, kind in
                ConfigurationChange(place, kind, root, value)
            }
            changes.append(ConfigurationChange(place, .noValue, root, nil))
            return [changes] + fields(of: member.value, at: place, in: root)
        }
    }

    private init(_ path: [JSONTree.Step], _ kind: Kind, _ root: JSONTree, _ value: JSONTree?) {
        self.path = path
        self.kind = kind
        tree = root.replacing(path, with: value)
        let names = path.map { step in
            switch step {
            case .index(let index): "[\(index)]"
            case .key(let key): key
            }
        }
        label = "\(names.joined(separator: ".")) → \(value?.text ?? "nothing")"
    }

    /// Whether the model may be the same, though the value is another one that is seen.
    func mayMeanTheSame(in model: ChangedModel) -> Bool {
        guard kind == .otherValue, case .key(let key)? = path.last else { return true }
        switch key {
        case "beta_fast", "beta_slow", "original_max_position_embeddings":
            // YaRN moves the ends of its ramp to whole pairs, of which there are few.
            return true
        case "hidden_act", "hidden_activation":
            // Gemma's files say "gelu" and mean the approximation.
            return model.modelType == "gemma" && label.hasSuffix("\"gelu\"")
        case "mlp_only_layers":
            // A layer that has no experts for another reason.
            return true
        default:
            return false
        }
    }

    /// Plausible other values.
    private static func others(than value: JSONTree, key: String) -> [JSONTree] {
        switch value {
        case .bool(let flag):
            return [.bool(!flag)]
        case .number(let lexeme):
            return numbers(lexeme)
        case .string(let text):
            return strings(text, key: key).filter { $0 != text }.map(JSONTree.string)
        case .array(let elements):
            return lists(elements, key: key)
        case .object:
            return [.object([.init(key: "unheard", value: .number("1"))])]
        case .null:
            return [.number("2"), .number("0.01"), .bool(true), .string("relu"), .array([])]
                + (key.hasPrefix("rope") ? [stretched("rope_type"), stretched("type")] : [])
        }
    }

    private static func stretched(_ key: String) -> JSONTree {
        .object([
            .init(key: key, value: .string("linear")), .init(key: "factor", value: .number("2")),
        ])
    }

    private static func numbers(_ lexeme: String) -> [JSONTree] {
        if let whole = Int(lexeme) {
            let values = [2 * whole, whole / 2, whole + 1, whole * 1000, 0]
            return Set(values).subtracting([whole]).sorted().map { .number("\($0)") }
        }
        let number = Double(lexeme) ?? 0
        let values = [2 * number, number / 2, number + 1, number * 1000, number / 1000]
        return Set(values).subtracting([number]).sorted().map { .number("\($0)") }
    }

    /// Names that mean the same, the first of each list for all of them.
    private static let activations = ["gelu", "gelu_pytorch_tanh", "quick_gelu", "relu", "silu"]
    private static let sameActivations = [
        "gelu_fast": "gelu_pytorch_tanh", "gelu_new": "gelu_pytorch_tanh", "swish": "silu",
    ]
    private static let scalings = ["default", "dynamic", "linear", "llama3", "longrope", "yarn"]

    private static func strings(_ text: String, key: String) -> [String] {
        let own = sameActivations[text] ?? text
        if activations.contains(own) { return activations.filter { $0 != own } + ["unheard"] }
        if key.hasSuffix("type"), scalings.contains(text) { return scalings + ["unheard"] }
        return ["unheard"] + (layerKinds[text].map { [$0] } ?? [])
    }

    private static let layerKinds = [
        "full_attention": "sliding_attention", "sliding_attention": "full_attention",
        "global": "local", "local": "global",
    ]

    /// A list that is shorter, longer, empty, or has another first or last element.
    private static func lists(_ elements: [JSONTree], key: String) -> [JSONTree] {
        guard let last = elements.last else { return [.array([.number("0")]), .array([.null])] }
        var lists = [Array(elements.dropLast()), elements + [last]]
        if elements.count > 1 { lists.append([]) }
        for index in Set([0, elements.count - 1]) {
            for value in others(than: elements[index], key: key) {
                var changed = elements
                changed[index] = value
                lists.append(changed)
            }
        }
        return lists.filter { $0 != elements }.map(JSONTree.array)
    }
}
