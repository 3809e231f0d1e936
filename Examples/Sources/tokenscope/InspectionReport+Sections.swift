import TokenScope

extension InspectionReport {
    var files: String {
        let files = inspection.model.files
        let formats = inspection.model.formats
        var text = TextTable([
            .init("file", files.map(\.name), isText: true),
            .init("size", files.map { Quantity.bytes($0.byteCount) }),
        ]).text
        text +=
            "\n"
            + TextTable([
                .init("format", formats.map(\.format), isText: true),
                .init("tensors", formats.map { "\($0.tensorCount)" }),
                .init("parameters", formats.map { Quantity.parameters($0.parameterCount) }),
                .init("size", formats.map { Quantity.bytes($0.byteCount) }),
            ]).text
        return text
    }

    var tokens: [(String, String)] {
        var rows: [(String, String)] = []
        if let tokenizer = inspection.tokenizer {
            rows.append(("tokenizer", "\(tokenizer.kind), \(tokenizer.vocabularySize) ids"))
            rows.append(("special", Self.special(tokenizer.specialTokens)))
        } else {
            rows.append(("tokenizer", "cannot be read: \(inspection.tokenizerFault ?? "")"))
        }
        let shape = inspection.model.shape
        rows.append(("BOS", shape.bosTokenID.map { "id \($0)" } ?? "none"))
        let ends = shape.eosTokenIDs.map { "id \($0)" }
        rows.append(("EOS", ends.isEmpty ? "none" : ends.joined(separator: ", ")))
        if let fault = inspection.chatTemplateFault {
            rows.append(("chat", "template cannot be read: \(fault)"))
        } else {
            rows.append(("chat", inspection.chatTemplate ?? "no template"))
        }
        return rows
    }

    /// The tokens by what they are for; of many, the first.
    private static func special(_ tokens: [TokenizerSummary.SpecialToken]) -> String {
        guard !tokens.isEmpty else { return "none" }
        let shown = 8
        // Those that begin and end texts or fill in the middle come before reserved ones.
        let ordered =
            tokens.filter { $0.role != "special" } + tokens.filter { $0.role == "special" }
        let list = ordered.prefix(shown).map { "\($0.text) (\($0.id), \($0.role))" }
        let rest = tokens.count - list.count
        return list.joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
    }

    var memory: String {
        let model = inspection.model
        let estimate = model.memory(context: context, weights: weights)
        let rows = [
            (weights.map { "weights as \($0.rawValue)" } ?? "weights", estimate.weights),
            ("cache of \(estimate.context) tokens", estimate.cache),
            ("scratch", estimate.workspace), ("total", estimate.total),
        ]
        return TextTable([
            .init("memory", rows.map(\.0), isText: true),
            .init("", rows.map { Quantity.bytes($0.1) }),
        ]).text
    }

    var options: [(String, String)] {
        let model = inspection.model
        let count = model.quantizableTensorCount
        let formats = ElementType.quantizationTargets.map(\.rawValue).joined(separator: ", ")
        return [
            (
                "--weights",
                count == 0
                    ? "no effect: no matrix of plain numbers in rows of whole blocks"
                    : "\(formats): \(count) of \(model.tensors.count) tensors"
            ),
            (
                "--rotary",
                model.shape.hasChangingRotation
                    ? "whole-text, cached: the rotation changes with the text's length"
                    : "no effect: the rotation is the same for any length"
            ),
            (
                "--chat",
                inspection.chatTemplate == nil ? "no template" : "puts a prompt into the template"
            ),
        ]
    }

    var tensors: String {
        let tensors = inspection.model.tensors
        return TextTable([
            .init("tensor", tensors.map(\.name), isText: true),
            .init("format", tensors.map(\.format), isText: true),
            .init(
                "shape", tensors.map { $0.shape.map(String.init).joined(separator: " × ") }),
            .init("size", tensors.map { Quantity.bytes($0.byteCount) }),
            .init("", tensors.map { $0.isRead ? "" : "not read" }, isText: true),
        ]).text
    }

    /// Names on the left, what there is to say beside them, folded at 80 columns.
    static func lines(_ rows: [(String, String)]) -> String {
        let width = 14
        return rows.map { name, value in
            var lines = [name + String(repeating: " ", count: max(1, width - name.count))]
            for word in value.split(separator: " ") {
                if lines[lines.count - 1].count + word.count > 80,
                    lines[lines.count - 1].last == " ", lines[lines.count - 1].count > width
                {
                    lines.append(String(repeating: " ", count: width))
                }
                lines[lines.count - 1] += word + " "
            }
            return lines.map { String($0.dropLast()) + "\n" }.joined()
        }.joined()
    }

    static func number(_ value: Double) -> String {
        value == value.rounded() && value.magnitude < 1e15 ? "\(Int(value))" : "\(value)"
    }
}
