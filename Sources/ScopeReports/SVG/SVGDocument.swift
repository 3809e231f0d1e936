/// An SVG picture being drawn: a string that grows, with the styles of light and dark pages.
///
/// The same calls give the same bytes.
struct SVGDocument {
    /// The size of text.
    static let fontSize = 12.0
    /// The width of a character in it; fonts of fixed width differ by a hundredth.
    static let columnWidth = 7.23
    /// From one line of text to the next.
    static let lineHeight = 18.0

    /// Kinds of ink, which differ between light and dark pages.
    enum Ink: String {
        case text = "t"
        case muted = "m"
    }

    private var body = ""
    private(set) var width = 0.0
    private(set) var height = 0.0

    /// Makes room for something that ends at a place.
    mutating func extend(toX x: Double, y: Double) {
        width = max(width, x)
        height = max(height, y)
    }

    mutating func rect(
        x: Double, y: Double, width: Double, height: Double, fill: HeatRamp.Color,
        radius: Double = 0
    ) {
        body += "<rect x=\"\(number(x))\" y=\"\(number(y))\" width=\"\(number(width))\""
        body += " height=\"\(number(height))\""
        if radius > 0 { body += " rx=\"\(number(radius))\"" }
        body += " fill=\"\(fill.hexadecimal)\"/>\n"
        extend(toX: x + width, y: y + height)
    }

    /// A frame without filling, in the ink of lines.
    mutating func frame(x: Double, y: Double, width: Double, height: Double) {
        body += "<rect class=\"f\" x=\"\(number(x))\" y=\"\(number(y))\""
        body += " width=\"\(number(width))\" height=\"\(number(height))\"/>\n"
        extend(toX: x + width, y: y + height)
    }

    /// A line of text whose base line lies at `y`; turned by −90° where `isUpright` is false.
    mutating func text(
        _ text: String, x: Double, y: Double, ink: Ink = .text, anchor: Anchor = .start,
        isUpright: Bool = true, style: String = ""
    ) {
        body += "<text class=\"\(ink.rawValue)\"" + attributes(x, y, anchor, isUpright, style)
        body += ">\(SVGText.escaped(text))</text>\n"
        let columns = Double(SVGText.columns(of: text)) * Self.columnWidth
        extend(
            toX: isUpright ? x + columns * anchor.share : x + Self.fontSize / 2,
            y: y + Self.fontSize / 2)
    }

    /// Text on a colour of its own, black or white after it.
    mutating func text(
        _ text: String, x: Double, y: Double, on color: HeatRamp.Color, anchor: Anchor = .start,
        style: String = ""
    ) {
        let ink = HeatRamp.takesWhiteText(color) ? "#fff" : "#000"
        body += "<text fill=\"\(ink)\"" + attributes(x, y, anchor, true, style)
        body += ">\(SVGText.escaped(text))</text>\n"
    }

    /// Where a text begins, relative to its place.
    enum Anchor: String {
        case start, middle, end

        /// How much of the text lies behind the place.
        var share: Double {
            switch self {
            case .start: 1
            case .middle: 0.5
            case .end: 0
            }
        }
    }

    private func attributes(
        _ x: Double, _ y: Double, _ anchor: Anchor, _ isUpright: Bool, _ style: String
    ) -> String {
        var text = " x=\"\(number(x))\" y=\"\(number(y))\""
        if anchor != .start { text += " text-anchor=\"\(anchor.rawValue)\"" }
        if !isUpright { text += " transform=\"rotate(-90 \(number(x)) \(number(y)))\"" }
        if !style.isEmpty { text += " style=\"\(style)\"" }
        return text
    }

    /// A path; `attributes` say how it is drawn.
    mutating func path(_ data: String, attributes: String) {
        body += "<path d=\"\(data)\" \(attributes)/>\n"
    }

    /// What `draw` draws, as one thing with a title that readers of screens say and pages show.
    mutating func group(title: String, _ draw: (inout SVGDocument) -> Void) {
        body += "<g><title>\(SVGText.escaped(title))</title>\n"
        draw(&self)
        body += "</g>\n"
    }

    /// A strip of a scale's colours with the values at its quarters.
    mutating func legend(_ scale: HeatScale, x: Double, y: Double) {
        let (steps, step) = (64, 4.0)
        for index in 0..<steps {
            rect(
                x: x + Double(index) * step, y: y, width: step + 0.5, height: 10,
                fill: HeatRamp.color(heat: Double(index) / Double(steps - 1)))
        }
        for (quarter, label) in scale.labels.enumerated() {
            text(
                label, x: x + Double(quarter) * Double(steps) * step / 4, y: y + 24, ink: .muted,
                anchor: quarter == 0 ? .start : quarter == 4 ? .end : .middle)
        }
        text(
            scale.name + scale.unitLabel, x: x + Double(steps) * step + 12, y: y + 10,
            ink: .muted)
    }

    /// The picture, with a title and a description for readers of screens.
    func finish(title: String, description: String) -> String {
        let (width, height) = (
            number((width + 16).rounded(.up)), number((height + 12).rounded(.up))
        )
        return """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(height)" \
            viewBox="0 0 \(width) \(height)" role="img" aria-labelledby="title description" \
            xml:space="preserve">
            <title id="title">\(SVGText.escaped(title))</title>
            <desc id="description">\(SVGText.escaped(description))</desc>
            <style>
            text{font:\(number(Self.fontSize))px ui-monospace,"SF Mono",Menlo,Consolas,\
            "DejaVu Sans Mono",monospace;white-space:pre}
            .b{fill:#fff}.t{fill:#1f2328}.m{fill:#59636e}.f{fill:none;stroke:#d1d9e0}
            @media (prefers-color-scheme:dark){
            .b{fill:#0d1117}.t{fill:#f0f6fc}.m{fill:#9198a1}.f{fill:none;stroke:#3d444d}}
            </style>
            <rect class="b" width="\(width)" height="\(height)"/>
            \(body)</svg>

            """
    }

    private func number(_ value: Double) -> String { SVGText.number(value) }
}

extension HeatRamp.Color {
    /// As CSS writes it.
    var hexadecimal: String {
        let digits = Array("0123456789abcdef")
        return [red, green, blue].reduce(into: "#") { text, channel in
            text.append(digits[Int(channel >> 4)])
            text.append(digits[Int(channel & 15)])
        }
    }
}
