internal import ScopeTokenizers
internal import ScopeTrace
internal import ScopeTransformer

extension ComparisonSession {
    /// Refuses a text that the two tokenizers cut differently.
    static func check(
        _ idsOfA: [Int], _ idsOfB: [Int], _ tokenizer: any Tokenizer
    ) throws(DecodingFailure) {
        guard idsOfA != idsOfB else { return }
        let place =
            zip(idsOfA, idsOfB).enumerated().first { $0.element.0 != $0.element.1 }?.offset
            ?? min(idsOfA.count, idsOfB.count)
        func name(_ ids: [Int]) -> String {
            place < ids.count ? "id \(ids[place])" : "none"
        }
        throw .differentVocabularies(
            reason: "token \(place) of the text is \(name(idsOfA)) to A and \(name(idsOfB)) to B")
    }

    /// Refuses tokenizers that give one id to two pieces of text.
    ///
    /// Ids that either uses for a special token may differ, as they do between the releases of a
    /// model, and either may have more of them.
    static func checkVocabularies(
        _ a: any Tokenizer, _ b: any Tokenizer
    ) throws(DecodingFailure) {
        for id in 0..<min(a.vocabularySize, b.vocabularySize) {
            guard a.role(of: id) == .text, b.role(of: id) == .text,
                let left = a.bytes(of: id), let right = b.bytes(of: id), left != right
            else { continue }
            throw .differentVocabularies(
                reason: "id \(id) is \(Self.quoted(left)) to A and \(Self.quoted(right)) to B")
        }
    }

    /// Why the models' parts cannot be fed with each other's states; nil where they can.
    ///
    /// - Parameters:
    ///   - a: A model.
    ///   - b: Another one.
    /// - Returns: The first difference of their shapes that stands in the way.
    package static func partsFault(_ a: ModelContext, _ b: ModelContext) -> String? {
        let (left, right) = (a.configuration, b.configuration)
        if left.layerCount != right.layerCount {
            return "A has \(left.layerCount) blocks and B \(right.layerCount)"
        }
        if left.hiddenSize != right.hiddenSize {
            return "A is \(left.hiddenSize) wide and B \(right.hiddenSize)"
        }
        if left.residual != right.residual {
            return "the order of attention and feed-forward differs"
        }
        return nil
    }

    private static func quoted(_ bytes: [UInt8]) -> String {
        String(String(decoding: bytes, as: UTF8.self).prefix(40)).debugDescription
    }

    /// The token that begins a text, to both models.
    static func sharedBOS(_ a: ModelContext, _ b: ModelContext) throws(DecodingFailure) -> Int {
        func bos(_ model: ModelContext) -> Int? {
            model.configuration.bosTokenID ?? model.tokenizer.bosTokenId
        }
        guard let first = bos(a), let second = bos(b) else {
            throw .invalidSetting(name: "addBOS", reason: "asks for a token that a model lacks")
        }
        guard first == second else {
            throw .differentVocabularies(
                reason: "the BOS token is id \(first) to A and id \(second) to B")
        }
        return first
    }

    /// The settings of a session that only reads, which the trace's header states.
    static func settings(
        _ parameters: ComparisonParameters, _ a: ModelContext, _ b: ModelContext
    ) throws(DecodingFailure) -> GenerateParameters {
        guard parameters.layerThreshold >= 0 else {
            throw .invalidSetting(name: "layerThreshold", reason: "must be at least 0")
        }
        var settings = GenerateParameters.greedy(maxTokens: 0)
        settings.prefillStepSize = parameters.prefillStepSize
        settings.window = parameters.window
        for model in [a, b] {
            try settings.validate(
                vocabularySize: model.configuration.vocabularySize,
                contextLength: model.configuration.contextLength)
        }
        return settings
    }

    /// Refuses tokens that a model cannot read.
    static func check(
        _ ids: [Int], _ a: ModelContext, _ b: ModelContext, _ settings: GenerateParameters
    ) throws(DecodingFailure) {
        guard !ids.isEmpty else {
            throw .invalidSetting(name: "text", reason: "is empty: there is nothing to compare")
        }
        for model in [a, b] {
            let limit = model.configuration.contextLength
            guard ids.count <= limit || settings.window != nil else {
                throw .model(.contextExceeded(length: ids.count, limit: limit))
            }
            let size = model.configuration.vocabularySize
            if let id = ids.first(where: { !(0..<size).contains($0) }) {
                throw .model(.tokenOutOfRange(id: id, vocabularySize: size))
            }
        }
    }
}
