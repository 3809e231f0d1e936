internal import ScopeFiles
public import ScopeTokenizers
public import ScopeTrace
public import ScopeTransformer

/// What can go wrong between a prompt and its trace.
public enum DecodingFailure: Error, Sendable {
    /// Two models whose parts are compared are not of the same shape.
    case differentShapes(reason: String)
    /// Two models that are compared have no vocabulary in common.
    case differentVocabularies(reason: String)
    /// A setting lies outside what it can be.
    case invalidSetting(name: String, reason: String)
    /// The model could not be read or run.
    case model(ModelFailure)
    /// No model of this name is on this machine; `places` are the folders it would be in.
    case modelNotFound(name: String, places: [String])
    /// The model gave logits that no distribution can be made of: broken or overflowing weights.
    case notADistribution(token: TokenIndex)
    /// Bias, penalties and processors left no distribution: every token forbidden, or a logit that is
    /// no number.
    case nothingToSample(token: TokenIndex)
    /// The observers would keep more bytes than ``DecodingSession/observationBudget`` allows.
    case observationBudgetExceeded(estimate: Int, budget: Int)
    /// An observer threw; the token it was shown is the last of the trace.
    case observer(name: String, underlying: any Error)
    /// A logit processor threw; no token was drawn.
    case processor(name: String, underlying: any Error)
    /// The tokenizer could not be read.
    case tokenizer(TokenizerError)
}

extension DecodingFailure: CustomStringConvertible {
    /// One line that names the file, field or setting.
    public var description: String {
        switch self {
        case .differentShapes(let reason):
            "the models' parts cannot be compared: \(reason)"
        case .differentVocabularies(let reason):
            "the models do not share a vocabulary: \(reason)"
        case .invalidSetting(let name, let reason): "\(name) \(reason)"
        case .model(let failure): failure.description
        case .modelNotFound(let name, let places):
            "\(name): no such file or folder, and not in the Hugging Face cache "
                + "(\(places.joined(separator: ", "))); nothing is downloaded"
        case .notADistribution(let token):
            "the logits of token \(token.rawValue) are not finite: the weights are broken or overflow"
        case .nothingToSample(let token):
            "bias, penalties and processors left nothing to draw token \(token.rawValue) from"
        case .observationBudgetExceeded(let estimate, let budget):
            "the observers would keep about \(Self.mebibytes(estimate)), more than the "
                + "\(Self.mebibytes(budget)) they may: observe fewer layers, heads or tokens, or "
                + "write fewer tokens"
        case .observer(let name, let underlying): "\(name) threw: \(underlying)"
        case .processor(let name, let underlying): "\(name) threw: \(underlying)"
        case .tokenizer(let error): "\(error)"
        }
    }
}

extension DecodingFailure {
    private static func mebibytes(_ count: Int) -> String { "\((count >> 20) + 1) MiB" }

    static func wrappingModel<Result>(
        _ body: () throws(ModelFailure) -> Result
    ) throws(DecodingFailure) -> Result {
        do {
            return try body()
        } catch {
            throw .model(error)
        }
    }

    static func wrappingFiles<Result>(
        _ body: () throws(FileError) -> Result
    ) throws(DecodingFailure) -> Result {
        do {
            return try body()
        } catch {
            throw .model(.file(error))
        }
    }
}
