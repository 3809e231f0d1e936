public import ScopeFiles
internal import ScopeTokenizers
public import ScopeTransformer

/// All that a model's files say about it before it is loaded.
public struct ModelInspection: Codable, Equatable, Sendable {
    /// A part of a model that can be read, is not there, or is there and cannot be read.
    public enum Part<Value: Codable & Equatable & Sendable>: Codable, Equatable, Sendable {
        /// The part is not among the files.
        case absent
        /// The part is broken or not supported; the reason names file and field.
        case broken(String)
        /// The part can be read.
        case present(Value)
    }

    /// Configuration, files, tensors and memory.
    public let model: ModelSummary
    /// The tokenizer, without which the model cannot be loaded.
    public let tokenizer: Part<TokenizerSummary>
    /// The chat template, by the name of what it is read from.
    public let chatTemplate: Part<String>

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
            tokenizer = .present(try TokenizerSummary(files))
        } catch {
            tokenizer = files.hasTokenizer ? .broken("\(error)") : .absent
        }
        do {
            chatTemplate = try ChatTemplate.from(files).map { .present($0.name) } ?? .absent
        } catch {
            chatTemplate = .broken("\(error)")
        }
    }
}
