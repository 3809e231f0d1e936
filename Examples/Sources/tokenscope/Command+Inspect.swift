import TokenScope

extension Command {
    static let inspect = Command(
        name: "inspect",
        operands: "[MODEL]",
        summary: "explain a model before it is loaded",
        discussion: """
            Shows what a model's files say: configuration, files, tensors, tokenizer, the memory that
            decoding takes, and which options have an effect. No weights are read. MODEL is what
            --model of the other commands takes; without it, the embedded model.
            """,
        flags: [
            Flag(
                name: "context", value: "N",
                help: "tokens that the memory is for (default 4096; the model's own context where "
                    + "that is less)"),
            Flag(name: "tensors", value: nil, help: "list every tensor"),
        ] + ParsedOptions.openingFlags.filter { $0.name == "weights" } + [
            Flag(name: "format", value: "FORMAT", help: "table (default) or json"),
            Flag(name: "help", value: nil, help: "this text"),
        ],
        run: { (options) throws(ToolError) in
            guard options.operands.count <= 1 else { throw .usage("inspect takes one model") }
            let context = try options.context()
            let asJSON = try options.isJSON()
            let weights = try options.modelOptions().weights
            let files = try ParsedOptions.modelFiles(
                options.operands.first ?? ParsedOptions.embeddedName)
            let inspection: ModelInspection
            do throws(DecodingFailure) {
                inspection = try ModelInspection(files)
            } catch {
                throw .input("\(error)")
            }
            if asJSON {
                Terminal.write(
                    try JSONText.text(
                        of: InspectedModel(inspection, context: context, weights: weights),
                        as: .inspection))
            } else {
                let report = InspectionReport(
                    inspection, context: context, weights: weights,
                    listsTensors: options.contains("tensors"))
                Terminal.write(report.text)
            }
        }
    )
}

/// What `inspect` writes as JSON.
struct InspectedModel: Encodable {
    let model: ModelSummary
    let parameterCount: Int
    let byteCount: Int
    let formats: [ModelSummary.FormatShare]
    let memory: MemoryEstimate
    let memoryTotal: Int
    let tokenizer: TokenizerSummary?
    let tokenizerFault: String?
    let chatTemplate: String?
    let chatTemplateFault: String?

    init(_ inspection: ModelInspection, context: Int, weights: ElementType?) {
        model = inspection.model
        parameterCount = model.parameterCount
        byteCount = model.byteCount
        formats = model.formats
        memory = model.memory(context: context, weights: weights)
        memoryTotal = memory.total
        tokenizer = inspection.tokenizer
        tokenizerFault = inspection.tokenizerFault
        chatTemplate = inspection.chatTemplate
        chatTemplateFault = inspection.chatTemplateFault
    }
}
