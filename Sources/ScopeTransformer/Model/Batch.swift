internal import ScopeTensor

/// The rows of a forward pass: every lane's tokens, one lane after the other.
struct Batch<Scalar: TensorScalar> {
    /// The id of each row.
    private(set) var tokens: [Int] = []
    /// Where each row stands.
    private(set) var places: [RowPlace] = []
    /// Rows of each lane.
    private(set) var lengths: [Int] = []
    /// The text length that defines each lane's rotation.
    private(set) var definingLengths: [Int] = []
    /// Each lane's first row that its caller asked for; rows before it are computed anew, because
    /// the rotation has changed with the text's length, and stay silent.
    private var firstRows: [Int] = []
    /// Caches that were emptied, as they were before.
    private var emptied: [(lane: Int, cache: KVCache<Scalar>)] = []

    var rowCount: Int { tokens.count }

    /// Checks the lanes against the model before anything is computed.
    ///
    /// Caches whose rows no longer hold are emptied.
    init(
        _ lanes: inout [Lane<Scalar>], _ configuration: DecoderConfiguration,
        _ rotaryLength: RotaryLength
    ) throws(ModelFailure) {
        for lane in lanes {
            let length = lane.cache.count + lane.tokens.count
            guard length <= configuration.contextLength else {
                throw .contextExceeded(length: length, limit: configuration.contextLength)
            }
            for token in lane.tokens where !(0..<configuration.vocabularySize).contains(token) {
                throw .tokenOutOfRange(id: token, vocabularySize: configuration.vocabularySize)
            }
        }
        for index in lanes.indices {
            let first = lanes[index].cache.count
            let length = first + lanes[index].tokens.count
            let defining = configuration.definingLength(
                of: max(length, lanes[index].textLength ?? 0))
            var history: [Int] = []
            if rotaryLength == .wholeText, !lanes[index].tokens.isEmpty {
                history = lanes[index].cache.history(unlessDefinedBy: defining)
            }
            if !history.isEmpty {
                emptied.append((lane: index, cache: lanes[index].cache))
                lanes[index].cache.truncate(to: 0)
            }
            append(
                history + lanes[index].tokens, lane: index, from: first - history.count)
            firstRows.append(first)
            definingLengths.append(defining)
        }
    }

    private mutating func append(_ ids: [Int], lane: Int, from start: Int) {
        tokens += ids
        for offset in ids.indices { places.append(RowPlace(lane: lane, row: start + offset)) }
        lengths.append(ids.count)
    }

    /// Gives the lanes back the caches they had, after a pass that did not succeed.
    mutating func restoreCaches(_ lanes: inout [Lane<Scalar>]) {
        for (lane, cache) in emptied { lanes[lane].cache = cache }
        emptied = []
    }

    /// A lane's rows.
    func rows(ofLane lane: Int) -> Range<Int> {
        let start = lengths[..<lane].reduce(0, +)
        return start..<start + lengths[lane]
    }

    /// The ids of a lane's rows.
    func tokens(ofLane lane: Int) -> ArraySlice<Int> {
        tokens[rows(ofLane: lane)]
    }

    /// Whether nobody asked for a row.
    func isSilent(_ row: Int) -> Bool {
        places[row].row < firstRows[places[row].lane]
    }

    /// The rows whose lanes ask for their logits.
    func rowsWithLogits(_ lanes: [Lane<Scalar>]) -> [Int] {
        places.indices.filter { row in
            switch lanes[places[row].lane].logits {
            case .all: !isSilent(row)
            case .last: row == places.count - 1 || places[row + 1].lane != places[row].lane
            case .none: false
            }
        }
    }
}

extension DecoderConfiguration {
    /// Whether a rotation changes with the length of the text.
    public var hasChangingRotation: Bool { definingLength(of: 1) > 0 }

    /// The text length that defines the rotation of a text of `length` tokens; see
    /// ``RotaryConfiguration/definingLength(of:)``.
    func definingLength(of length: Int) -> Int {
        layers.reduce(0) { longest, layer in
            max(longest, layer.rotary?.definingLength(of: length) ?? 0)
        }
    }
}
