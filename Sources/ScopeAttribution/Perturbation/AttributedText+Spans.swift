internal import ScopeDecoding
internal import ScopeTokenizers

extension AttributedText {
    /// The text's lines as runs of tokens: a line ends with the token that holds its last byte.
    ///
    /// Where one token holds the end of a line and the beginning of the next, it belongs to the first.
    public var lines: [Range<Int>] {
        var lines: [Range<Int>] = []
        var start = 0
        for (index, id) in ids.enumerated() {
            let ends = context.tokenizer.bytes(of: id)?.contains(UInt8(ascii: "\n")) == true
            guard ends || index == ids.count - 1 else { continue }
            lines.append(start..<index + 1)
            start = index + 1
        }
        return lines
    }

    /// Spans that are checked, as far as they stand before a target.
    func players(
        _ spans: [Range<Int>]?, before target: CheckedTarget
    ) throws(AttributionFailure) -> [Range<Int>] {
        var end = 0
        for span in spans ?? [] {
            guard !span.isEmpty, span.lowerBound >= end, span.upperBound <= ids.count else {
                throw .invalidSetting(
                    name: "spans", reason: "must be in order, inside the text and apart: \(span)")
            }
            end = span.upperBound
        }
        return (spans ?? lines).map { $0.clamped(to: 0..<target.row + 1) }.filter { !$0.isEmpty }
    }

    /// The objective of one target with only some spans there; tokens of no span always are.
    func values(
        of objective: AttributionObjective, _ target: CheckedTarget, _ players: [Range<Int>],
        _ replacement: TokenReplacement, coalitions: [[Bool]]
    ) throws(AttributionFailure) -> [Double] {
        let sets = coalitions.map { coalition in
            zip(players, coalition).flatMap { $1 ? [] : Array($0) }
        }
        return try values(
            of: objective, [target], in: sets.map { (tokens: $0, targets: [0]) }, replacement
        ).map { $0[0] }
    }
}

/// A score a span, shared equally among its tokens so that sums stay.
func spread(_ scores: [Double], over spans: [Range<Int>], count: Int) -> [Double] {
    var result = Array(repeating: 0.0, count: count)
    for (span, score) in zip(spans, scores) {
        for token in span { result[token] = score / Double(span.count) }
    }
    return result
}

/// Spans as a setting.
func spelled(_ spans: [Range<Int>]) -> String {
    spans.map { "\($0.lowerBound)..<\($0.upperBound)" }.joined(separator: " ")
}
