public import ScopeDecoding
internal import ScopeTensor
public import ScopeTrace
public import ScopeTransformer

/// A query head of one layer.
public struct HeadPlace: Hashable, Sendable {
    /// The layer.
    public var layer: Int
    /// The head.
    public var head: QueryHead

    /// Names a head.
    public init(layer: Int, head: Int) {
        self.layer = layer
        self.head = QueryHead(head)
    }
}

/// Path patching between two prompts: what a prediction becomes when the way from some heads to a
/// receiver, and no other, carries the other run's states.
///
/// As Wang et al. (2022, arXiv 2211.00593, appendix B) define it, and Goldowsky-Dill et al. (2023,
/// arXiv 2304.05969) generalise it:
///
/// 1. Both prompts are run.
/// 2. The base prompt is run again with every head's output held at its value of the base run, but
///    for the senders, which give what they give in the other run. What reaches the receiver has
///    changed by the direct ways from the senders alone; by ``Frozen`` those ways go through
///    feed-forward parts or not.
/// 3. The base prompt is run a third time with the receiver's input as step 2 has it and everything
///    else computed anew. Where the receiver is the prediction itself, step 2 is the result.
///
/// Results are normalised as `PatchingMatrix` says: 0 is the corrupted run, 1 the clean one. Wang et
/// al. patch states of the corrupted run into the clean one, which is the default here: a way without
/// effect gives 1.
public struct PathPatching: Sendable {
    /// What a way ends at.
    public enum Receiver: Hashable, Sendable {
        /// The prediction: the final norm and the head.
        case logits
        /// The queries of some heads.
        case queries(Set<HeadPlace>)
        /// The keys of some heads; where heads share keys, all that do must be named.
        case keys(Set<HeadPlace>)
        /// The values of some heads; where heads share values, all that do must be named.
        case values(Set<HeadPlace>)
    }

    /// What is held at its value of the base run on the way.
    public enum Frozen: String, CaseIterable, Hashable, Sendable {
        /// Every head but the senders; feed-forward parts are computed anew (Wang et al., 2022).
        case heads
        /// Every head but the senders, and every feed-forward part: only the residual stream carries
        /// the change (a direct path of Goldowsky-Dill et al., 2023).
        case headsAndFeedForward = "heads-and-feed-forward"
    }

    /// Whose model is run.
    public let context: ModelContext
    /// The measured number.
    public let measure: PatchingMeasure
    /// Which run is changed.
    public let direction: PatchingDirection
    /// What is held fixed on the way.
    public var frozen = Frozen.heads
    /// Rows that go through the model at once, over all lanes; more take more memory.
    public var rowsAtOnce: Int {
        get { setup.rowsAtOnce }
        set { setup.rowsAtOnce = max(1, newValue) }
    }

    var setup: PatchingSetup

    /// Names the prompts and what is measured.
    ///
    /// - Parameters:
    ///   - context: Whose model is run.
    ///   - clean: The prompt with the behaviour.
    ///   - corrupted: The prompt without it, equally long.
    ///   - measure: The measured number, of the prediction of the token after the prompts.
    ///   - direction: Which run is changed.
    /// - Throws: ``AttributionFailure``, as ``ActivationPatching`` does.
    public init(
        _ context: ModelContext, clean: [Int], corrupted: [Int], measure: PatchingMeasure,
        direction: PatchingDirection = .noising
    ) throws(AttributionFailure) {
        self.context = context
        self.measure = measure
        self.direction = direction
        setup = try PatchingSetup(
            context, clean: clean, corrupted: corrupted, measure: measure, direction: direction)
    }

    /// What a sweep over senders will take.
    ///
    /// - Parameters:
    ///   - receiver: What the ways end at.
    ///   - rows: The senders' rows; all by default.
    ///   - layers: The senders' layers.
    /// - Returns: Tokens and bytes.
    /// - Throws: ``AttributionFailure/invalidSetting(name:reason:)`` for what the model lacks.
    public func estimate(
        to receiver: Receiver, rows: Range<Int>? = nil, layers: LayerSelection = .all
    ) throws(AttributionFailure) -> PatchingEstimate {
        let receiver = try PathReceiver(receiver, setup.shape)
        let rows = try setup.checked(rows: rows, name: "rows")
        let layers = try setup.checked(layers: layers)
        let count = layers.count { $0 < receiver.end } * setup.shape.queryHeadCount
        return estimate(receiver, ways: count, rows)
    }

    /// Takes each head by itself as the sender.
    ///
    /// Heads that do not come before the receiver have no way to it; their cells are the base run's
    /// value, and nothing is run for them.
    ///
    /// - Parameters:
    ///   - receiver: What the ways end at.
    ///   - rows: The senders' rows; all by default.
    ///   - layers: The senders' layers.
    ///   - budget: Bytes of states and caches that may be kept; nil for any number.
    ///   - progress: Told the tokens that have gone through, and those in all.
    /// - Returns: Layers × heads.
    /// - Throws: ``AttributionFailure``, as ``ActivationPatching/sweep(over:positions:layers:budget:progress:)``
    ///   does.
    /// - Complexity: ``estimate(to:rows:layers:)``.
    public func sweep(
        to receiver: Receiver, rows: Range<Int>? = nil, layers: LayerSelection = .all,
        budget: Int? = 2 << 30, progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) throws(AttributionFailure) -> PatchingMatrix {
        let layers = try setup.checked(layers: layers)
        let heads = setup.shape.queryHeadCount
        let end = try PathReceiver(receiver, setup.shape).end
        let senders = layers.filter { $0 < end }.flatMap { layer in
            (0..<heads).map { Set([HeadPlace(layer: layer, head: $0)]) }
        }
        let result = try run(senders, to: receiver, rows: rows, budget: budget, progress)
        var values = layers.map { _ in Array(repeating: result.runs.base.value, count: heads) }
        for (place, layer) in layers.enumerated() where layer < end {
            let start = place * heads
            values[place] = Array(result.values[start..<start + heads])
        }
        let rows = try setup.checked(rows: rows, name: "rows")
        return PatchingMatrix(
            method: "path-patching",
            settings: [
                "receiver": receiver.description, "frozen": frozen.rawValue,
                "direction": direction.rawValue,
                "rows": "\(rows.lowerBound)..<\(rows.upperBound)",
            ].merging(measure.settings) { $1 },
            layers: layers, columns: .heads(heads), cleanValue: result.runs.clean.value,
            corruptedValue: result.runs.corrupted.value, baseValue: result.runs.base.value,
            values: values)
    }

    /// Takes some heads together as senders.
    ///
    /// - Parameters:
    ///   - senders: The heads; all before the receiver.
    ///   - receiver: What the ways end at.
    ///   - rows: The senders' rows; all by default.
    ///   - budget: Bytes of states and caches that may be kept; nil for any number.
    /// - Returns: The measured value beside those of the two runs.
    /// - Throws: ``AttributionFailure``.
    /// - Complexity: Two or three passes over the prompt, besides the two runs.
    public func effect(
        of senders: Set<HeadPlace>, on receiver: Receiver, rows: Range<Int>? = nil,
        budget: Int? = 2 << 30
    ) throws(AttributionFailure) -> PathEffect {
        let end = try PathReceiver(receiver, setup.shape).end
        for sender in senders {
            try sender.check(setup.shape, name: "senders")
            guard sender.layer < end else {
                throw .invalidSetting(
                    name: "senders",
                    reason: "has layer \(sender.layer), from which no way leads to the receiver")
            }
        }
        let result = try run([senders], to: receiver, rows: rows, budget: budget) { _, _ in }
        return PathEffect(
            value: result.values[0], cleanValue: result.runs.clean.value,
            corruptedValue: result.runs.corrupted.value)
    }
}

/// What patching one way did to a prediction.
public struct PathEffect: Hashable, Sendable {
    /// The measured value.
    public var value: Double
    /// That of the clean run.
    public var cleanValue: Double
    /// That of the corrupted run.
    public var corruptedValue: Double
    /// Where the value lies between the runs: 0 is the corrupted one, 1 the clean one.
    public var normalized: Double {
        (value - corruptedValue) / (cleanValue - corruptedValue)
    }
}
