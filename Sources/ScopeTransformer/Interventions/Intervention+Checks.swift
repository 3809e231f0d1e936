internal import ScopeTensor

extension Intervention {
    /// Refuses what the model has no place for.
    ///
    /// - Parameter shape: The model's shape.
    /// - Throws: ``InterventionFault``.
    /// - Complexity: O(values).
    public func check(_ shape: DecoderConfiguration) throws(InterventionFault) {
        switch self {
        case .edit(let edit): try edit.check(shape)
        case .cut(let cut): try cut.check(shape)
        }
    }

    /// The intervention in the numbers of a sequence that begins `offset` rows later; nil where all
    /// of its rows lie before that.
    public func shifted(by offset: Int) -> Intervention? {
        guard offset != 0 else { return self }
        switch self {
        case .edit(let edit): return edit.shifted(by: offset).map { .edit($0) }
        case .cut(let cut):
            var shifted = cut
            guard let queries = cut.queries.later(by: offset),
                let keys = cut.keys.later(by: offset)
            else { return nil }
            (shifted.queries, shifted.keys) = (queries, keys)
            return .cut(shifted)
        }
    }
}

extension StateEdit {
    func check(_ shape: DecoderConfiguration) throws(InterventionFault) {
        try layers.check(shape)
        try rows.check(shape)
        guard site.exists(in: shape) else { throw .missingSite(site) }
        let width = try checkedRuns(shape).reduce(0) { $0 + $1.count }
        switch change {
        case .scale(let factor):
            guard factor.isFinite else { throw .notFinite(place: 0) }
        case .replace(let values), .add(let values):
            guard values.columns == width else {
                throw .wrongWidth(values.columns, expected: width)
            }
            guard values.rows == 1 || values.rows == rows.count else {
                throw .wrongRowCount(values.rows, expected: rows.count)
            }
            if let place = values.storage.firstIndex(where: { !$0.isFinite }) {
                throw .notFinite(place: place)
            }
        }
    }

    /// Where the part lies in a row, in order.
    func runs(_ shape: DecoderConfiguration) -> [Range<Int>] {
        let (count, width) = site.parts(in: shape)
        switch part {
        case .whole: return [0..<count * width]
        case .queryHeads(let heads):
            return heads.map(\.index).sorted().map { $0 * width..<($0 + 1) * width }
        case .keyValueHeads(let heads):
            return heads.map(\.index).sorted().map { $0 * width..<($0 + 1) * width }
        }
    }

    private func checkedRuns(
        _ shape: DecoderConfiguration
    ) throws(InterventionFault) -> [Range<Int>] {
        switch (part, site) {
        case (.whole, _): break
        case (.queryHeads(let heads), .queries), (.queryHeads(let heads), .headOutputs):
            try heads.map(\.index).check(count: shape.queryHeadCount)
        case (.keyValueHeads(let heads), .keys), (.keyValueHeads(let heads), .values):
            try heads.map(\.index).check(count: shape.keyValueHeadCount)
        default: throw .partOfOtherHeads(site)
        }
        return runs(shape)
    }

    func shifted(by offset: Int) -> StateEdit? {
        var shifted = self
        guard let later = rows.later(by: offset) else { return nil }
        shifted.rows = later
        let dropped = max(0, offset - rows.lowerBound)
        if dropped > 0 {
            switch change {
            case .replace(let values): shifted.change = .replace(values.dropping(dropped))
            case .add(let values): shifted.change = .add(values.dropping(dropped))
            case .scale: break
            }
        }
        return shifted
    }
}

extension AttentionCut {
    func check(_ shape: DecoderConfiguration) throws(InterventionFault) {
        try layers.check(shape)
        try queries.check(shape)
        try keys.check(shape)
        switch heads {
        case .all: break
        case .mean: throw .meanIsNoHead
        case .heads(let heads): try heads.map(\.index).check(count: shape.queryHeadCount)
        }
    }
}

extension LayerSelection {
    fileprivate func check(_ shape: DecoderConfiguration) throws(InterventionFault) {
        if let layer = missing(of: shape.layerCount) {
            throw .layerOutOfRange(layer, count: shape.layerCount)
        }
    }
}

extension [Int] {
    fileprivate func check(count: Int) throws(InterventionFault) {
        for head in sorted() where !(0..<count).contains(head) {
            throw .headOutOfRange(head, count: count)
        }
    }
}

extension Range<Int> {
    fileprivate func check(_ shape: DecoderConfiguration) throws(InterventionFault) {
        let limit = shape.contextLength
        guard lowerBound >= 0, isEmpty || lowerBound < limit,
            upperBound <= limit || upperBound == .max
        else { throw .rowsOutOfRange(self, limit: limit) }
    }

    /// The rows in the numbers of a sequence that begins `offset` rows later.
    fileprivate func later(by offset: Int) -> Range? {
        guard upperBound > offset else { return nil }
        return Swift.max(0, lowerBound - offset)..<(upperBound == .max ? .max : upperBound - offset)
    }
}

extension Tensor {
    /// The rows from `count` on; a row that stands for all of them stays.
    fileprivate func dropping(_ count: Int) -> Tensor {
        guard rows > 1 else { return self }
        return Tensor(
            rows: rows - count, columns: columns, values: Array(storage[(count * columns)...]))
    }
}
