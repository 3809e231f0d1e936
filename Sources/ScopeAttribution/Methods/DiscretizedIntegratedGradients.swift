internal import ScopeTensor
public import ScopeTrace
internal import ScopeTransformer

/// Discretised integrated gradients (Sanyal and Ren, EMNLP 2021, arXiv 2108.13654): gradients summed
/// along a way that bends towards rows of the embedding table, times the steps; signed.
///
/// From each token's row to the baseline, every step goes to the anchor among the ``neighbours`` nearest
/// rows whose nearest monotonic point is nearest to it (the paper's greedy choice); that point is the
/// next place. All tokens move together. Every scalar moves one way only, so the sum approaches the
/// difference of the objective as ``partsPerStep`` grows; `completeness.gap` says how nearly. The first
/// steps are the longest where many rows lie between a token and the baseline.
public struct DiscretizedIntegratedGradients: AttributionMethod {
    /// Which number is differentiated.
    public var objective: AttributionObjective
    /// Where the way ends; the paper's is a padding token.
    public var baseline: IntegratedGradients.Baseline
    /// Steps between the token and the baseline.
    public var steps: Int
    /// Rows of the embedding table that may be the next anchor.
    public var neighbours: Int
    /// Equal parts that each step is cut into (the paper's up-sampling): the more, the smaller the gap.
    public var partsPerStep: Int

    /// The method's name.
    public let name = "discretized-integrated-gradients"

    /// Creates the method.
    public init(
        _ objective: AttributionObjective = .logit,
        baseline: IntegratedGradients.Baseline = .meanEmbedding, steps: Int = 16,
        neighbours: Int = 32, partsPerStep: Int = 2
    ) {
        self.objective = objective
        self.baseline = baseline
        self.steps = steps
        self.neighbours = neighbours
        self.partsPerStep = partsPerStep
    }

    /// Explains predictions.
    ///
    /// - Parameters:
    ///   - targets: Which predictions.
    ///   - text: The text.
    /// - Returns: One attribution a target, signed, with `completeness.gap`, `value.input` and
    ///   `value.baseline` among its diagnostics.
    /// - Throws: ``AttributionFailure``.
    /// - Complexity: One pass forth and, for each target, one back at every step, and
    ///   O(vocabulary · hidden size) for every step of every token.
    public func attribute(
        _ targets: [AttributionTarget], in text: AttributedText
    ) throws(AttributionFailure) -> [Attribution] {
        guard steps > 0 else { throw .invalidSetting(name: "steps", reason: "must be at least 1") }
        guard neighbours > 0 else {
            throw .invalidSetting(name: "neighbours", reason: "must be at least 1")
        }
        guard partsPerStep > 0 else {
            throw .invalidSetting(name: "partsPerStep", reason: "must be at least 1")
        }
        let checked = try text.checked(targets)
        let input = text.embeddings(text.rowCount(checked))
        let end = try baseline.rows(input.rows, text)
        let anchors = try way(from: input, to: end, text)
        let parts = partsPerStep
        let count = (anchors.count - 1) * parts + 1
        func place(_ number: Int) -> Tensor<Float> {
            let share = Double(number % parts) / Double(parts)
            let anchor = anchors[number / parts]
            return share == 0 ? anchor : anchor.way(to: anchors[number / parts + 1], share)
        }
        var sums = checked.map { Array(repeating: 0.0, count: $0.row + 1) }
        // The trapezoid of each step: half of it by the gradient at either of its ends.
        try text.gradients(
            of: objective, checked, passes: count,
            input: { (pass) throws(AttributionFailure) in place(pass) },
            each: { pass, target, gradient in
                let before = place(max(pass - 1, 0))
                let after = place(min(pass + 1, count - 1))
                for row in sums[target].indices {
                    for place in gradient.slice(row).indices {
                        let step = Double(before.storage[place]) - Double(after.storage[place])
                        sums[target][row] += 0.5 * step * Double(gradient.storage[place])
                    }
                }
            })
        let own = try text.intactValues(objective, checked)
        let other = try text.values(objective, checked, at: end)
        return checked.enumerated().map { index, target in
            Attribution(
                method: name,
                settings: [
                    "objective": objective.rawValue, "baseline": baseline.name,
                    "steps": String(steps), "neighbours": String(neighbours),
                    "partsPerStep": String(parts),
                ].merging(target.settings) { $1 },
                target: target.token, targetID: target.id, scores: sums[index], isSigned: true,
                diagnostics: [
                    "completeness.gap": sums[index].reduce(0, +) - (own[index] - other[index]),
                    "value.input": own[index], "value.baseline": other[index],
                ])
        }
    }

    /// The places from the input to the baseline, both included.
    private func way(
        from input: Tensor<Float>, to end: Tensor<Float>, _ text: AttributedText
    ) throws(AttributionFailure) -> [Tensor<Float>] {
        var places = [input]
        guard steps > 1 else { return [input, end] }
        let table = try EmbeddingTable(text)
        // A token that occurs again goes the same way.
        var ways: [ArraySlice<Float>: [[Float]]] = [:]
        for row in 0..<input.rows where ways[input.slice(row)] == nil {
            if Task.isCancelled { throw .model(.cancelled) }
            ways[input.slice(row)] = table.way(
                from: Array(input.slice(row)), to: Array(end.slice(row)), steps: steps,
                neighbours: neighbours)
        }
        for step in 0..<steps - 1 {
            var place = input
            for row in 0..<input.rows {
                guard let way = ways[input.slice(row)] else { continue }
                let start = row * input.columns
                place.storage.replaceSubrange(start..<start + input.columns, with: way[step])
            }
            places.append(place)
        }
        return places + [end]
    }
}

/// The rows of an embedding table, for ways that bend towards them.
private struct EmbeddingTable {
    let rows: Tensor<Float>

    init(_ text: AttributedText) throws(AttributionFailure) {
        rows = try AttributionFailure.wrappingModel { () throws(ModelFailure) in
            try text.model.embeddings(of: Array(0..<text.model.configuration.vocabularySize))
        }
    }

    /// The places between a row and its baseline.
    func way(from start: [Float], to end: [Float], steps: Int, neighbours: Int) -> [[Float]] {
        var place = start
        var way: [[Float]] = []
        for step in 0..<steps - 1 {
            // A scalar that the anchor would move the wrong way takes its even share instead.
            let share = 1 / Float(steps - step)
            var best = (distance: Double.infinity, point: place)
            for anchor in nearest(neighbours, to: place) {
                var point = place
                var distance = 0.0
                for column in place.indices {
                    let value = rows[anchor, column]
                    let (low, high) = (
                        min(place[column], end[column]), max(place[column], end[column])
                    )
                    point[column] =
                        low <= value && value <= high
                        ? value : place[column] + share * (end[column] - place[column])
                    let error = Double(point[column]) - Double(value)
                    distance += error * error
                }
                if distance < best.distance { best = (distance, point) }
            }
            place = best.point
            way.append(place)
        }
        return way
    }

    /// The rows nearest to a point, the point itself left out.
    private func nearest(_ count: Int, to point: [Float]) -> [Int] {
        var distances = [Float](repeating: 0, count: rows.rows)
        for row in distances.indices {
            let start = row * rows.columns
            var sum: Float = 0
            for column in point.indices {
                let error = rows.storage[start + column] - point[column]
                sum += error * error
            }
            distances[row] = sum
        }
        return Array(
            distances.indices.filter { distances[$0] > 0 }
                .sorted { (distances[$0], $0) < (distances[$1], $1) }.prefix(count))
    }
}
