import ScopeTrace

extension HeatView {
    /// One line that explains the colours: the metric, its unit and the values at the ends.
    ///
    /// - Returns: Text without a line feed; in plain output, without escape sequences.
    public func legend() -> String {
        let title = "\(scale.name)\(scale.unitLabel)"
        let labels = scale.labels
        guard depth != .plain else {
            return "\(title) from \(labels[0]) to \(labels[4])"
        }
        // Labels stand where their heat is: at the ends, and centred on the quarters between.
        let width = 41
        var cells = [Character](repeating: " ", count: width)
        for (quarter, label) in labels.enumerated() {
            let center = quarter * (width - 1) / 4
            let start = min(max(1, center - label.count / 2), width - 1 - label.count)
            for (place, character) in label.enumerated() { cells[start + place] = character }
        }
        var bar = ""
        for (place, character) in cells.enumerated() {
            let heat = Double(place) / Double(width - 1)
            bar += "\u{1B}[\(HeatRamp.style(heat: heat, depth: depth))m\(character)"
        }
        return "\(title) \(bar)\u{1B}[0m"
    }
}

extension HeatScale {
    /// The unit in parentheses, empty where there is none or the name says it.
    var unitLabel: String {
        unit == .none || unit.rawValue == name ? "" : " (\(unit.rawValue))"
    }

    /// The values at heat 0, ¼, ½, ¾ and 1, in few digits.
    var labels: [String] {
        let half = middle(cold, hot)
        return [cold, middle(cold, half), half, middle(half, hot), hot].map {
            if spacing == .logarithmic, $0 < 1 { return DecimalText.significant($0) }
            return DecimalText.short(
                $0, digits: $0.magnitude >= 10 ? 0 : spacing == .linear ? 2 : 1)
        }
    }

    private func middle(_ left: Double, _ right: Double) -> Double {
        switch spacing {
        case .linear: (left + right) / 2
        case .logarithmic: (left * right).squareRoot()
        }
    }
}
