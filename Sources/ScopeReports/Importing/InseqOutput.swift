import ScopeFiles
import ScopeTrace

/// What inseq saves (`FeatureAttributionOutput.save`): sequences with a matrix of attributions each.
///
/// Values may be plain lists or objects with a type, as its writer has them with and without
/// `use_primitives`.
struct InseqOutput {
    private let root: JSONValue

    /// The output; nil for a document that is none.
    init?(_ root: JSONValue) {
        let inner = Self.attributes(root)
        guard inner.kind == .object, inner["sequence_attributions"] != nil else { return nil }
        self.root = inner
    }

    /// The members of an object, which its writer may have put below `attributes`.
    private static func attributes(_ value: JSONValue) -> JSONValue {
        value.kind == .object ? value["attributes"] ?? value : value
    }

    func traces() throws(FileError) -> [RecordedTrace] {
        let info = root.optional("info").map(Self.attributes)
        let method = try info?.optional("attribution_method")?.string() ?? "inseq"
        let model = try info?.optional("model_name")?.string() ?? ""
        let sequences = Array(try root.required("sequence_attributions").elements())
        var traces: [RecordedTrace] = []
        for (number, sequence) in sequences.enumerated() {
            var recorded = try trace(of: Self.attributes(sequence), method: method, model: model)
            if sequences.count > 1 { recorded.sample = number }
            traces.append(recorded)
        }
        return traces
    }

    private func trace(
        of sequence: JSONValue, method: String, model: String
    ) throws(FileError) -> RecordedTrace {
        guard let matrix = sequence.optional("target_attributions") else {
            throw sequence.error(
                "has no target_attributions: only models that write on from a text are read")
        }
        var trace = ForeignTrace(model: model)
        let start = try sequence.optional("attr_pos_start")?.naturalNumber() ?? 1
        let target = Array(try sequence.required("target").elements()).map(Self.attributes)
        for (place, token) in target.enumerated() {
            let text = try token.required("token").utf8()
            trace.append(
                id: try token.optional("id")?.naturalNumber(), bytes: Self.plain(text),
                origin: place < start ? .prompt : .sampled, ForeignNumbersOfToken())
        }
        if let scores = sequence.optional("step_scores") {
            for (key, values) in try scores.members() {
                let name = Self.metrics[key.string] ?? key.string
                for (step, value) in try Self.rows(values).enumerated() {
                    guard let number = try value.looseDouble() else { continue }
                    guard start + step < target.count else {
                        throw value.error("is of token \(start + step), of \(target.count)")
                    }
                    trace.record(number, as: name, at: start + step)
                }
            }
        }
        let rows = try Self.rows(matrix)
        guard rows.count <= target.count else {
            throw matrix.error("has \(rows.count) rows for \(target.count) tokens")
        }
        var columns: [[Double]] = []
        for row in rows {
            columns.append([])
            for value in try Self.rows(row) {
                guard value.kind != .array else {
                    throw value.error("is a list: aggregate the attributions before saving them")
                }
                columns[columns.count - 1].append(try value.looseDouble() ?? 0)
            }
        }
        var attributions: [Attribution] = []
        let isSigned = columns.contains { $0.contains { $0 < 0 } }
        for step in 0..<(columns.map(\.count).max() ?? 0) {
            let place = start + step
            guard place < target.count else {
                throw matrix.error("has a column for token \(place), of \(target.count)")
            }
            let scores = (0..<place).map { row in
                row < columns.count && step < columns[row].count ? columns[row][step] : 0
            }
            attributions.append(
                Attribution(
                    method: method, target: TokenIndex(place),
                    targetID: trace.trace.tokens[place].id,
                    scores: scores, isSigned: isSigned))
        }
        return RecordedTrace(format: .inseq, trace: trace.trace, attributions: attributions)
    }

    /// Its scores of a step by our names.
    private static let metrics = [
        "probability": "confidence", "crossentropy": "surprisal", "entropy": "entropy",
    ]

    /// The elements of a list, or of an array in its writer's spelling.
    private static func rows(_ value: JSONValue) throws(FileError) -> [JSONValue] {
        if value.kind == .object {
            guard let list = value["__ndarray__"], list.kind == .array else {
                throw value.error("is packed: save it without compression")
            }
            return Array(try list.elements())
        }
        return Array(try value.elements())
    }

    /// A token's text, with the marks that vocabularies have for blanks as the blanks they stand for.
    private static func plain(_ text: [UInt8]) -> [UInt8] {
        var string = ""
        for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
            switch scalar {
            case "\u{120}", "\u{2581}": string.unicodeScalars.append(" ")
            case "\u{10A}": string.unicodeScalars.append("\n")
            case "\u{109}": string.unicodeScalars.append("\t")
            default: string.unicodeScalars.append(scalar)
            }
        }
        return Array(string.utf8)
    }
}
