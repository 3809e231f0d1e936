internal import ScopeTrace

/// Which segments each token lies in, and with how much of its bytes.
///
/// The segments of all regions stand in one list.
struct SyntaxAlignment {
    let segments: [SyntaxSegments]
    /// By region of ``segments``, its first segment in the list.
    let bases: [Int]
    let segmentCount: Int
    /// By token, its first share; one more at the end.
    private(set) var firstShares: [Int] = [0]
    private(set) var shareSegments: [Int32] = []
    private(set) var shareWeights: [Double] = []
    /// By token, the share of it that lies in no region.
    private(set) var outside: [Double] = []

    init(_ sources: [SyntaxSource], tokens: [TokenRecord], map: DocumentMap) {
        segments = sources.map { SyntaxSegments($0.tree, text: $0.text) }
        var bases: [Int] = []
        var count = 0
        for region in segments {
            bases.append(count)
            count += region.count
        }
        self.bases = bases
        segmentCount = count
        firstShares.reserveCapacity(tokens.count + 1)
        shareSegments.reserveCapacity(tokens.count * 3)
        shareWeights.reserveCapacity(tokens.count * 3)
        outside.reserveCapacity(tokens.count)
        let placeOf = Dictionary(
            sources.enumerated().map { ($1.region, $0) }, uniquingKeysWith: { first, _ in first })
        // One piece is the common case: then a place is an addition.
        let only = map.pieces.count == 1 ? map.pieces.first : nil
        let onlyPlace = only.flatMap { placeOf[$0.place.region] }
        var hint = 0
        for token in tokens {
            if let only, let place = onlyPlace, !token.bytes.isEmpty {
                let part = token.sequenceSpan.clamped(to: only.sequenceRange)
                let shift = only.place.offset - only.sequenceStart
                if !part.isEmpty {
                    add(
                        part.lowerBound + shift..<part.upperBound + shift, of: token, in: place,
                        hint: &hint)
                }
            } else if !token.bytes.isEmpty {
                for range in map.documentRanges(of: token.sequenceSpan) {
                    guard let place = placeOf[range.region] else { continue }
                    add(range.bytes, of: token, in: place, hint: &hint)
                }
            } else if token.role == .text, let point = map.place(at: token.sequenceSpan.lowerBound),
                let place = placeOf[point.region]
            {
                let segment = bases[place] + segments[place].segment(at: point.offset)
                shareSegments.append(Int32(truncatingIfNeeded: segment))
                shareWeights.append(1)
            }
            close(token)
        }
    }

    private mutating func add(
        _ bytes: Range<Int>, of token: TokenRecord, in place: Int, hint: inout Int
    ) {
        let region = segments[place]
        // Tokens follow one another, so the next one begins where the last one ended, or a step on.
        var segment = hint
        if segment >= region.count || !region.range(of: segment).contains(bytes.lowerBound) {
            segment += 1
            if segment >= region.count || !region.range(of: segment).contains(bytes.lowerBound) {
                segment = region.segment(at: bytes.lowerBound)
            }
        }
        let length = Double(token.bytes.count)
        var cursor = bytes.lowerBound
        let end = min(bytes.upperBound, region.byteCount)
        while cursor < end, segment < region.count {
            let next = min(end, region.range(of: segment).upperBound)
            shareSegments.append(Int32(truncatingIfNeeded: bases[place] + segment))
            shareWeights.append(Double(next - cursor) / length)
            cursor = next
            hint = segment
            segment += 1
        }
    }

    /// Ends a token's shares.
    ///
    /// What rounding took from a token that lies whole in the regions goes to its
    /// last share.
    private mutating func close(_ token: TokenRecord) {
        let first = firstShares[firstShares.count - 1]
        firstShares.append(shareSegments.count)
        var inside = 0.0
        for share in first..<shareSegments.count { inside += shareWeights[share] }
        let rest = 1 - inside
        if abs(rest) > 1e-9 {
            outside.append(max(0, rest))
        } else {
            outside.append(0)
            if first < shareSegments.count { shareWeights[shareWeights.count - 1] += rest }
        }
    }

    func shares(of token: Int) -> Range<Int> { firstShares[token]..<firstShares[token + 1] }
}
