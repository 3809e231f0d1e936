internal import ScopeTensor

extension Intervention: CustomStringConvertible {
    /// One line, as a trace records it; values are told apart by a checksum.
    public var description: String {
        switch self {
        case .edit(let edit): edit.description
        case .cut(let cut): cut.description
        }
    }
}

extension StateEdit: CustomStringConvertible {
    /// One line: what happens to which part, where.
    public var description: String {
        let place = "\(site.rawValue)\(part.suffix) of \(layers.phrase), \(rows.phrase)"
        return switch change {
        case .replace(let values):
            "replace \(place), by \(values.rows) × \(values.columns) values (\(values.checksum))"
        case .add(let values):
            "add to \(place), \(values.rows) × \(values.columns) values (\(values.checksum))"
        case .scale(let factor): "scale \(place), by \(factor)"
        }
    }
}

extension AttentionCut: CustomStringConvertible {
    /// One line: which edges.
    public var description: String {
        let heads =
            switch heads {
            case .all: "all heads"
            case .mean: "the mean over heads"
            case .heads(let heads): "heads " + heads.map(\.index).phrase
            }
        return "cut \(heads) of \(layers.phrase), from \(queries.phrase) to \(keys.phrase)"
    }
}

extension StatePart {
    fileprivate var suffix: String {
        switch self {
        case .whole: ""
        case .queryHeads(let heads): " (heads \(heads.map(\.index).phrase))"
        case .keyValueHeads(let heads): " (key-value heads \(heads.map(\.index).phrase))"
        }
    }
}

extension LayerSelection {
    fileprivate var phrase: String {
        switch self {
        case .all: "all layers"
        case .none: "no layer"
        case .layers(let layers): "layers " + Array(layers).phrase
        }
    }
}

extension [Int] {
    fileprivate var phrase: String { sorted().map(String.init).joined(separator: " ") }
}

extension Range<Int> {
    fileprivate var phrase: String {
        upperBound == .max
            ? (lowerBound == 0 ? "all rows" : "rows from \(lowerBound)")
            : "rows \(lowerBound)..<\(upperBound)"
    }
}

extension Tensor {
    /// FNV-1a over the values as doubles, which hold every scalar exactly.
    fileprivate var checksum: String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for value in storage {
            let bits = Double(value).bitPattern
            for shift in stride(from: 0, to: 64, by: 8) {
                hash = (hash ^ (bits >> UInt64(shift) & 0xff)) &* 0x100_0000_01b3
            }
        }
        let text = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - text.count) + text
    }
}
