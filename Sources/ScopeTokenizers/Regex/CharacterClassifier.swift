/// Maps every Unicode scalar to one of a few classes whose members a pattern cannot tell apart.
///
/// ASCII is a table. Beyond it the class follows from the interval, between the bounds of the
/// pattern's explicit ranges, that holds the scalar, and from its general category.
struct CharacterClassifier: Sendable {
    /// Bounds on what a pattern may ask of the table, so that a hostile file cannot make it huge.
    static let maximumIntervals = TokenizerLimits.regexIntervalCount
    static let maximumSets = TokenizerLimits.regexSetCount
    static let maximumEntries = TokenizerLimits.regexSetCells

    /// The number of classes; classes are `0..<classCount`.
    let classCount: Int

    /// For each set and class, row by row, whether the set holds the class.
    let membership: [Bool]

    private let ascii: [UInt16]
    private let lowerBounds: [UInt32]
    private let table: [UInt16]
    private let readsAlphabetic: Bool

    // Rows of the table: one for each category, a second time for alphabetic scalars.
    private static let rowLength = 2 * CategorySet.categoryCount

    /// Builds the classes of the sets of one pattern.
    ///
    /// - Parameter sets: the distinct sets.
    /// - Throws: ``RegexError`` if there are too many of them, or of ranges in them.
    init(_ sets: [CharacterPredicate]) throws(RegexError) {
        var boundaries: Set<UInt32> = [0x80]
        for set in sets { set.collectBoundaries(into: &boundaries) }
        lowerBounds = boundaries.filter { $0 >= 0x80 && $0 <= 0x10FFFF }.sorted()
        readsAlphabetic = sets.contains(where: \.readsAlphabetic)
        let rowLength = Self.rowLength
        let cellCount = 0x80 + lowerBounds.count * rowLength
        guard sets.count <= Self.maximumSets, lowerBounds.count <= Self.maximumIntervals,
            sets.count * cellCount <= Self.maximumEntries
        else {
            throw RegexError(position: 0, reason: "the pattern holds too many sets of characters")
        }

        var cells = [Int](repeating: 0, count: cellCount)
        var classCount = 1
        var members: [[Bool]] = []
        for set in sets {
            // Each set splits the classes so far into its members and the rest.
            let isMember = Self.evaluate(set, lowerBounds: lowerBounds)
            var renamed = [Int](repeating: -1, count: 2 * classCount)
            classCount = 0
            for cell in cells.indices {
                let key = cells[cell] << 1 | (isMember[cell] ? 1 : 0)
                if renamed[key] < 0 {
                    renamed[key] = classCount
                    classCount += 1
                }
                cells[cell] = renamed[key]
            }
            members.append(isMember)
        }
        guard classCount <= Int(UInt16.max) else {
            throw RegexError(position: 0, reason: "the pattern tells too many classes apart")
        }
        var membership = [Bool](repeating: false, count: sets.count * classCount)
        for (set, isMember) in members.enumerated() {
            for cell in cells.indices where isMember[cell] {
                membership[set * classCount + cells[cell]] = true
            }
        }
        self.classCount = classCount
        self.membership = membership
        ascii = cells[..<0x80].map { UInt16($0) }
        table = cells[0x80...].map { UInt16($0) }
    }

    /// What Unicode says of each ASCII character, looked up once.
    private static let asciiProperties: [(category: Int, isAlphabetic: Bool)] =
        (UInt8(0)..<0x80).map { value in
            let properties = Unicode.Scalar(value).properties
            return (properties.generalCategory.position, properties.isAlphabetic)
        }

    /// Whether a set holds each ASCII character, then each cell of the table.
    private static func evaluate(
        _ set: CharacterPredicate, lowerBounds: [UInt32]
    ) -> [Bool] {
        var isMember: [Bool] = []
        isMember.reserveCapacity(0x80 + lowerBounds.count * rowLength)
        for (value, (category, isAlphabetic)) in asciiProperties.enumerated() {
            isMember.append(
                set.contains(UInt32(value), category: category, isAlphabetic: isAlphabetic))
        }
        for bound in lowerBounds {
            for isAlphabetic in [false, true] {
                for category in 0..<CategorySet.categoryCount {
                    isMember.append(
                        set.contains(bound, category: category, isAlphabetic: isAlphabetic))
                }
            }
        }
        return isMember
    }

    /// Whether a set holds the scalars of a class.
    func set(_ set: Int, contains scalarClass: Int) -> Bool {
        membership[set * classCount + scalarClass]
    }

    /// The class of an ASCII character.
    @inline(__always)
    func classOfASCII(_ unit: UInt8) -> Int {
        Int(ascii[Int(unit)])
    }

    /// The class of a scalar beyond ASCII.
    ///
    /// - Complexity: O(log number of intervals).
    func classBeyondASCII(_ scalar: Unicode.Scalar) -> Int {
        var low = 0
        var high = lowerBounds.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if lowerBounds[middle] <= scalar.value {
                low = middle
            } else {
                high = middle
            }
        }
        let properties = scalar.properties
        var cell = low * Self.rowLength + properties.generalCategory.position
        if readsAlphabetic, properties.isAlphabetic { cell += CategorySet.categoryCount }
        return Int(table[cell])
    }

    /// The class of the scalar that starts at a position, and where the next one starts.
    @inline(__always)
    func step(_ bytes: Span<UInt8>, _ position: Int) -> (scalarClass: Int, end: Int) {
        let unit = bytes[position]
        if unit < 0x80 { return (classOfASCII(unit), position + 1) }
        let (scalar, end) = decodeScalar(bytes, at: position)
        return (classBeyondASCII(scalar), end)
    }
}
