internal import ScopeTensor
internal import ScopeTransformer

extension AttributedText {
    /// Targets that are checked against the text.
    func checked(
        _ targets: [AttributionTarget]
    ) throws(AttributionFailure) -> [CheckedTarget] {
        var checked: [CheckedTarget] = []
        for target in targets { checked.append(try self.checked(target)) }
        return checked
    }

    /// Rows that a pass for some targets needs: those behind the last target have no part.
    ///
    /// All of them where a rotation changes with the text's length.
    func rowCount(_ targets: [CheckedTarget]) -> Int {
        if model.configuration.hasChangingRotation { return ids.count }
        return (targets.map(\.row).max() ?? 0) + 1
    }

    /// The first rows of the text's embeddings.
    func embeddings(_ count: Int) -> Tensor<Float> {
        Tensor(
            rows: count, columns: embeddings.columns,
            values: Array(embeddings.storage[..<(count * embeddings.columns)]))
    }

    /// Takes the gradients of an objective in several passes over changed embeddings.
    ///
    /// - Parameters:
    ///   - objective: What is differentiated.
    ///   - targets: Whose objective; all go back together in every pass.
    ///   - passes: How many passes.
    ///   - input: What goes into each pass.
    ///   - each: Receives the gradient of every target in every pass.
    /// - Throws: ``AttributionFailure``.
    func gradients(
        of objective: AttributionObjective, _ targets: [CheckedTarget], passes: Int,
        input: (Int) throws(AttributionFailure) -> Tensor<Float>,
        each: (_ pass: Int, _ target: Int, _ gradient: Tensor<Float>) -> Void
    ) throws(AttributionFailure) {
        for pass in 0..<passes {
            let tape = try record(try input(pass))
            var probes: [GradientProbe<Float>] = []
            for target in targets {
                let state = model.hiddenStates(of: tape, rows: [target.row])
                probes.append(try objective.probe(target, hiddenState: state, model))
            }
            for (target, gradient) in try gradients(of: tape, probes).enumerated() {
                each(pass, target, gradient)
            }
        }
    }

    /// The objective of each target in the intact text.
    func intactValues(
        _ objective: AttributionObjective, _ targets: [CheckedTarget]
    ) throws(AttributionFailure) -> [Double] {
        var values: [Double] = []
        for target in targets {
            values.append(
                try objective.value(target, hiddenState: hiddenState(target.row), model))
        }
        return values
    }

    /// The objective of each target where other rows stand in the place of the text's.
    func values(
        _ objective: AttributionObjective, _ targets: [CheckedTarget], at rows: Tensor<Float>
    ) throws(AttributionFailure) -> [Double] {
        let tape = try AttributionFailure.wrappingModel { () throws(ModelFailure) in
            try model.record(rows, memory: .inputs) { (_) throws(ModelFailure) in
                if Task.isCancelled { throw .cancelled }
            }
        }
        var values: [Double] = []
        for target in targets {
            let state = model.hiddenStates(of: tape, rows: [target.row])
            values.append(try objective.value(target, hiddenState: state, model))
        }
        return values
    }
}

/// Sums of what passes give each embedding scalar, in `Double`, one array a target.
struct GradientSums {
    private(set) var values: [[Double]]
    let width: Int

    init(targets: Int, rows: Int, width: Int) {
        values = Array(repeating: Array(repeating: 0, count: rows * width), count: targets)
        self.width = width
    }

    mutating func add(_ gradient: Tensor<Float>, to target: Int, times weight: Double) {
        for place in gradient.storage.indices {
            values[target][place] += weight * Double(gradient.storage[place])
        }
    }

    /// One number a row up to a target's own.
    func scores(
        _ target: Int, upTo row: Int,
        _ score: (_ sums: ArraySlice<Double>, _ row: Int) -> Double
    ) -> [Double] {
        (0...row).map { score(values[target][$0 * width..<($0 + 1) * width], $0) }
    }
}
