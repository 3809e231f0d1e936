import TokenScope

/// What `models` writes of each model as JSON.
struct ListedModel: Encodable {
    let name: String
    var family: String?
    var parameters: Int?
    var weights: String?
    var bytes: Int?
    var contextLength: Int?
    var memory: MemoryEstimate?
    var memoryTotal: Int?
    var error: String?

    init(_ found: FoundModel, context: Int) {
        name = found.name
        switch found.summary {
        case .success(let summary):
            family = summary.shape.family
            parameters = summary.parameterCount
            weights = summary.weightFormat
            bytes = summary.byteCount
            contextLength = summary.shape.contextLength
            memory = summary.memory(context: context)
            memoryTotal = memory?.total
        case .failure(let failure):
            error = "\(failure)"
        }
    }
}

/// The table of `models`.
enum ModelList {
    static func text(of found: [FoundModel], context: Int) -> String {
        var rows: [(name: String, summary: ModelSummary)] = []
        var faults = ""
        for model in found {
            switch model.summary {
            case .success(let summary): rows.append((model.name, summary))
            case .failure(let failure): faults += "  \(model.name)\n      \(failure)\n"
            }
        }
        var text = ""
        if !rows.isEmpty {
            let summaries = rows.map(\.summary)
            let memory = summaries.map { Quantity.bytes($0.memory(context: context).total) }
            text =
                TextTable([
                    .init("family", summaries.map(\.shape.family), isText: true),
                    .init("size", summaries.map { Quantity.parameters($0.parameterCount) }),
                    .init("weights", summaries.map { formats($0.weightFormat) }, isText: true),
                    .init("on disk", summaries.map { Quantity.bytes($0.byteCount) }),
                    .init("context", summaries.map { "\($0.shape.contextLength)" }),
                    .init("memory", memory),
                    .init("model", rows.map(\.name), isText: true),
                ]).text
            text += "memory: with \(context) tokens, or the model's context where that is less\n"
        }
        if !faults.isEmpty { text += (text.isEmpty ? "" : "\n") + "cannot be loaded:\n" + faults }
        return found.isEmpty ? "no models\n" : text
    }

    /// The formats with the largest shares.
    private static func formats(_ list: String) -> String {
        let names = list.split(separator: "+")
        return names.count <= 2 ? list : names[..<2].joined(separator: "+") + "+…"
    }
}
