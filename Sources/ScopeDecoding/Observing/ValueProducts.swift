public import ScopeTrace
public import ScopeTransformer

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// What the heads of each layer make of the positions of a context, by its lengths and angles.
///
/// Head `h` turns position `j` into the vector `f_h(j) = v_h(j) W_h` (Kobayashi et al., 2020,
/// arXiv 2004.10102); this holds the inner products of a position's vectors, which gives
/// the length of each and of every weighted sum of them. A value that forks by being copied: full
/// pages are shared. Lent by a step; see `SignalSink.valueProducts(_:layer:at:)` for what the vectors
/// leave out.
public struct ValueProducts: Sendable {
    private static var pageRows: Int { 32 }

    private let layers: [Int]
    private let headCount: Int
    /// The place of a layer among those that are kept; −1 for the others.
    private var places: [Int] = []
    /// `[position][kept layer][head pair]`, pages of some positions each.
    private var pages: [[Float]] = []
    private var firstPosition: Int?
    private var end = 0
    /// The token that position 0 holds.
    private(set) var contextStart = 0

    init() {
        layers = []
        headCount = 0
    }

    init(of shape: DecoderConfiguration, layers: LayerSelection, contextStart: Int) {
        self.layers = layers.chosen(of: shape.layerCount)
        headCount = shape.queryHeadCount
        self.contextStart = contextStart
        places = Array(repeating: -1, count: shape.layerCount)
        for (place, layer) in self.layers.enumerated() { places[layer] = place }
    }

    /// Bytes that the products of a context take.
    static func byteCount(
        positions: Int, of shape: DecoderConfiguration, layers: LayerSelection
    ) -> Double {
        let pages = (positions + pageRows - 1) / pageRows
        let pairs = shape.queryHeadCount * (shape.queryHeadCount + 1) / 2
        return Double(pages * pageRows) * Double(layers.chosen(of: shape.layerCount).count)
            * Double(pairs * MemoryLayout<Float>.stride)
    }

    func fits(_ shape: DecoderConfiguration, layers: LayerSelection, contextStart: Int) -> Bool {
        self.layers == layers.chosen(of: shape.layerCount) && headCount == shape.queryHeadCount
            && self.contextStart == contextStart
    }

    private var pairCount: Int { headCount * (headCount + 1) / 2 }

    mutating func write(_ products: Span<Float>, layer: Int, position: Int) {
        guard places.indices.contains(layer), places[layer] >= 0 else { return }
        precondition(products.count == pairCount, "a product for each pair of heads")
        let width = layers.count * pairCount
        while pages.count <= position / Self.pageRows {
            // Pages before the first position stay empty.
            let isNeeded = pages.count == position / Self.pageRows
            pages.append(isNeeded ? Array(repeating: 0, count: Self.pageRows * width) : [])
        }
        let start = position % Self.pageRows * width + places[layer] * pairCount
        let range = start..<start + products.count
        var page = pages[position / Self.pageRows].mutableSpan
        var target = page.part(range)
        for index in products.indices { target[index] = products[index] }
        firstPosition = min(firstPosition ?? position, position)
        end = max(end, position + 1)
    }

    /// The tokens that the products are there of: those of the context, up to the one that was read
    /// last, unless nobody had asked when the first of them were read.
    public var tokens: Range<TokenIndex> {
        let first = firstPosition ?? end
        return TokenIndex(contextStart + first)..<TokenIndex(contextStart + end)
    }

    /// The length of what a head makes of a token: ‖f_h(j)‖.
    ///
    /// - Parameters:
    ///   - layer: A layer that was asked for.
    ///   - head: A query head.
    ///   - token: One of ``tokens``.
    /// - Returns: The length, at least 0.
    public func norm(layer: Int, head: QueryHead, of token: TokenIndex) -> Double {
        let (page, start) = place(layer: layer, token: token)
        let square = pages[page][start + head.index * (head.index + 1) / 2 + head.index]
        return sqrt(max(0, Double(square)))
    }

    /// The length of a weighted sum of what the heads make of a token: ‖Σ_h w_h f_h(j)‖.
    ///
    /// - Parameters:
    ///   - layer: A layer that was asked for.
    ///   - weights: One for each query head.
    ///   - token: One of ``tokens``.
    /// - Returns: The length, at least 0.
    /// - Complexity: O(heads²).
    public func norm(layer: Int, weights: [Double], of token: TokenIndex) -> Double {
        precondition(weights.count == headCount, "a weight for each head")
        let (page, start) = place(layer: layer, token: token)
        var square = 0.0
        pages.withElement(page) { products in
            var place = start
            for left in 0..<headCount {
                var cross = 0.0
                for right in 0..<left {
                    cross += weights[right] * Double(products[place])
                    place += 1
                }
                square += weights[left] * (2 * cross + weights[left] * Double(products[place]))
                place += 1
            }
        }
        return sqrt(max(0, square))
    }

    private func place(layer: Int, token: TokenIndex) -> (page: Int, start: Int) {
        precondition(tokens.contains(token), "nothing is known of this token")
        precondition(
            places.indices.contains(layer) && places[layer] >= 0, "nobody asked for this layer")
        let position = token.rawValue - contextStart
        let width = layers.count * pairCount
        return (
            page: position / Self.pageRows,
            start: position % Self.pageRows * width + places[layer] * pairCount
        )
    }
}

extension [[Float]] {
    /// Reads one of the arrays without holding on to it at each access.
    fileprivate func withElement(_ index: Int, _ body: (Span<Float>) -> Void) {
        let element = self[index]
        body(element.span)
    }
}
