internal import ScopeFiles

/// One row of the table of supported families: how its files describe the one decoder block.
///
/// Adding a family is adding a row. No family has a forward function of its own.
struct Family: Sendable {
    /// What a family does with its fields when all are read.
    typealias Step = @Sendable (inout ConfigurationDraft, JSONValue) throws(FileError) -> Void

    /// The value of `model_type` in `config.json`.
    let modelType: String
    /// What the family fixes without a field of its own, set before any field is read.
    let defaults: @Sendable (inout ConfigurationDraft) -> Void
    /// The fields that are understood, applied in this order.
    let fields: [Field]
    /// Names that stand for a field's own; where both are there they must agree.
    let otherNames: [String: String]
    /// What the checkpoint calls its tensors, before any field has changed it.
    let tensors: TensorNames
    /// Combines fields, before sizes are checked and layers laid out.
    let combine: Step
    /// Changes what depends on the layout of the layers.
    let adjust: Step

    init(
        modelType: String, defaults: @escaping @Sendable (inout ConfigurationDraft) -> Void,
        fields: [Field], otherNames: [String: String] = [:], tensors: TensorNames,
        combine: @escaping Step = { _, _ throws(FileError) in },
        adjust: @escaping Step = { _, _ throws(FileError) in }
    ) {
        self.modelType = modelType
        self.defaults = defaults
        self.fields = fields
        self.otherNames = otherNames
        self.tensors = tensors
        self.combine = combine
        self.adjust = adjust
    }

    /// What the file says of a field, under whichever of its names.
    func value(of field: Field, in root: JSONValue) throws(FileError) -> JSONValue? {
        var value = root[field.name]
        for (other, name) in otherNames.sorted(by: { $0.key < $1.key }) where name == field.name {
            guard let second = root[other], !second.isNull else { continue }
            if let first = value, !first.isNull {
                guard first.lexeme == second.lexeme else {
                    throw second.error("differs from \(first.path ?? name)")
                }
            } else {
                value = second
            }
        }
        return value
    }

    /// Every supported family, by name.
    static let all = [
        bloom, codegen, cohere, cohere2, deepseekV2, falcon, gemma, gemma2, gemma3, gpt2,
        gptBigCode, gptNeo, gptNeoX, gptJ, granite, llama, mistral, mixtral, mpt, olmo, olmo2, opt,
        phi, phi3, qwen2, qwen2MoE, qwen3, qwen3MoE, smolLM3, stableLM, starcoder2,
    ]
}
