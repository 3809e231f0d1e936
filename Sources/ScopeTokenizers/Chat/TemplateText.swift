/// A string of a template as UTF-8: compared, hashed and ordered by code points.
///
/// `String` takes canonically equivalent texts for equal, the reference does not.
struct TemplateText: Sendable {
    var utf8: [UInt8]

    /// Whether the filter `safe` made it: what is added to such text is escaped for HTML.
    var isMarkup = false

    init(utf8: [UInt8], isMarkup: Bool = false) {
        self.utf8 = utf8
        self.isMarkup = isMarkup
    }

    init(_ string: String) { utf8 = Array(string.utf8) }

    init(_ slice: ArraySlice<UInt8>) { utf8 = Array(slice) }

    init(_ scalars: some Sequence<Unicode.Scalar>) {
        utf8 = []
        for scalar in scalars { append(scalar) }
    }

    var string: String { String(decoding: utf8, as: UTF8.self) }

    var isEmpty: Bool { utf8.isEmpty }

    var scalars: String.UnicodeScalarView { string.unicodeScalars }

    /// The number of code points.
    var scalarCount: Int {
        utf8.reduce(0) { $0 + (Self.isContinuation($1) ? 0 : 1) }
    }

    /// Where each code point begins, and behind the last one the end.
    var boundaries: [Int] {
        var boundaries: [Int] = []
        boundaries.reserveCapacity(utf8.count + 1)
        for (offset, unit) in utf8.enumerated() where !Self.isContinuation(unit) {
            boundaries.append(offset)
        }
        boundaries.append(utf8.count)
        return boundaries
    }

    mutating func append(_ scalar: Unicode.Scalar) {
        if let encoded = UTF8.encode(scalar) { utf8.append(contentsOf: encoded) }
    }

    private static func isContinuation(_ unit: UInt8) -> Bool { unit & 0xC0 == 0x80 }
}

extension TemplateText: Hashable, Comparable {
    static func == (left: Self, right: Self) -> Bool { left.utf8 == right.utf8 }

    func hash(into hasher: inout Hasher) { hasher.combine(utf8) }

    // The order of UTF-8 is that of the code points.
    static func < (left: Self, right: Self) -> Bool {
        left.utf8.lexicographicallyPrecedes(right.utf8)
    }
}

extension TemplateText: ExpressibleByStringLiteral {
    init(stringLiteral value: String) { self.init(value) }
}

extension TemplateText {
    /// Where `part`, which is not empty, stands; matches do not overlap.
    ///
    /// The method of Knuth, Morris and Pratt: O(`utf8.count` + `part.utf8.count`).
    func ranges(of part: TemplateText, limit: Int = .max) -> [Range<Int>] {
        let pattern = part.utf8
        guard !pattern.isEmpty, pattern.count <= utf8.count, limit > 0 else { return [] }
        let borders = Self.borders(pattern)
        var found: [Range<Int>] = []
        var matched = 0
        for (offset, unit) in utf8.enumerated() {
            while matched > 0, pattern[matched] != unit { matched = borders[matched - 1] }
            if pattern[matched] == unit { matched += 1 }
            if matched == pattern.count {
                found.append(offset + 1 - matched..<offset + 1)
                if found.count == limit { break }
                matched = 0
            }
        }
        return found
    }

    /// The same from the end: the last matches that do not overlap, in order of the text.
    func rangesFromEnd(of part: TemplateText, limit: Int = .max) -> [Range<Int>] {
        let mirrored = TemplateText(utf8: utf8.reversed())
        let found = mirrored.ranges(of: TemplateText(utf8: part.utf8.reversed()), limit: limit)
        return found.reversed().map { utf8.count - $0.upperBound..<utf8.count - $0.lowerBound }
    }

    func contains(_ part: TemplateText) -> Bool {
        part.isEmpty || !ranges(of: part, limit: 1).isEmpty
    }

    /// For each prefix, how long the longest shorter prefix is that also ends it.
    private static func borders(_ pattern: [UInt8]) -> [Int] {
        var borders = [Int](repeating: 0, count: pattern.count)
        var matched = 0
        for offset in pattern.indices.dropFirst() {
            while matched > 0, pattern[matched] != pattern[offset] {
                matched = borders[matched - 1]
            }
            if pattern[matched] == pattern[offset] { matched += 1 }
            borders[offset] = matched
        }
        return borders
    }
}
