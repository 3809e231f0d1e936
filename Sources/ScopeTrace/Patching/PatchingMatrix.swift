/// What patching parts of one run into another did to a prediction: a row a layer.
///
/// Two prompts of equal length are run, a clean and a corrupted one. A cell is the measured value of a
/// run in which one part took the other run's state. The normalised effect puts that value between the
/// two runs: 0 for the corrupted run's value, 1 for the clean one's, and outside where a part does more
/// than make up the whole difference.
public struct PatchingMatrix: Hashable, Sendable {
    /// What a column stands for.
    public enum Columns: Hashable, Codable, Sendable {
        /// Tokens of the prompts; the state is that of the token's own row.
        case tokens([TokenIndex])
        /// Query heads, from 0.
        case heads(Int)

        /// How many there are.
        public var count: Int {
            switch self {
            case .tokens(let tokens): tokens.count
            case .heads(let count): count
            }
        }
    }

    /// The method, such as "activation-patching".
    public var method: String

    /// What was patched and measured, by name, such as `["component": "residual"]`.
    public var settings: [String: String]

    /// The layers, in order.
    public var layers: [Int]

    /// What the columns stand for.
    public var columns: Columns

    /// The measured value of the clean run.
    public var cleanValue: Double

    /// The measured value of the corrupted run.
    public var corruptedValue: Double

    /// The measured value of the run in which nothing is patched: one of the two.
    public var baseValue: Double

    /// The measured values: a row a layer, a value a column.
    public var values: [[Double]]

    /// Makes a matrix.
    ///
    /// - Parameters:
    ///   - method: The method.
    ///   - settings: What was patched and measured.
    ///   - layers: The layers, in order.
    ///   - columns: What the columns stand for.
    ///   - cleanValue: The clean run's value; not that of the corrupted run.
    ///   - corruptedValue: The corrupted run's value.
    ///   - baseValue: The value of the run in which nothing is patched.
    ///   - values: A row a layer, a value a column.
    public init(
        method: String, settings: [String: String] = [:], layers: [Int], columns: Columns,
        cleanValue: Double, corruptedValue: Double, baseValue: Double, values: [[Double]]
    ) {
        self.method = method
        self.settings = settings
        self.layers = layers
        self.columns = columns
        self.cleanValue = cleanValue
        self.corruptedValue = corruptedValue
        self.baseValue = baseValue
        self.values = values
        if let fault { preconditionFailure(fault) }
    }

    /// What is wrong with the numbers, nil where nothing is.
    private var fault: String? {
        let runs = [cleanValue, corruptedValue, baseValue]
        if !runs.allSatisfy(\.isFinite) || cleanValue == corruptedValue {
            return "two runs of equal value have nothing to be explained"
        }
        let isWhole =
            values.count == layers.count
            && values.allSatisfy { $0.count == columns.count && $0.allSatisfy(\.isFinite) }
        return isWhole ? nil : "there must be one finite value for each layer and column"
    }

    /// Where a value lies between the runs: `(value − corrupted) / (clean − corrupted)`.
    ///
    /// As Wang et al. (2022, arXiv 2211.00593) normalise the difference of logits; Heimersheim and
    /// Nanda (2024, arXiv 2404.15255) discuss the choice.
    ///
    /// - Parameter value: A measured value.
    /// - Returns: 0 for the corrupted run's value, 1 for the clean one's.
    public func effect(of value: Double) -> Double {
        (value - corruptedValue) / (cleanValue - corruptedValue)
    }

    /// The normalised effects: a row a layer, a value a column.
    ///
    /// - Complexity: O(cells).
    public var effects: [[Double]] { values.map { $0.map { effect(of: $0) } } }

    /// The effect of patching nothing: 0 where clean states go into the corrupted run, 1 where
    /// corrupted ones go into the clean run.
    public var baseEffect: Double { effect(of: baseValue) }
}

extension PatchingMatrix: Codable {
    private enum CodingKeys: String, CodingKey {
        case method, settings, layers, columns, cleanValue, corruptedValue, baseValue, values
    }

    /// Reads a matrix.
    ///
    /// - Parameter decoder: The decoder to read from.
    /// - Throws: `DecodingError` where a part is missing, or the numbers do not fit each other.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        method = try container.decode(String.self, forKey: .method)
        settings = try container.decode([String: String].self, forKey: .settings)
        layers = try container.decode([Int].self, forKey: .layers)
        columns = try container.decode(Columns.self, forKey: .columns)
        cleanValue = try container.decode(Double.self, forKey: .cleanValue)
        corruptedValue = try container.decode(Double.self, forKey: .corruptedValue)
        baseValue = try container.decode(Double.self, forKey: .baseValue)
        values = try container.decode([[Double]].self, forKey: .values)
        if let fault {
            throw DecodingError.dataCorrupted(
                .init(codingPath: container.codingPath, debugDescription: fault))
        }
    }
}
