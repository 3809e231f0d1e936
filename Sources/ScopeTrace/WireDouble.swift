/// A number as it is encoded: infinities are the strings "Infinity" and "-Infinity", for JSON has
/// no other way, and NaN is refused both ways.
package struct WireDouble: Hashable, Codable, Sendable {
    package let value: Double

    package init(_ value: Double) {
        self.value = value
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let value = try? container.decode(Double.self) {
            self.value = value
        } else {
            switch try container.decode(String.self) {
            case "Infinity": value = .infinity
            case "-Infinity": value = -.infinity
            case let other:
                throw DecodingError.dataCorruptedError(
                    in: container,
                    debugDescription:
                        "must be a number, \"Infinity\" or \"-Infinity\", found \"\(other)\"")
            }
        }
        guard !value.isNaN else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "NaN is not a value of a trace")
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        guard !value.isNaN else {
            throw EncodingError.invalidValue(
                value,
                .init(
                    codingPath: encoder.codingPath,
                    debugDescription: "NaN is not a value of a trace"))
        }
        if value.isInfinite {
            try container.encode(value < 0 ? "-Infinity" : "Infinity")
        } else {
            try container.encode(value)
        }
    }
}
