/// The colours of heat: from a slate that recedes to a yellow that stands out.
///
/// Lightness rises evenly (OKLab L from 0.38 to 0.90) while the hue turns from blue through
/// magenta and red, so the order shows also in grey and to colour-blind eyes. Every colour brings
/// its own text colour, black or white, with a contrast of at least 4.5 : 1 (WCAG 2.2), so it does
/// not matter whether the terminal is dark or light.
enum HeatRamp {
    struct Color: Hashable {
        let red: UInt8
        let green: UInt8
        let blue: UInt8

        init(_ rgb: UInt32) {
            red = UInt8(truncatingIfNeeded: rgb >> 16)
            green = UInt8(truncatingIfNeeded: rgb >> 8)
            blue = UInt8(truncatingIfNeeded: rgb)
        }

        init(red: UInt8, green: UInt8, blue: UInt8) {
            self.red = red
            self.green = green
            self.blue = blue
        }
    }

    /// Seventeen colours at equal steps of heat; those between are mixed from their neighbours.
    private static let stops: [Color] = [
        0x3D434A, 0x3E4A68, 0x4A4D85, 0x604F97, 0x784FA1, 0x9150A6, 0xAA52A2, 0xC25598, 0xD85A8A,
        0xEB6278, 0xF86E69, 0xFF805F, 0xFF945F, 0xFFA762, 0xFFB964, 0xFFCB63, 0xFFDC4F,
    ].map(Color.init)

    /// The colours of xterm's cube nearest to the same path, by index, with their values.
    private static let indexed: [(index: Int, color: Color)] = [
        (239, Color(0x4E4E4E)), (60, Color(0x5F5F87)), (97, Color(0x875FAF)),
        (133, Color(0xAF5FAF)), (168, Color(0xD75F87)), (209, Color(0xFF875F)),
        (215, Color(0xFFAF5F)), (221, Color(0xFFD75F)),
    ]

    static func color(heat: Double) -> Color {
        let place = min(1, max(0, heat)) * Double(stops.count - 1)
        let first = min(Int(place), stops.count - 2)
        let share = place - Double(first)
        let (low, high) = (stops[first], stops[first + 1])
        func mix(_ channel: KeyPath<Color, UInt8>) -> UInt8 {
            let (from, to) = (Double(low[keyPath: channel]), Double(high[keyPath: channel]))
            return UInt8(from + (to - from) * share + 0.5)
        }
        return Color(red: mix(\.red), green: mix(\.green), blue: mix(\.blue))
    }

    static func indexedColor(heat: Double) -> (index: Int, color: Color) {
        let place = Int(min(1, max(0, heat)) * Double(indexed.count))
        return indexed[min(place, indexed.count - 1)]
    }

    /// Whether white text contrasts more with the colour than black text does.
    ///
    /// Contrast is (L₁ + 0.05) / (L₂ + 0.05) in relative luminance; the two are equal at
    /// L = 0.179.
    static func takesWhiteText(_ color: Color) -> Bool {
        luminance(color) < 0.179
    }

    /// Relative luminance, with the transfer curve taken from a polynomial (off by under 0.003).
    static func luminance(_ color: Color) -> Double {
        func linear(_ channel: UInt8) -> Double {
            let c = Double(channel) / 255
            return c * (c * (c * 0.305_306_011 + 0.682_171_111) + 0.012_522_878)
        }
        return 0.2126 * linear(color.red) + 0.7152 * linear(color.green)
            + 0.0722 * linear(color.blue)
    }

    /// The parameters of the SGR sequence that sets text and background.
    static func style(heat: Double, depth: ColorDepth) -> String {
        switch depth {
        case .plain:
            return ""
        case .indexed:
            let (index, color) = indexedColor(heat: heat)
            return "38;5;\(takesWhiteText(color) ? 231 : 16);48;5;\(index)"
        case .trueColor:
            let color = color(heat: heat)
            let text = takesWhiteText(color) ? "255;255;255" : "0;0;0"
            return "38;2;\(text);48;2;\(color.red);\(color.green);\(color.blue)"
        }
    }
}
