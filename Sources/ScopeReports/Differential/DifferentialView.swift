public import ScopeTrace

/// Shows where two models part over a corpus to a person: a table of categories, one of parts, and what it
/// comes to in a few lines.
public struct DifferentialView: Sendable {
    /// Makes a view.
    public init() {}

    /// The tables, each after a line that says what it holds.
    ///
    /// - Parameter differential: The difference.
    /// - Returns: Text for the terminal.
    /// - Complexity: O(categories + parts).
    public func text(of differential: ModelDifferential) -> String {
        var text = TextTable([
            .init("", ["A", "B"], isText: true),
            .init("model", [differential.a, differential.b].map(\.name), isText: true),
            .init("weights", [differential.a, differential.b].map(\.weights), isText: true),
        ]).text
        guard let whole = differential.whole else { return text + "no token was compared\n" }
        text += "\n\(whole.tokenCount) tokens of \(differential.fileCount) "
        text += differential.fileCount == 1 ? "file" : "files"
        if whole.divergence.interval != nil {
            text += "; ranges of 95 % from drawing files again"
        }
        text += "\n"
        text += categoryTable(of: differential)
        if let parts = differential.parts {
            text += "\nwhat each part makes of the same input, ‖b − a‖ / ‖a‖\n"
            text += Self.table(of: parts)
            text +=
                differential.mostChangedPart.map { "\($0) differs most\n" } ?? "no part differs\n"
        } else if let fault = differential.partsFault {
            text += "\nparts: not compared, since \(fault)\n"
        }
        return text
    }

    private func categoryTable(of differential: ModelDifferential) -> String {
        let rows = [differential.whole].compactMap(\.self) + differential.categories
        return TextTable([
            .init("category", rows.map(\.name), isText: true),
            .init("tokens", rows.map { "\($0.tokenCount)" }),
            .init("KL(A‖B), nats", rows.map { Self.cell($0.divergence) }),
            .init("JS, nats", rows.map { Self.cell($0.jensenShannon) }),
            .init("other first choice", rows.map { Self.cell($0.disagreement, percent: true) }),
            .init("surprisal, B − A", rows.map { Self.cell($0.surprisalChange) }),
        ]).text
    }

    /// The parts, one a row.
    static func table(of parts: [PartDifference]) -> String {
        let most = parts.mostChanged
        func number(_ value: Double?) -> String { value.map(DecimalText.significant) ?? "" }
        return TextTable([
            .init("part", parts.map { "\($0.part)" }, isText: true),
            .init("difference", parts.map { number($0.difference) }),
            .init("attention", parts.map { number($0.attention) }),
            .init("feed-forward", parts.map { number($0.feedForward) }),
            .init("", parts.map { $0.part == most ? "most" : "" }, isText: true),
        ]).text
    }

    /// A value with its interval.
    static func cell(_ estimate: BootstrapEstimate, percent isPercent: Bool = false) -> String {
        func number(_ value: Double) -> String {
            isPercent
                ? DecimalText.fixed(100 * value, digits: 1) : DecimalText.significant(value)
        }
        let unit = isPercent ? " %" : ""
        guard let interval = estimate.interval else { return number(estimate.value) + unit }
        return "\(number(estimate.value))\(unit) "
            + "(\(number(interval.lower)) to \(number(interval.upper)))"
    }
}
