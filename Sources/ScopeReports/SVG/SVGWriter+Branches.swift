public import ScopeTrace

extension SVGWriter {
    /// A tree of branches: a line for each run of tokens without a branch in it, each token coloured by a
    /// metric.
    ///
    /// A line hangs on the one that it branches from; behind its text stand its name and its number of
    /// tokens. Prompt tokens have no colour, forced ones are underlined, and each token's node and value
    /// are shown where a pointer rests. Lines are cut after ``lineColumns``.
    ///
    /// - Parameters:
    ///   - tree: The tree.
    ///   - scale: How values turn into heat; its name is the metric's.
    ///   - title: The heading; by default it names metric and model.
    /// - Returns: The picture.
    /// - Complexity: O(nodes).
    public func branches(
        of tree: BranchTree, scale: HeatScale = .surprisal, title: String? = nil
    ) -> String {
        var layout = SVGBranchLayout(tree: tree, scale: scale, limit: lineColumns)
        layout.draw()
        return layout.finish(
            title: title ?? "\(scale.name) along each branch, by \(tree.header.model.name)")
    }
}

/// Lays the runs of a tree out in lines.
private struct SVGBranchLayout {
    let tree: BranchTree
    let scale: HeatScale
    let limit: Int
    private var picture = SVGDocument()
    private let runs: [BranchRun]

    private static let left = 12.0
    private static let top = 92.0
    private static let step = 20.0
    private static let lineHeight = 26.0

    init(tree: BranchTree, scale: HeatScale, limit: Int) {
        self.tree = tree
        self.scale = scale
        self.limit = limit
        let named = Set(tree.names.values)
        runs = tree.runs { node in
            guard let parent = node.parent.flatMap({ tree[$0] }) else { return true }
            return named.contains(parent.id)
                || parent.token.origin == .prompt && node.token.origin != .prompt
        }
    }

    mutating func draw() {
        // How far a run stands to the right: further where several hang on one.
        var depths: [Int] = []
        for (place, run) in runs.enumerated() {
            var depth = 0
            if let parent = run.parent {
                depth = depths[parent] + (runs[parent].children.count > 1 ? 1 : 0)
                if runs[parent].children.count > 1 {
                    connect(parent, depths[parent], to: place, depth)
                }
            }
            depths.append(depth)
            draw(run, at: place, x: Self.left + Double(depth) * Self.step)
        }
    }

    mutating func finish(title: String) -> String {
        picture.text(title, x: Self.left, y: 22, style: "font-weight:600")
        picture.legend(scale, x: Self.left, y: 36)
        return picture.finish(
            title: title,
            description: "\(tree.count) tokens in \(tree.leaves.count) branches. Each token's node "
                + "and value are in its title.")
    }

    private func y(_ place: Int) -> Double { Self.top + Double(place) * Self.lineHeight }

    private mutating func connect(_ parent: Int, _ parentDepth: Int, to place: Int, _ depth: Int) {
        let x = Self.left + Double(parentDepth) * Self.step + 6
        let (start, end) = (SVGText.number(y(parent) + 8), SVGText.number(y(place) - 4))
        let target = SVGText.number(Self.left + Double(depth) * Self.step - 3)
        picture.path(
            "M\(SVGText.number(x)) \(start)V\(end)H\(target)",
            attributes: "class=\"f\" stroke-width=\"1.5\"")
    }

    private mutating func draw(_ run: BranchRun, at place: Int, x start: Double) {
        var joiner = UTF8Joiner()
        var (x, columns) = (start, 0)
        for (number, id) in run.nodes.enumerated() {
            guard let token = tree[id]?.token else { continue }
            let piece = joiner.add(token.bytes)
            var text = BranchTreeView.oneLine(piece.joined + piece.own)
            if number == run.nodes.count - 1 { text += BranchTreeView.oneLine(joiner.flush()) }
            if text.isEmpty { continue }
            let width = SVGText.columns(of: text)
            if columns + width > limit {
                picture.text("…", x: x, y: y(place), ink: .muted)
                x += SVGDocument.columnWidth
                break
            }
            put(text, token, id, x: x, y: y(place), columns: width)
            columns += width
            x += Double(width) * SVGDocument.columnWidth
        }
        guard let last = run.nodes.last else { return }
        x += 10
        if let name = tree.name(of: last) {
            let shown = SVGText.label(name, columns: 40).replacing("·", with: " ")
            picture.text(shown, x: x, y: y(place), style: "font-weight:600")
            x += Double(SVGText.columns(of: shown) + 1) * SVGDocument.columnWidth
        }
        var facts = "node \(last), \(run.nodes.count) tokens"
        if let reason = tree.end(of: last)?.stopReason { facts += ", ended: \(reason.rawValue)" }
        picture.text(facts, x: x, y: y(place), ink: .muted)
    }

    private mutating func put(
        _ text: String, _ token: TokenRecord, _ id: BranchNode.ID, x: Double, y: Double,
        columns: Int
    ) {
        let value = tree.cell(named: scale.name, of: id)?.number
        let known = value.map { ", \(scale.name) \(DecimalText.significant($0))" } ?? ""
        let style = token.origin == .forced ? "text-decoration:underline" : ""
        picture.group(title: "node \(id), token \(token.id)\(known)") { picture in
            if token.origin != .prompt, let value {
                let color = HeatRamp.color(heat: scale.heat(of: value))
                picture.rect(
                    x: x, y: y - 14, width: Double(columns) * SVGDocument.columnWidth, height: 20,
                    fill: color, radius: 2)
                picture.text(text, x: x, y: y, on: color, style: style)
            } else {
                picture.text(text, x: x, y: y, ink: .muted, style: style)
            }
        }
    }
}
