/// Edits that keep the relation to the source.
extension NormalizedText {
    /// Collects the bytes of an edited text with their origin.
    struct Edit {
        private var bytes: [UInt8] = []
        private var sources: [Range<Int>] = []
        private let text: NormalizedText
        private let keepsSources: Bool
        private var startLength = 0

        init(_ text: NormalizedText) {
            self.text = text
            if case .lost = text.origin { keepsSources = false } else { keepsSources = true }
            bytes.reserveCapacity(text.bytes.count)
            if keepsSources { sources.reserveCapacity(text.bytes.count) }
        }

        /// How many bytes there are so far.
        var count: Int { bytes.count }

        /// Takes over a part of the text as it is.
        mutating func keep(_ range: Range<Int>) {
            if range.lowerBound < text.startLength {
                startLength = count + min(range.count, text.startLength - range.lowerBound)
            }
            bytes += text.bytes[range]
            guard keepsSources else { return }
            for position in range {
                if let source = text.origin.source(of: position..<position + 1) {
                    sources.append(source)
                }
            }
        }

        /// Puts something in the place of a part of the text; its first byte owns that part.
        mutating func replace(_ range: Range<Int>, with content: [UInt8]) {
            bytes += content
            if isAtStart(range) { startLength = count }
            guard keepsSources, let source = place(of: range) else { return }
            for index in content.indices {
                sources.append(index == 0 ? source : source.upperBound..<source.upperBound)
            }
        }

        /// Whether what takes the place of a part counts as the beginning of the source.
        private func isAtStart(_ range: Range<Int>) -> Bool {
            guard text.startLength > 0, range.upperBound > 0 else { return text.startLength > 0 }
            let last = decodeScalar(text.bytes.span, endingAt: range.upperBound).start
            return last < text.startLength
        }

        /// The source of a part of the text, which may be empty if the text is not.
        private func place(of range: Range<Int>) -> Range<Int>? {
            if !range.isEmpty { return text.origin.source(of: range) }
            if range.lowerBound < text.bytes.count {
                let next = text.origin.source(of: range.lowerBound..<range.lowerBound + 1)
                return next.map { $0.lowerBound..<$0.lowerBound }
            }
            guard range.lowerBound > 0 else { return nil }
            let last = text.origin.source(of: range.lowerBound - 1..<range.lowerBound)
            return last.map { $0.upperBound..<$0.upperBound }
        }

        /// The edited text.
        consuming func finish() -> NormalizedText {
            NormalizedText(
                bytes: bytes, origin: keepsSources ? .bytes(sources) : .lost,
                startLength: startLength)
        }
    }

    /// Puts something before the text, unless that is empty.
    mutating func prepend(_ content: [UInt8]) {
        guard !bytes.isEmpty else { return }
        var edit = Edit(self)
        edit.replace(0..<0, with: content)
        edit.keep(bytes.indices)
        self = edit.finish()
    }

    /// Puts something in the place of every match of a pattern.
    mutating func replace(_ pattern: SplitPattern, with content: [UInt8]) {
        var search = CompiledRegex.Search()
        guard
            let first = pattern.firstMatch(&search, in: bytes.span, from: 0, to: bytes.count)
        else { return }
        var edit = Edit(self)
        var kept = 0
        var match: Range<Int>? = first
        while let range = match {
            edit.keep(kept..<range.lowerBound)
            edit.replace(range, with: content)
            kept = range.upperBound
            match = nextMatch(of: pattern, after: range, &search)
        }
        edit.keep(kept..<bytes.count)
        self = edit.finish()
    }

    /// An empty match right after a match is none; the search goes on a character further.
    private func nextMatch(
        of pattern: SplitPattern, after last: Range<Int>, _ search: inout CompiledRegex.Search
    ) -> Range<Int>? {
        let span = bytes.span
        var position = last.upperBound
        while position <= bytes.count,
            let match = pattern.firstMatch(&search, in: span, from: position, to: bytes.count)
        {
            guard match.isEmpty, match.lowerBound == last.upperBound else { return match }
            guard match.lowerBound < bytes.count else { return nil }
            position = decodeScalar(span, at: match.lowerBound).end
        }
        return nil
    }

    /// Puts the lower case of each character in its place, whatever stands around it.
    mutating func lowercase() {
        var edit = Edit(self)
        let bytes = bytes
        let span = bytes.span
        var position = 0
        while position < bytes.count {
            let (scalar, end) = decodeScalar(span, at: position)
            let mapped = scalar.properties.lowercaseMapping.utf8
            if mapped.elementsEqual(bytes[position..<end]) {
                edit.keep(position..<end)
            } else {
                edit.replace(position..<end, with: Array(mapped))
            }
            position = end
        }
        self = edit.finish()
    }

    /// Takes white space away from the ends.
    mutating func strip(left: Bool, right: Bool) {
        let bytes = bytes
        let span = bytes.span
        var start = 0
        var end = bytes.count
        while left, start < end {
            let next = decodeScalar(span, at: start)
            guard next.scalar.properties.isWhitespace else { break }
            start = next.end
        }
        while right, end > start {
            let last = decodeScalar(span, endingAt: end)
            guard last.scalar.properties.isWhitespace else { break }
            end = last.start
        }
        self = part(start..<end)
    }
}
