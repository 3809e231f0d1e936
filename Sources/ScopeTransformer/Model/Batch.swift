/// The rows of a forward pass: every lane's tokens, one lane after the other.
struct Batch {
    /// The id of each row.
    private(set) var tokens: [Int] = []
    /// Where each row stands.
    private(set) var places: [RowPlace] = []

    var rowCount: Int { tokens.count }

    /// Checks the lanes against the model before anything is computed.
    init<Scalar>(
        _ lanes: [Lane<Scalar>], _ configuration: DecoderConfiguration
    ) throws(ModelFailure) {
        for (index, lane) in lanes.enumerated() {
            let length = lane.cache.count + lane.tokens.count
            guard length <= configuration.contextLength else {
                throw .contextExceeded(length: length, limit: configuration.contextLength)
            }
            for (offset, token) in lane.tokens.enumerated() {
                guard (0..<configuration.vocabularySize).contains(token) else {
                    throw .tokenOutOfRange(
                        id: token, vocabularySize: configuration.vocabularySize)
                }
                tokens.append(token)
                places.append(RowPlace(lane: index, row: lane.cache.count + offset))
            }
        }
    }

    /// The rows whose lanes ask for their logits.
    func rowsWithLogits<Scalar>(_ lanes: [Lane<Scalar>]) -> [Int] {
        places.indices.filter { row in
            let place = places[row]
            let lane = lanes[place.lane]
            switch lane.logits {
            case .all: return true
            case .last: return place.row == lane.cache.count + lane.tokens.count - 1
            case .none: return false
            }
        }
    }
}
