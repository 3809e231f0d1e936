/// How far apart two models' versions of one part are, given the same input.
///
/// Model B's part reads the state that model A's part reads, so what earlier parts did does not count: where
/// one part alone was changed, all others differ by 0. A difference is ‖b − a‖ / ‖a‖ of what the part gives:
/// of the embedding its rows, of a block what attention and feed-forward add to the residual stream (the
/// feed-forward part reads model A's state behind attention, where there is one), of the head the logits, from
/// which their mean is taken, since a softmax does not see it. It is taken of every token and averaged.
public struct PartDifference: Hashable, Sendable {
    /// The part.
    public let part: ModelPart
    /// The mean of ‖b − a‖ / ‖a‖ over the tokens.
    public let difference: Double
    /// That of what a block's attention adds alone; nil for parts that have none.
    public let attention: Double?
    /// That of what a block's feed-forward part adds alone; nil for parts that have none.
    public let feedForward: Double?

    /// Describes a part.
    public init(
        part: ModelPart, difference: Double, attention: Double? = nil, feedForward: Double? = nil
    ) {
        self.part = part
        self.difference = difference
        self.attention = attention
        self.feedForward = feedForward
    }
}

extension PartDifference: Codable {
    private enum CodingKeys: String, CodingKey {
        case part
        case difference
        case attention
        case feedForward
    }

    /// Reads a part; an infinite difference is the string "Infinity".
    ///
    /// - Parameter decoder: The decoder to read from.
    /// - Throws: `DecodingError` for what is no number.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        part = try container.decode(ModelPart.self, forKey: .part)
        difference = try container.decode(WireDouble.self, forKey: .difference).value
        attention = try container.decodeIfPresent(WireDouble.self, forKey: .attention)?.value
        feedForward = try container.decodeIfPresent(WireDouble.self, forKey: .feedForward)?.value
    }

    /// Writes a part; an infinite difference is the string "Infinity".
    ///
    /// - Parameter encoder: The encoder to write to.
    /// - Throws: What the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(part, forKey: .part)
        try container.encode(WireDouble(difference), forKey: .difference)
        try container.encodeIfPresent(attention.map { WireDouble($0) }, forKey: .attention)
        try container.encodeIfPresent(feedForward.map { WireDouble($0) }, forKey: .feedForward)
    }
}

extension Sequence<PartDifference> {
    /// The part that differs most, the first of equals; nil where none differs.
    public var mostChanged: ModelPart? {
        var most: PartDifference?
        for part in self where part.difference > most?.difference ?? 0 { most = part }
        return most?.part
    }
}
