public import ScopeTrace

extension SVGWriter {
    /// What colours the cells of a table of lenses.
    public enum LensColor: String, CaseIterable, Hashable, Sendable {
        /// The probability of the layer's first choice.
        case probability
        /// The entropy of the layer's distribution, in nats.
        case entropy
        /// The divergence of the layer's distribution from the model's, in nats.
        case divergence

        /// The scale of the colours.
        var scale: HeatScale {
            switch self {
            case .probability: HeatScale("probability", unit: .probability, cold: 0, hot: 1)
            case .entropy: HeatScale("entropy", unit: .nats, cold: 0, hot: 8)
            case .divergence: HeatScale("kl", unit: .nats, cold: 0, hot: 8)
            }
        }
    }

    /// What layers would have predicted: layers × tokens, each cell with the layer's first choice.
    ///
    /// The last layer stands above, as the model's own prediction; a column is the prediction of its
    /// token.
    ///
    /// - Parameters:
    ///   - table: The readings.
    ///   - trace: The trace they are of.
    ///   - color: What colours the cells.
    ///   - spelling: The text of an id.
    /// - Returns: The picture, of the last ``mostTokens`` columns.
    /// - Complexity: O(layers × tokens).
    public func lensTable(
        _ table: LensTable, of trace: TokenTrace, color: LensColor = .probability,
        spelling: (Int) -> String
    ) -> String {
        let columns = table.columns.suffix(mostTokens)
        let scale = color.scale
        let labels = columns.map { column in
            let token = column.token.rawValue
            return trace.tokens.indices.contains(token)
                ? SVGText.label(trace.tokens[token], columns: 14) : "\(token)"
        }
        let order = Array(table.layers.indices.reversed())
        let cells = order.map { place in
            columns.map { column -> SVGGrid.Cell in
                guard column.readings.indices.contains(place) else { return SVGGrid.Cell() }
                let reading = column.readings[place]
                let text = reading.ids.first.map { SVGText.label(spelling($0), columns: 8) } ?? ""
                let value =
                    switch color {
                    case .probability: reading.probabilities.first ?? 0
                    case .entropy: reading.entropy
                    case .divergence: reading.divergence
                    }
                let choices = zip(reading.ids, reading.probabilities).prefix(5).map {
                    "\(SVGText.label(spelling($0), columns: 20)) \(DecimalText.significant($1))"
                }
                return SVGGrid.Cell(
                    heat: scale.heat(of: value), text: text,
                    title: "layer \(reading.layer), token \(column.token): "
                        + choices.joined(separator: ", ")
                        + "; rank of the token that stands there \(reading.rank), entropy "
                        + "\(DecimalText.significant(reading.entropy)) nats")
            }
        }
        let rows = order.map { place in
            place == table.layers.count - 1 ? "output" : "layer \(table.layers[place])"
        }
        let title =
            (table.kind == .logit ? "Logit lens" : "Tuned lens") + " of \(trace.header.model.name)"
        return SVGGrid(
            title: title,
            subtitle: columns.count == table.columns.count
                ? "" : "the last \(columns.count) of \(table.columns.count) tokens",
            description: "What each layer's hidden state would have predicted for each token: the "
                + "most probable token, coloured by \(color.rawValue).",
            scale: scale, rowName: "", columnName: "prediction of", rows: rows, columns: labels,
            cells: cells, cellWidth: 8 * SVGDocument.columnWidth + 8, cellHeight: 20
        ).text()
    }

    /// What patching did: layers × tokens or heads, with the normalised effects in the cells.
    ///
    /// Cold is the run in which nothing is patched, hot the other one; an effect beyond either has the
    /// colour of that end, and its number.
    ///
    /// - Parameters:
    ///   - matrix: The matrix.
    ///   - tokens: The texts of the prompts' tokens, for the columns; numbers without them.
    ///   - title: The heading; by default it names the method and what was patched.
    /// - Returns: The picture.
    /// - Complexity: O(cells).
    public func patching(
        _ matrix: PatchingMatrix, tokens: [String] = [], title: String? = nil
    ) -> String {
        let scale = HeatScale(
            "effect", unit: .none, cold: matrix.baseEffect, hot: 1 - matrix.baseEffect)
        let columns: [String]
        let name: String
        switch matrix.columns {
        case .heads(let count):
            (name, columns) = ("head", (0..<count).map(String.init))
        case .tokens(let places):
            name = "token"
            columns = places.map { place in
                guard tokens.indices.contains(place.rawValue) else { return "\(place)" }
                return "\(place) " + SVGText.label(tokens[place.rawValue], columns: 14)
            }
        }
        let cells = zip(matrix.layers, zip(matrix.values, matrix.effects)).map { layer, row in
            zip(columns, zip(row.0, row.1)).map { column, numbers in
                SVGGrid.Cell(
                    heat: scale.heat(of: numbers.1), text: DecimalText.fixed(numbers.1, digits: 2),
                    title: "layer \(layer), \(name) \(column): effect "
                        + "\(DecimalText.significant(numbers.1)), value "
                        + DecimalText.significant(numbers.0))
            }
        }
        let settings = matrix.settings.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        let heading =
            title
            ?? (matrix.method.split(separator: "-").joined(separator: " ")
                + (matrix.settings["component"].map { ": \($0)" } ?? "")
                + (matrix.settings["receiver"].map { " to \($0)" } ?? ""))
        return SVGGrid(
            title: heading, subtitle: settings.joined(separator: ", "),
            description: "Normalised effects: 0 is the corrupted run "
                + "(\(DecimalText.significant(matrix.corruptedValue))), 1 the clean one "
                + "(\(DecimalText.significant(matrix.cleanValue))).",
            scale: scale, rowName: "layer", columnName: name, rows: matrix.layers.map(String.init),
            columns: columns, cells: cells, cellWidth: 5 * SVGDocument.columnWidth + 8,
            cellHeight: 20
        ).text()
    }
}
