/// A part of a decoder-only model that turns one state into the next.
public enum ModelPart: Hashable, Sendable {
    /// From ids to the state that the first block reads.
    case embedding
    /// A decoder block, from 0: attention and feed-forward.
    case block(Int)
    /// The final norm and the head: from the last block's state to logits.
    case head

    /// The parts of a model with so many blocks, in order.
    ///
    /// - Parameter count: Decoder blocks.
    /// - Returns: The embedding, the blocks, the head.
    public static func all(blocks count: Int) -> [ModelPart] {
        [.embedding] + (0..<count).map(ModelPart.block) + [.head]
    }
}

extension ModelPart: CustomStringConvertible {
    /// `embedding`, `block 3` or `head`.
    public var description: String {
        switch self {
        case .embedding: "embedding"
        case .block(let index): "block \(index)"
        case .head: "head"
        }
    }

    /// Reads a part's ``description``.
    ///
    /// - Parameter description: The text; nil results where it is none.
    public init?(_ description: String) {
        switch description {
        case "embedding": self = .embedding
        case "head": self = .head
        default:
            guard description.hasPrefix("block "), let index = Int(description.dropFirst(6)),
                index >= 0
            else { return nil }
            self = .block(index)
        }
    }
}

extension ModelPart: Codable {
    /// Reads a part.
    ///
    /// - Parameter decoder: The decoder to read from.
    /// - Throws: `DecodingError` for a text that is no ``description``.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let part = ModelPart(text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "\"\(text)\" is no part of a model")
        }
        self = part
    }

    /// Writes the part's ``description``.
    ///
    /// - Parameter encoder: The encoder to write to.
    /// - Throws: What the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
