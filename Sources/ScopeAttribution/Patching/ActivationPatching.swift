public import ScopeDecoding
internal import ScopeTensor
public import ScopeTrace
public import ScopeTransformer

/// Activation patching between two prompts: what a prediction becomes when one part of one run takes
/// the state that it has in the other.
///
/// Also known as causal tracing (Meng et al., 2022, arXiv 2202.05262) and interchange intervention. The
/// prompts are equally long, and the prediction of the token after them is measured. A run of one of
/// them (by ``direction``) is made again for each part, with that part's state replaced by the other
/// run's and everything after it computed anew; the results are normalised as
/// `PatchingMatrix` says: 0 is the corrupted run, 1 the clean one.
///
/// ```swift
/// let patching = try ActivationPatching(
///     model, clean: clean, corrupted: corrupted,
///     measure: .logitDifference(paris, against: rome))
/// let matrix = try patching.sweep(over: .residual)
/// print(matrix.effects[3][7])      // layer 3, token 7
/// ```
///
/// A patched run begins at the first row that changes, with the keys and values of the run it is a
/// variant of, and several runs go through the model together as lanes of one batch.
public struct ActivationPatching: Sendable {
    /// The parts that are patched one by one.
    public enum Component: String, CaseIterable, Hashable, Sendable {
        /// The residual stream before a layer, at one row.
        case residual
        /// What attention adds to the residual stream in a layer, at one row.
        case attention
        /// What feed-forward adds to the residual stream in a layer, at one row.
        case feedForward = "feed-forward"
        /// What a query head gives before the output matrix, at all rows together.
        case heads
    }

    /// Whose model is run.
    public let context: ModelContext
    /// The measured number.
    public let measure: PatchingMeasure
    /// Which run is changed.
    public let direction: PatchingDirection
    /// Rows that go through the model at once, over all lanes; more take more memory.
    public var rowsAtOnce: Int {
        get { setup.rowsAtOnce }
        set { setup.rowsAtOnce = max(1, newValue) }
    }

    private var setup: PatchingSetup

    /// Names the prompts and what is measured.
    ///
    /// Nothing is added to the ids: if the model expects a beginning of text, put it in.
    ///
    /// - Parameters:
    ///   - context: Whose model is run.
    ///   - clean: The prompt with the behaviour.
    ///   - corrupted: The prompt without it, equally long: row by row the one's counterpart.
    ///   - measure: The measured number, of the prediction of the token after the prompts.
    ///   - direction: Which run is changed.
    /// - Throws: ``AttributionFailure``: prompts of other length, empty ones, ones that do not fit the
    ///   context, ids outside the vocabulary.
    public init(
        _ context: ModelContext, clean: [Int], corrupted: [Int], measure: PatchingMeasure,
        direction: PatchingDirection = .denoising
    ) throws(AttributionFailure) {
        self.context = context
        self.measure = measure
        self.direction = direction
        setup = try PatchingSetup(
            context, clean: clean, corrupted: corrupted, measure: measure, direction: direction)
    }

    /// What a sweep will take.
    ///
    /// - Parameters:
    ///   - component: The parts.
    ///   - positions: The rows; all by default. Of heads, the rows that are patched together.
    ///   - layers: The layers.
    /// - Returns: Tokens and bytes.
    /// - Throws: ``AttributionFailure/invalidSetting(name:reason:)`` for rows or layers there are not.
    public func estimate(
        over component: Component, positions: Range<Int>? = nil, layers: LayerSelection = .all
    ) throws(AttributionFailure) -> PatchingEstimate {
        let rows = try setup.checked(rows: positions, name: "positions")
        let cells = cells(component, rows, try setup.checked(layers: layers))
        return estimate(component, cells)
    }

    /// Patches part after part.
    ///
    /// A row before the first one at which the prompts differ has the same states in both; its cells
    /// are the base run's value, and nothing is run for them.
    ///
    /// - Parameters:
    ///   - component: The parts.
    ///   - positions: The rows; all by default. Of heads, the rows that are patched together.
    ///   - layers: The layers.
    ///   - budget: Bytes of states and caches that may be kept; nil for any number.
    ///   - progress: Told the tokens that have gone through, and those in all.
    /// - Returns: Layers × tokens; of heads layers × heads.
    /// - Throws: ``AttributionFailure``; ``AttributionFailure/nothingToPatch(value:)`` where the runs
    ///   measure the same, and `.model(.cancelled)` within a layer of the task's cancellation.
    /// - Complexity: ``estimate(over:positions:layers:)``.
    public func sweep(
        over component: Component, positions: Range<Int>? = nil, layers: LayerSelection = .all,
        budget: Int? = 2 << 30, progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) throws(AttributionFailure) -> PatchingMatrix {
        let rows = try setup.checked(rows: positions, name: "positions")
        let layers = try setup.checked(layers: layers)
        let cells = cells(component, rows, layers)
        let estimate = estimate(component, cells)
        try setup.check(estimate, budget: budget)
        let site = component.site
        var runs = try PatchingRuns(
            setup, baseStates: [:], sourceStates: [site: .layers(Set(layers))]
        ) { progress($0, estimate.forwardTokens) }
        let columns = component == .heads ? setup.shape.queryHeadCount : rows.count
        var values = layers.map { _ in Array(repeating: runs.base.value, count: columns) }
        // Cells in the order of their groups: what is replaced is cut out for one group at a time.
        for group in setup.groups(cells.map { setup.count - $0.rows.lowerBound }) {
            let variants = cells[group].map { cell in
                variant(cell, site, layer: layers[cell.place], runs.source.states)
            }
            let outcomes = try runs.run(variants) { progress($0, estimate.forwardTokens) }
            for (cell, outcome) in zip(cells[group], outcomes) {
                values[cell.place][cell.column] = outcome.value
            }
        }
        return PatchingMatrix(
            method: "activation-patching",
            settings: [
                "component": component.rawValue, "direction": direction.rawValue,
                "rows": "\(rows.lowerBound)..<\(rows.upperBound)",
            ].merging(measure.settings) { $1 },
            layers: layers,
            columns: component == .heads
                ? .heads(columns) : .tokens(rows.map { TokenIndex($0) }),
            cleanValue: runs.clean.value, corruptedValue: runs.corrupted.value,
            baseValue: runs.base.value, values: values)
    }

    /// A cell that is worth a run.
    private struct Cell {
        /// The layer's place among those chosen.
        let place: Int
        let column: Int
        let rows: Range<Int>
        let head: Int?
    }

    private func cells(
        _ component: Component, _ rows: Range<Int>, _ layers: [Int]
    ) -> [Cell] {
        let first = setup.firstDifference
        if component == .heads {
            let rows = max(rows.lowerBound, first)..<max(rows.upperBound, first)
            if rows.isEmpty || first >= setup.count { return [] }
            return layers.indices.flatMap { place in
                (0..<setup.shape.queryHeadCount).map {
                    Cell(place: place, column: $0, rows: rows, head: $0)
                }
            }
        }
        return rows.enumerated().filter { $0.element >= first }.flatMap { column, row in
            layers.indices.map {
                Cell(place: $0, column: column, rows: row..<row + 1, head: nil)
            }
        }
    }

    private func variant(
        _ cell: Cell, _ site: StateSite, layer: Int, _ source: CapturedStates
    ) -> PatchingRuns.Variant {
        let width = setup.shape.valueDimension
        let values = source.rows(
            cell.rows, site, layer: layer, width: site.width(in: setup.shape),
            columns: cell.head.map { $0 * width..<($0 + 1) * width })
        return PatchingRuns.Variant(
            firstRow: cell.rows.lowerBound,
            edits: [
                .replace(
                    site, layer: layer, rows: cell.rows,
                    part: cell.head.map { .queryHeads([QueryHead($0)]) } ?? .whole, with: values)
            ])
    }

    private func estimate(_ component: Component, _ cells: [Cell]) -> PatchingEstimate {
        let width = component.site.width(in: setup.shape)
        let layers = Set(cells.map(\.place)).count
        let lengths = cells.map { setup.count - $0.rows.lowerBound }
        return setup.estimate(
            lengths, passes: 1, stateBytes: 4 * layers * setup.count * width, variantBytes: 0)
    }
}

extension ActivationPatching.Component {
    /// The place in the block that is replaced.
    var site: StateSite {
        switch self {
        case .residual: .residualBefore
        case .attention: .attentionOutput
        case .feedForward: .feedForwardOutput
        case .heads: .headOutputs
        }
    }
}
