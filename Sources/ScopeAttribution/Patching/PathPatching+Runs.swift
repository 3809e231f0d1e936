internal import ScopeDecoding
internal import ScopeTensor
internal import ScopeTransformer

/// A receiver as the engine knows it.
struct PathReceiver {
    /// The state that takes the patched input; nil for the prediction.
    let site: StateSite?
    /// By layer, the part of it.
    let parts: [Int: StatePart]
    /// The first layer from which no way leads to the receiver.
    let end: Int

    init(
        _ receiver: PathPatching.Receiver, _ shape: DecoderConfiguration
    ) throws(AttributionFailure) {
        let heads: Set<HeadPlace>
        switch receiver {
        case .logits:
            (site, parts, end) = (nil, [:], shape.layerCount)
            return
        case .queries(let places): (site, heads) = (.queries, places)
        case .keys(let places): (site, heads) = (.keys, places)
        case .values(let places): (site, heads) = (.values, places)
        }
        guard !heads.isEmpty else {
            throw .invalidSetting(name: "receiver", reason: "must name a head")
        }
        let group = shape.queryHeadCount / shape.keyValueHeadCount
        var parts: [Int: StatePart] = [:]
        for place in heads { try place.check(shape, name: "receiver") }
        for (layer, places) in Dictionary(grouping: heads, by: \.layer) {
            let queries = Set(places.map(\.head))
            guard site != .queries else {
                parts[layer] = .queryHeads(queries)
                continue
            }
            let shared = Set(queries.map { KeyValueHead($0.index / group) })
            let all = shared.flatMap { $0.index * group..<($0.index + 1) * group }
            if let missing = all.sorted().first(where: { !queries.contains(QueryHead($0)) }) {
                throw .invalidSetting(
                    name: "receiver",
                    reason: "must name head \(missing) of layer \(layer) as well, which reads the "
                        + "same keys and values")
            }
            parts[layer] = .keyValueHeads(shared)
        }
        self.parts = parts
        end = parts.keys.max() ?? 0
    }
}

extension HeadPlace {
    func check(_ shape: DecoderConfiguration, name: String) throws(AttributionFailure) {
        guard (0..<shape.layerCount).contains(layer),
            (0..<shape.queryHeadCount).contains(head.index)
        else {
            throw .invalidSetting(
                name: name,
                reason: "has head \(head.index) of layer \(layer), which the model lacks")
        }
    }
}

extension PathPatching {
    func estimate(
        _ receiver: PathReceiver, ways: Int, _ rows: Range<Int>
    ) -> PatchingEstimate {
        let first = max(rows.lowerBound, setup.firstDifference)
        let isNeeded = first < rows.upperBound
        let lengths = Array(repeating: setup.count - first, count: isNeeded ? ways : 0)
        let shape = setup.shape
        let heads = StateSite.headOutputs.width(in: shape)
        // Of both runs the heads' outputs; of the base run feed-forward's too where it is frozen.
        let width = 2 * heads + (frozen == .heads ? 0 : shape.hiddenSize)
        let received = receiver.site.map { $0.width(in: shape) * receiver.parts.count } ?? 0
        return setup.estimate(
            lengths, passes: receiver.site == nil ? 1 : 2,
            stateBytes: 4 * 2 * shape.layerCount * setup.count * width,
            variantBytes: 4 * received)
    }

    /// The measured value for each set of senders.
    func run(
        _ senders: [Set<HeadPlace>], to receiver: Receiver, rows: Range<Int>?, budget: Int?,
        _ progress: (_ done: Int, _ total: Int) -> Void
    ) throws(AttributionFailure) -> (runs: PatchingRuns, values: [Double]) {
        let receiver = try PathReceiver(receiver, setup.shape)
        let rows = try setup.checked(rows: rows, name: "rows")
        let estimate = estimate(receiver, ways: senders.count, rows)
        try setup.check(estimate, budget: budget)
        func report(_ done: Int) { progress(done, estimate.forwardTokens) }
        var kept: [StateSite: LayerSelection] = [.headOutputs: .all]
        if frozen == .headsAndFeedForward { kept[.feedForwardOutput] = .all }
        var runs = try PatchingRuns(
            setup, baseStates: kept, sourceStates: [.headOutputs: .all], progress: report)
        let first = max(rows.lowerBound, setup.firstDifference)
        guard first < rows.upperBound else {
            return (runs, senders.map { _ in runs.base.value })
        }
        let freezing = freezing(from: first, runs.base.states)
        var values: [Double] = []
        for group in setup.groups(senders.map { _ in setup.count - first }) {
            let sending = senders[group].map { senders in
                PatchingRuns.Variant(
                    firstRow: first,
                    edits: freezing
                        + sends(senders, rows: first..<rows.upperBound, runs.source.states),
                    states: receiver.site.map { [$0: .layers(Set(receiver.parts.keys))] } ?? [:])
            }
            let sent = try runs.run(sending, progress: report)
            guard let site = receiver.site else {
                values += sent.map(\.value)
                continue
            }
            let receiving = sent.map { outcome in
                PatchingRuns.Variant(
                    firstRow: first, edits: receipts(receiver, site, from: first, outcome.states))
            }
            values += try runs.run(receiving, progress: report).map(\.value)
        }
        return (runs, values)
    }

    /// Holds what is frozen at its value of the base run.
    private func freezing(from first: Int, _ base: CapturedStates) -> [Intervention<Float>] {
        let rows = first..<setup.count
        let shape = setup.shape
        var edits: [Intervention<Float>] = []
        for layer in 0..<shape.layerCount {
            for site in [StateSite.headOutputs, .feedForwardOutput]
            where site == .headOutputs || frozen == .headsAndFeedForward {
                edits.append(
                    .replace(
                        site, layer: layer, rows: rows,
                        with: base.rows(
                            rows, site, layer: layer, width: site.width(in: shape))))
            }
        }
        return edits
    }

    /// Lets senders give what they give in the other run.
    private func sends(
        _ senders: Set<HeadPlace>, rows: Range<Int>, _ source: CapturedStates
    ) -> [Intervention<Float>] {
        let width = setup.shape.valueDimension
        return senders.map { sender in
            let head = sender.head.index
            return .replace(
                .headOutputs, layer: sender.layer, rows: rows,
                part: .queryHeads([sender.head]),
                with: source.rows(
                    rows, .headOutputs, layer: sender.layer,
                    width: StateSite.headOutputs.width(in: setup.shape),
                    columns: head * width..<(head + 1) * width))
        }
    }

    /// Gives the receiver what has reached it.
    private func receipts(
        _ receiver: PathReceiver, _ site: StateSite, from first: Int, _ sent: CapturedStates
    ) -> [Intervention<Float>] {
        let rows = first..<setup.count
        let shape = setup.shape
        let width = shape.headWidth(of: site)
        return receiver.parts.sorted { $0.key < $1.key }.flatMap { layer, part in
            part.heads.map { head, part in
                .replace(
                    site, layer: layer, rows: rows, part: part,
                    with: sent.rows(
                        rows, site, layer: layer, width: site.width(in: shape),
                        columns: head * width..<(head + 1) * width))
            }
        }
    }
}

extension DecoderConfiguration {
    /// The scalars of one head in a state that is made up of heads.
    fileprivate func headWidth(of site: StateSite) -> Int {
        site == .values ? valueDimension : headDimension
    }
}

extension StatePart {
    /// Head by head.
    fileprivate var heads: [(index: Int, part: StatePart)] {
        switch self {
        case .whole: []
        case .queryHeads(let heads): heads.map { ($0.index, .queryHeads([$0])) }
        case .keyValueHeads(let heads): heads.map { ($0.index, .keyValueHeads([$0])) }
        }
    }
}

extension PathPatching.Receiver: CustomStringConvertible {
    /// As a matrix records it, such as "values 3.0 3.1": layer and head.
    public var description: String {
        switch self {
        case .logits: "logits"
        case .queries(let places): "queries " + places.phrase
        case .keys(let places): "keys " + places.phrase
        case .values(let places): "values " + places.phrase
        }
    }
}

extension Set<HeadPlace> {
    fileprivate var phrase: String {
        map { ($0.layer, $0.head.index) }.sorted { $0 < $1 }.map { "\($0.0).\($0.1)" }
            .joined(separator: " ")
    }
}
