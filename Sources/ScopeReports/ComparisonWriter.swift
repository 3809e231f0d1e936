import ScopeFiles
public import ScopeTrace

/// Writes a comparison of two models as JSON Lines: a header, one object a token, and a last object.
///
/// - The header has `format` and `format_version`, then `a` and `b` with `name`, `family`, `fingerprint`, `parameters` and `weights`, then
///   `arithmetic`, `vocabulary_size`, `layer_threshold`, `window` and `stride` where there is a window,
///   and `version`.
/// - A token is written as ``JSONLinesWriter`` does; its `metrics` are `kl`, `surprisal_a`,
///   `surprisal_b`, `argmax_a`, `argmax_b`, `argmax_text_a`, `argmax_text_b` and, where a layer
///   departs, `departing_layer`; on request `js`, `probability_a`, `probability_b` and `part_differences`.
/// - The last line has `stop_reason`, `compared`, `mean_kl`, `max_kl`, `max_kl_index`, `perplexity_a`,
///   `perplexity_b`, `disagreements`, `first_disagreement`, `layers` as a list of relative differences
///   from the embedding on, and `departing_layer`; what there is not is null. Where parts were compared,
///   `parts` has an object for each, with `part`, `difference` and, of a block, `attention` and
///   `feed_forward`.
///
/// Infinite numbers are the strings "Infinity" and "-Infinity". The same comparison gives the same
/// bytes.
public struct ComparisonWriter: Sendable {
    /// What the member `format` of a header says.
    public static let format = "tokenscope.comparison"

    /// The format's version, in the header's member `format_version`.
    public static let formatVersion = 1

    /// Makes a writer.
    public init() {}

    /// The first line, without a line break.
    ///
    /// - Parameter comparison: The comparison, of which the tokens are not read.
    /// - Returns: One JSON object.
    public func header(of comparison: ModelComparison) -> String {
        let header = comparison.trace.header
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("format", Self.format)
            writer.member("format_version", Self.formatVersion)
            writer.key("a")
            writer.write(comparison.a)
            writer.key("b")
            writer.write(comparison.b)
            writer.member("arithmetic", header.arithmetic)
            writer.member("kernels", header.kernels)
            writer.member("vocabulary_size", comparison.vocabularySize)
            writer.member("layer_threshold", comparison.layerThreshold)
            if let window = header.settings.window {
                writer.member("window", window.length)
                writer.member("stride", window.stride)
            }
            writer.member("version", header.libraryVersion)
        }
        return String(decoding: writer.finish(), as: UTF8.self)
    }

    /// The line of a token, without a line break.
    ///
    /// - Parameters:
    ///   - index: A token of the comparison.
    ///   - comparison: The comparison.
    /// - Returns: One JSON object.
    public func line(for index: TokenIndex, in comparison: ModelComparison) -> String {
        JSONLinesWriter().line(for: index, in: comparison.trace)
    }

    /// The last line, without a line break.
    ///
    /// - Parameter comparison: The comparison.
    /// - Returns: One JSON object.
    /// - Complexity: O(tokens).
    public func footer(of comparison: ModelComparison) -> String {
        var writer = JSONWriter()
        writer.object { writer in
            writer.key("stop_reason")
            if let reason = comparison.trace.stopReason {
                writer.write(reason.rawValue)
            } else {
                writer.writeNull()
            }
            writer.members(of: comparison)
        }
        return String(decoding: writer.finish(), as: UTF8.self)
    }

    /// The whole comparison, each line ended by a line break.
    ///
    /// - Parameter comparison: The comparison.
    /// - Returns: The header, a line a token, and the last line.
    /// - Complexity: O(tokens).
    public func text(of comparison: ModelComparison) -> String {
        var text = header(of: comparison) + "\n"
        for token in comparison.trace.tokens {
            text += line(for: token.index, in: comparison) + "\n"
        }
        return text + footer(of: comparison) + "\n"
    }

    /// The whole comparison as one JSON object: the lines as `header`, `tokens` and `end`.
    ///
    /// - Parameter comparison: The comparison.
    /// - Returns: The object, with a line a token.
    /// - Complexity: O(tokens).
    public func document(of comparison: ModelComparison) -> String {
        let tokens = comparison.trace.tokens.map { line(for: $0.index, in: comparison) }
        return "{\"header\":\(header(of: comparison)),\n\"tokens\":[\n"
            + tokens.joined(separator: ",\n") + "\n],\n\"end\":\(footer(of: comparison))}\n"
    }
}

extension JSONWriter {
    /// Writes the members that say what a comparison of two models comes to.
    mutating func members(of comparison: ModelComparison) {
        let largest = comparison.largestDivergence
        member("compared", comparison.comparedCount)
        member(orNull: "mean_kl", comparison.meanDivergence)
        member(orNull: "max_kl", largest?.value)
        member(orNull: "max_kl_index", largest?.token.rawValue)
        member(orNull: "perplexity_a", comparison.perplexityA)
        member(orNull: "perplexity_b", comparison.perplexityB)
        member("disagreements", comparison.disagreements.count)
        member(orNull: "first_disagreement", comparison.firstDisagreement?.rawValue)
        key("layers")
        if let layers = comparison.layers {
            array { writer in
                for layer in layers { writer.write(layer.relativeDifference) }
            }
        } else {
            writeNull()
        }
        member(orNull: "departing_layer", comparison.departingLayer)
        if let parts = comparison.parts {
            key("parts")
            write(parts)
        }
    }
}
