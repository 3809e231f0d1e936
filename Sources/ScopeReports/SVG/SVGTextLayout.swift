import ScopeTrace

/// Lays tokens out in lines, coloured.
struct SVGTextLayout {
    private let scale: HeatScale
    private let limit: Int
    private var picture = SVGDocument()
    private var joiner = UTF8Joiner()
    private var held: (heat: Double?, token: TokenRecord, value: Double?)?
    private var lastOrigin: TokenOrigin?
    private var column = 0
    private var line = 0
    private var valueCount = 0
    private var sum = 0.0

    private static let left = 12.0
    private static let top = 92.0

    init(scale: HeatScale, lineColumns: Int) {
        self.scale = scale
        limit = lineColumns
    }

    mutating func add(_ token: TokenRecord, value: Double?) {
        if let value {
            valueCount += 1
            sum += value
        }
        if lastOrigin == .prompt, token.origin != .prompt { drawBar() }
        lastOrigin = token.origin
        let heat = value.map(scale.heat)
        let piece = joiner.add(token.bytes)
        let warmest = [held?.heat, heat].compactMap { $0 }.max()
        draw(piece.joined, heat: warmest, token, value)
        draw(piece.own, heat: heat, token, value)
        if joiner.held.isEmpty {
            held = nil
        } else {
            held = (
                piece.joined.isEmpty && piece.own.isEmpty ? warmest : heat, token, value
            )
        }
    }

    mutating func finish(title: String) -> String {
        if let held { draw(joiner.flush(), heat: held.heat, held.token, held.value) }
        picture.text(title, x: Self.left, y: 22, style: "font-weight:600")
        picture.legend(scale, x: Self.left, y: 36)
        let mean = valueCount == 0 ? "none" : DecimalText.significant(sum / Double(valueCount))
        return picture.finish(
            title: title,
            description: "\(valueCount) tokens with a value of \(scale.name)\(scale.unitLabel); "
                + "mean \(mean). Each token's value is in its title.")
    }

    private mutating func draw(
        _ text: String, heat: Double?, _ token: TokenRecord, _ value: Double?
    ) {
        var run = ""
        for character in text {
            let isLineFeed = character == "\n" || character == "\r\n"
            let shown = isLineFeed ? "⏎" : character == "\t" ? "⇥   " : String(character)
            let width = SVGText.columns(of: SVGText.escapedWidth(shown))
            if column + SVGText.columns(of: SVGText.escapedWidth(run)) + width > limit {
                put(run, heat, token, value)
                run = ""
                breakLine()
            }
            // Without a colour there is nothing to see at a line's end.
            if !isLineFeed || heat != nil { run += shown }
            if isLineFeed {
                put(run, heat, token, value)
                run = ""
                breakLine()
            }
        }
        put(run, heat, token, value)
    }

    private mutating func breakLine() {
        column = 0
        line += 1
    }

    private mutating func put(
        _ run: String, _ heat: Double?, _ token: TokenRecord, _ value: Double?
    ) {
        guard !run.isEmpty else { return }
        let columns = SVGText.columns(of: SVGText.escapedWidth(run))
        let width = Double(columns) * SVGDocument.columnWidth
        let x = Self.left + Double(column) * SVGDocument.columnWidth
        let y = Self.top + Double(line) * SVGDocument.lineHeight
        let style = token.origin == .forced ? "text-decoration:underline" : ""
        let number = value.map {
            ": \(scale.name) \(DecimalText.significant($0))\(scale.unitLabel)"
        }
        let name =
            "token \(token.index), \(token.origin.rawValue), "
            + SVGText.label(token, columns: 40) + (number ?? "")
        picture.group(title: name) { picture in
            if let heat {
                let color = HeatRamp.color(heat: heat)
                picture.rect(
                    x: x, y: y - 13, width: width, height: SVGDocument.lineHeight - 1,
                    fill: color, radius: 2)
                picture.text(run, x: x, y: y, on: color, style: style)
            } else {
                picture.text(run, x: x, y: y, ink: .muted, style: style)
            }
        }
        column += columns
    }

    /// Where the prompt ends.
    private mutating func drawBar() {
        let x = Self.left + Double(column) * SVGDocument.columnWidth + 1
        let y = Self.top + Double(line) * SVGDocument.lineHeight
        picture.path(
            "M\(SVGText.number(x)) \(SVGText.number(y - 14))v18",
            attributes: "class=\"f\" stroke-width=\"2\"")
        column += 1
    }
}

extension SVGText {
    /// The text as it will be seen, for its width.
    static func escapedWidth(_ text: String) -> String {
        text.unicodeScalars.allSatisfy(TerminalText.isHarmless) ? text : TerminalText.visible(text)
    }
}
