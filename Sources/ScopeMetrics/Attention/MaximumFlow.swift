/// The maximum flow through a stack of lower triangles (Dinic, 1970): nodes are the tokens at each height,
/// and an edge leads from each token to itself and those before it one height below.
///
/// Height 0 is the input; the triangle `l` leads from height `l + 1` to height `l`. Residual capacities
/// are `Double`; what is left by rounding counts as nothing.
struct MaximumFlow {
    /// Far below what capacities that sum to 1 resolve, far above what rounding leaves.
    private static let least = 1e-13

    private let count: Int
    private let capacities: [[[Double]]]
    /// What flows through each edge, in the order of `capacities`.
    private var flows: [[[Double]]] = []
    /// Steps from the source, −1 where it does not reach.
    private var levels: [Int] = []
    private var cursors: [Int] = []

    /// - Parameter capacities: By triangle, row and column; row `r` has `r + 1` of them.
    init(capacities: [[[Double]]]) {
        self.capacities = capacities
        count = capacities.first?.count ?? 0
    }

    private var height: Int { capacities.count }

    private func node(_ height: Int, _ token: Int) -> Int { height * count + token }

    /// The most that can flow from a token at the top to a token of the input.
    mutating func value(from source: Int, to sink: Int) -> Double {
        flows = capacities.map { $0.map { Array(repeating: 0, count: $0.count) } }
        let (first, last) = (node(height, source), node(0, sink))
        var total = 0.0
        while findLevels(from: first, to: last) {
            cursors = Array(repeating: 0, count: (height + 1) * count)
            while let path = findPath(from: first, to: last) {
                total += push(along: path)
            }
        }
        return total
    }

    /// What an edge can still take.
    ///
    /// A node's edges count from the ones that lead down, `token + 1` of them; then come the ones back
    /// up, from the token itself on.
    private func edge(_ node: Int, _ number: Int) -> (target: Int, room: Double)? {
        let (level, token) = (node / count, node % count)
        let down = level == 0 ? 0 : token + 1
        if number < down {
            let room = capacities[level - 1][token][number] - flows[level - 1][token][number]
            return (target: self.node(level - 1, number), room: room)
        }
        guard level < height, token + number - down < count else { return nil }
        let above = token + number - down
        return (target: self.node(level + 1, above), room: flows[level][above][token])
    }

    private mutating func findLevels(from source: Int, to sink: Int) -> Bool {
        levels = Array(repeating: -1, count: (height + 1) * count)
        levels[source] = 0
        var queue = [source]
        var place = 0
        while place < queue.count {
            let node = queue[place]
            place += 1
            var number = 0
            while let edge = edge(node, number) {
                number += 1
                guard edge.room > Self.least, levels[edge.target] < 0 else { continue }
                levels[edge.target] = levels[node] + 1
                if edge.target == sink { return true }
                queue.append(edge.target)
            }
        }
        return false
    }

    /// The nodes of a path that goes one level further with each step; nil where none is left.
    private mutating func findPath(from source: Int, to sink: Int) -> [Int]? {
        var path = [source]
        while let node = path.last, node != sink {
            if let edge = edge(node, cursors[node]) {
                if edge.room > Self.least, levels[edge.target] == levels[node] + 1 {
                    path.append(edge.target)
                } else {
                    cursors[node] += 1
                }
            } else {
                // A dead end: whoever led here tries the next edge.
                path.removeLast()
                if let before = path.last { cursors[before] += 1 }
            }
        }
        return path.isEmpty ? nil : path
    }

    private mutating func push(along path: [Int]) -> Double {
        let amount = zip(path, path.dropFirst()).reduce(Double.infinity) { least, pair in
            min(least, edge(pair.0, cursors[pair.0])?.room ?? 0)
        }
        for (from, to) in zip(path, path.dropFirst()) {
            let (level, token) = (from / count, from % count)
            let (targetLevel, targetToken) = (to / count, to % count)
            if targetLevel < level {
                flows[targetLevel][token][targetToken] += amount
            } else {
                flows[level][targetToken][token] -= amount
            }
        }
        return amount
    }
}
