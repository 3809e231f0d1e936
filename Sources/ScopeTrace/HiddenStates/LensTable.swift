/// What hidden states say when they are read as predictions: by token and layer, for a table.
///
/// Made from a trace by ``TokenTrace/lensTable(_:)``.
public struct LensTable: Hashable, Codable, Sendable {
    /// What one layer would have predicted.
    public struct Reading: Hashable, Codable, Sendable {
        /// `k` for the input of block `k` (0: the embedding), the number of layers for the model's own
        /// prediction.
        public var layer: Int
        /// The most probable tokens, most probable first.
        public var ids: [Int]
        /// Their probabilities.
        public var probabilities: [Double]
        /// KL(final ‖ layer), in nats.
        public var divergence: Double
        /// The entropy of the layer's distribution, in nats.
        public var entropy: Double
        /// The probability of the token that stands there.
        public var probability: Double
        /// The place of the token that stands there among all, from 1.
        public var rank: Int

        /// Makes a reading.
        public init(
            layer: Int, ids: [Int], probabilities: [Double], divergence: Double, entropy: Double,
            probability: Double, rank: Int
        ) {
            self.layer = layer
            self.ids = ids
            self.probabilities = probabilities
            self.divergence = divergence
            self.entropy = entropy
            self.probability = probability
            self.rank = rank
        }
    }

    /// The readings at one token.
    public struct Column: Hashable, Codable, Sendable {
        /// The token whose prediction is read.
        public var token: TokenIndex
        /// One reading a layer, in the order of ``LensTable/layers``.
        public var readings: [Reading]
        /// The first of the layers at which the model's own first choice is the most probable token.
        public var leadingLayer: Int

        /// Makes a column.
        public init(token: TokenIndex, readings: [Reading], leadingLayer: Int) {
            self.token = token
            self.readings = readings
            self.leadingLayer = leadingLayer
        }
    }

    /// How the states were read.
    public var kind: LensKind
    /// The layers that were read, in order; the last is the model's own prediction.
    public var layers: [Int]
    /// The tokens that were looked at, in order.
    public var columns: [Column]

    /// Makes a table.
    public init(kind: LensKind, layers: [Int], columns: [Column]) {
        self.kind = kind
        self.layers = layers
        self.columns = columns
    }
}

extension TokenTrace {
    /// What a lens observer has recorded, as a table; nil where none has.
    ///
    /// - Parameter kind: How the states were read.
    /// - Returns: The table of the tokens whose columns are whole.
    /// - Complexity: O(tokens × layers × ids).
    public func lensTable(_ kind: LensKind = .logit) -> LensTable? {
        let stem = kind.ids(layer: 0).name.dropLast()
        let layers = metrics.columns.compactMap { column in
            column.name.hasPrefix(stem) ? Int(column.name.dropFirst(stem.count)) : nil
        }.sorted()
        guard !layers.isEmpty, let divergence = self[kind.divergence],
            let entropy = self[kind.entropy], let probability = self[kind.probability],
            let rank = self[kind.rank], let lead = self[kind.lead]
        else { return nil }
        let ids = layers.map { self[kind.ids(layer: $0)] }
        let probabilities = layers.map { self[kind.probabilities(layer: $0)] }
        var table = LensTable(kind: kind, layers: layers, columns: [])
        for token in tokens.indices {
            guard let divergence = divergence[token]?.values, let entropy = entropy[token]?.values,
                let probability = probability[token]?.values, let rank = rank[token]?.values,
                let lead = lead[token],
                [divergence, entropy, probability, rank].allSatisfy({ $0.count == layers.count })
            else { continue }
            let readings = layers.indices.compactMap { place -> LensTable.Reading? in
                guard let ids = ids[place]?[token]?.values,
                    let probabilities = probabilities[place]?[token]?.values,
                    let rank = Int(exactly: rank[place])
                else { return nil }
                return LensTable.Reading(
                    layer: layers[place], ids: ids, probabilities: probabilities,
                    divergence: divergence[place], entropy: entropy[place],
                    probability: probability[place], rank: rank)
            }
            guard readings.count == layers.count else { continue }
            table.columns.append(
                LensTable.Column(
                    token: TokenIndex(token), readings: readings, leadingLayer: lead))
        }
        return table
    }
}
