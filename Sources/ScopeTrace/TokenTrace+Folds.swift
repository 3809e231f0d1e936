/// Which bytes a span counts.
public enum TextCoordinate: Hashable, Sendable {
    /// The bytes of all tokens, one after the other.
    case sequence
    /// The caller's document; a token without a place in it counts nowhere.
    case source
}

/// A line of a trace with what was folded over it.
public struct LineFold: Hashable, Sendable {
    /// The line's number, from 1.
    public let number: Int

    /// Its bytes in the sequence, the line feed that ends it included.
    public let span: Range<Int>

    /// The values of its tokens.
    public let fold: MetricFold
}

extension TokenTrace {
    /// Folds a metric over spans of text.
    ///
    /// A token counts in a span with the share of its bytes that lie there, so spans that tile the
    /// text sum to the whole. A token without bytes counts whole where it stands: in the span that
    /// holds its offset, at the very end in the span that ends there. Tokens without a value count
    /// nowhere.
    ///
    /// - Parameters:
    ///   - key: A metric of numbers.
    ///   - spans: Spans of bytes in any order; they may nest and overlap.
    ///   - coordinate: What the spans count.
    ///   - isIncluded: Which tokens count; by default all.
    /// - Returns: A fold for each span, in the spans' order.
    /// - Complexity: O(*n* log *n* + *m* log *n* + tokens in spans) for *n* tokens and *m* spans.
    public func folds(
        of key: MetricKey<Double>, over spans: [Range<Int>], in coordinate: TextCoordinate,
        where isIncluded: (TokenRecord) -> Bool = { _ in true }
    ) -> [MetricFold] {
        guard let column = self[key] else { return spans.map { _ in MetricFold() } }
        return folds(over: spans, in: coordinate, where: isIncluded) { column[$0] }
    }

    /// Folds a metric of whole numbers over spans of text, as the same for numbers does.
    ///
    /// - Parameters:
    ///   - key: A metric of whole numbers.
    ///   - spans: Spans of bytes in any order; they may nest and overlap.
    ///   - coordinate: What the spans count.
    ///   - isIncluded: Which tokens count; by default all.
    /// - Returns: A fold for each span, in the spans' order.
    /// - Complexity: O(*n* log *n* + *m* log *n* + tokens in spans) for *n* tokens and *m* spans.
    public func folds(
        of key: MetricKey<Int>, over spans: [Range<Int>], in coordinate: TextCoordinate,
        where isIncluded: (TokenRecord) -> Bool = { _ in true }
    ) -> [MetricFold] {
        guard let column = self[key] else { return spans.map { _ in MetricFold() } }
        return folds(over: spans, in: coordinate, where: isIncluded) { column[$0].map(Double.init) }
    }

    /// Folds a metric over each line of the sequence, special tokens' bytes included.
    ///
    /// - Parameters:
    ///   - key: A metric of numbers.
    ///   - isIncluded: Which tokens count; by default all.
    /// - Returns: The lines in order.
    /// - Complexity: O(*n* log *n*) for *n* tokens, and O(bytes).
    public func foldsByLine(
        of key: MetricKey<Double>, where isIncluded: (TokenRecord) -> Bool = { _ in true }
    ) -> [LineFold] {
        let spans = TextLines.spans(in: tokens.lazy.flatMap(\.bytes))
        let folds = folds(of: key, over: spans, in: .sequence, where: isIncluded)
        return zip(spans, folds).enumerated().map { offset, line in
            LineFold(number: offset + 1, span: line.0, fold: line.1)
        }
    }

    private func folds(
        over spans: [Range<Int>], in coordinate: TextCoordinate,
        where isIncluded: (TokenRecord) -> Bool, value: (Int) -> Double?
    ) -> [MetricFold] {
        var places: [(span: Range<Int>, value: Double)] = []
        var textEnd = 0
        for token in tokens {
            let place = coordinate == .sequence ? token.sequenceSpan : token.sourceSpan
            guard let place else { continue }
            textEnd = max(textEnd, place.upperBound)
            guard isIncluded(token), let value = value(token.index.rawValue) else { continue }
            places.append((place, value))
        }
        // By beginning, and stably, so that the order of summation never depends on the sort.
        let order = places.indices.sorted {
            (places[$0].span.lowerBound, $0) < (places[$1].span.lowerBound, $1)
        }
        // The furthest end so far: where it lies before a span, so do all tokens up to there.
        var reach: [Int] = []
        for index in order { reach.append(max(reach.last ?? 0, places[index].span.upperBound)) }
        return spans.map { span in
            var fold = MetricFold()
            var position = reach.partition { $0 >= span.lowerBound }
            while position < order.count {
                let (place, value) = places[order[position]]
                if place.lowerBound > span.upperBound { break }
                let share = Self.share(of: place, in: span, textEnd: textEnd)
                if share > 0 { fold.add(value, weight: share) }
                position += 1
            }
            return fold
        }
    }

    /// How much of a token lies in a span, from 0 to 1.
    private static func share(of token: Range<Int>, in span: Range<Int>, textEnd: Int) -> Double {
        guard token.isEmpty else {
            return Double(token.clamped(to: span).count) / Double(token.count)
        }
        let offset = token.lowerBound
        let isHere =
            span.contains(offset)
            || offset == textEnd && span.upperBound == textEnd && !span.isEmpty
        return isHere ? 1 : 0
    }
}

extension [Int] {
    /// The first place whose element passes, in an array where all after it pass too.
    fileprivate func partition(where passes: (Int) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if passes(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
