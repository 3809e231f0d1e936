public import ScopeFiles
internal import ScopeTokenizers
public import ScopeTransformer

/// All that a model's files say about it before it is loaded.
public struct ModelInspection: Codable, Equatable, Sendable {
    /// Configuration, files, tensors and memory.
    public let model: ModelSummary
    /// The tokenizer, without which the model cannot be loaded; nil where it cannot be read.
    public let tokenizer: TokenizerSummary?
    /// Why the tokenizer cannot be read, naming file and field.
    public let tokenizerFault: String?
    /// What the chat template is read from; nil where there is none, or none that can be read.
    public let chatTemplate: String?
    /// Why the chat template cannot be read.
    public let chatTemplateFault: String?

    /// Reads what a model's files say of it.
    ///
    /// - Parameter files: The files.
    /// - Throws: ``DecodingFailure/model(_:)`` where configuration or tables are broken or not
    ///   supported; what is wrong with the tokenizer or the template is part of the result.
    /// - Complexity: O(headers + size of the tokenizer's files); no weights are touched.
    public init(_ files: ModelFiles) throws(DecodingFailure) {
        model = try DecodingFailure.wrappingModel { () throws(ModelFailure) in
            try ModelSummary(files)
        }
        do {
            tokenizer = try TokenizerSummary(files)
            tokenizerFault = nil
        } catch {
            tokenizer = nil
            tokenizerFault = "\(error)"
        }
        do {
            chatTemplate = try ChatTemplate.from(files)?.name
            chatTemplateFault = nil
        } catch {
            chatTemplate = nil
            chatTemplateFault = "\(error)"
        }
    }
}
