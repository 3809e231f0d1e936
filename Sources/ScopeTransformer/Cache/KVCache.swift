public import ScopeTensor

/// The shape of a cache: what one position keeps in one layer.
public struct CacheShape: Equatable, Sendable {
    /// Decoder blocks.
    public var layerCount: Int
    /// Key and value heads a layer.
    public var headCount: Int
    /// Scalars a key head.
    public var headDimension: Int
    /// Scalars a value head.
    public var valueDimension: Int
    /// How keys and values are held.
    public var precision: CachePrecision

    /// Creates the shape of a cache; value heads are as wide as key heads unless said otherwise.
    public init(
        layerCount: Int, headCount: Int, headDimension: Int, valueDimension: Int? = nil,
        precision: CachePrecision = .full
    ) {
        self.layerCount = layerCount
        self.headCount = headCount
        self.headDimension = headDimension
        self.valueDimension = valueDimension ?? headDimension
        self.precision = precision
    }

    /// The shape of the caches of a model, which hold what it computes as it is.
    init(of configuration: DecoderConfiguration) {
        self.init(
            layerCount: configuration.layerCount, headCount: configuration.keyValueHeadCount,
            headDimension: configuration.headDimension,
            valueDimension: configuration.valueDimension)
    }
}

/// What a cache has done to memory, counted since it was created or forked from.
public struct CacheCounters: Equatable, Sendable {
    /// Pages made for new rows.
    public var pagesAllocated = 0
    /// Pages copied because another cache shares them.
    public var pagesCopied = 0
    /// Rows copied with those pages.
    public var rowsCopied = 0

    /// Creates counters; by default nothing has been counted.
    public init(pagesAllocated: Int = 0, pagesCopied: Int = 0, rowsCopied: Int = 0) {
        self.pagesAllocated = pagesAllocated
        self.pagesCopied = pagesCopied
        self.rowsCopied = rowsCopied
    }
}

/// Keys and values of the positions a sequence has been through: a value with copy-on-write pages.
///
/// `var fork = cache` is the fork: it shares every page, and the first row written afterwards copies
/// the filled rows of the last page only. A page holds ``pageRows`` positions over all layers.
///
/// - Complexity: A fork costs O(pages) references; appending a row is O(1) but for the one copy.
public struct KVCache<Scalar: TensorScalar>: Sendable {
    /// Positions a page holds.
    public static var pageRows: Int { KeyValuePage<Scalar>.rowCount }

    /// The shape every page has.
    public let shape: CacheShape
    /// Positions whose keys and values are complete in every layer.
    public private(set) var count = 0
    /// What this cache has allocated and copied.
    public private(set) var counters = CacheCounters()

    /// Pages that hold the positions, and those reserved.
    private(set) var pages: [KeyValuePage<Scalar>] = []
    /// The ids of the positions, where they may have to be gone through again.
    private var tokens: [Int] = []
    /// The text length that defined the rotation of the positions.
    private var definingLength = 0

    /// Creates an empty cache.
    public init(shape: CacheShape) {
        self.shape = shape
    }

    /// Bytes that `rows` positions take, whole pages counted.
    public static func byteCount(rows: Int, shape: CacheShape) -> Int {
        let pages = (rows + pageRows - 1) / pageRows
        return pages
            * KeyValuePage<Scalar>.byteCount(
                layerCount: shape.layerCount, headCount: shape.headCount,
                headDimension: shape.headDimension, valueDimension: shape.valueDimension,
                precision: shape.precision)
    }

    /// Which pages there are: those of forks are the same as long as they share them.
    package var pageIdentities: [ObjectIdentifier] { pages.map { ObjectIdentifier($0) } }

    /// Forgets the positions from `count` on; their memory is reused by the next rows.
    ///
    /// - Complexity: O(pages dropped).
    public mutating func truncate(to count: Int) {
        precondition((0...self.count).contains(count), "a cache can only be cut, not grown")
        self.count = count
        pages.removeLast(pages.count - Self.pageCount(count))
        tokens.removeLast(max(tokens.count - count, 0))
    }

    /// The ids to go through again where the rotation of the positions no longer holds.
    ///
    /// - Parameter length: The text length that defines the rotation now.
    /// - Returns: Every id, or none.
    func history(unlessDefinedBy length: Int) -> [Int] {
        guard count > 0, length != definingLength else { return [] }
        precondition(tokens.count == count, "the cache was filled by another model")
        return tokens
    }

    /// Remembers what may have to be gone through again when the text grows.
    ///
    /// - Parameters:
    ///   - ids: The ids of the positions that were just committed.
    ///   - length: The text length that defined their rotation; 0 where none does.
    mutating func remember(_ ids: some Sequence<Int>, definedBy length: Int) {
        definingLength = length
        if length > 0 { tokens += ids }
    }

    /// Makes room for more positions: the only place that may allocate or copy.
    ///
    /// For implementers of ``LanguageModel``: reserve, write every layer, then commit.
    ///
    /// - Parameter rows: Positions to make room for.
    /// - Complexity: O(rows), and one copy of the last page where a fork shares it.
    public mutating func reserve(_ rows: Int) {
        // Pages that a cancelled pass left behind may be shared by a fork made since.
        pages.removeLast(pages.count - Self.pageCount(count))
        let tail = count / Self.pageRows
        if rows > 0, tail < pages.count, !isKnownUniquelyReferenced(&pages[tail]) {
            let filled = count % Self.pageRows
            pages[tail] = KeyValuePage(copying: pages[tail], rows: filled)
            counters.pagesCopied += 1
            counters.rowsCopied += filled
        }
        while pages.count < Self.pageCount(count + rows) {
            pages.append(
                KeyValuePage(
                    layerCount: shape.layerCount, headCount: shape.headCount,
                    headDimension: shape.headDimension, valueDimension: shape.valueDimension,
                    precision: shape.precision))
            counters.pagesAllocated += 1
        }
    }

    /// Writes the keys and values of a position that was reserved.
    ///
    /// - Parameters:
    ///   - layer: The decoder block.
    ///   - row: The position, from ``count`` up.
    ///   - keys: `headCount × headDimension` scalars.
    ///   - values: The same.
    public func write(layer: Int, row: Int, keys: Span<Scalar>, values: Span<Scalar>) {
        precondition(row >= count, "positions that are complete are never written again")
        pages[row / Self.pageRows].write(
            layer: layer, row: row % Self.pageRows, keys: keys, values: values)
    }

    /// Declares more positions complete.
    ///
    /// - Parameter rows: Positions that were reserved and written.
    public mutating func commit(_ rows: Int) {
        precondition(
            rows >= 0 && Self.pageCount(count + rows) <= pages.count,
            "only positions that were reserved can be complete")
        count += rows
    }

    private static func pageCount(_ rows: Int) -> Int {
        (rows + pageRows - 1) / pageRows
    }
}
