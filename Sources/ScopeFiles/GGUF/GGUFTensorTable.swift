/// The table of a GGUF file's tensors, as it is read and then checked against the data.
struct GGUFTensorTable {
    /// The size of an entry without a name and without dimensions.
    static let leastEntry = 24
    private static let mostDimensions = FileLimits.ggufDimensionCount

    /// An entry before the place of the data is known.
    private struct Draft {
        let name: String
        let type: GGUFType
        let shape: [Int]
        let byteCount: Int
        let offset: UInt64
        /// Where the entry's offset stands.
        let position: Int
    }

    private let count: Int
    private var drafts: [Draft] = []

    init(count: Int) {
        self.count = count
    }

    /// Reads all entries.
    mutating func read(_ cursor: inout GGUFCursor) throws(FileError) {
        var known: Set<String> = []
        for index in 0..<count {
            let start = cursor.position
            let range = try cursor.string("tensor \(index) name")
            guard let name = String(validating: cursor.source.bytes[range], as: UTF8.self) else {
                throw cursor.fault("tensor \(index) name", "is not valid UTF-8", at: start)
            }
            guard known.insert(name).inserted else {
                throw cursor.fault("\(shownInMessage(name)) name", "is there twice", at: start)
            }
            drafts.append(try Self.draft(name, &cursor))
        }
    }

    private static func draft(
        _ name: String, _ cursor: inout GGUFCursor
    ) throws(FileError) -> Draft {
        let shown = shownInMessage(name)
        let shapePlace = cursor.position
        let shape = try shape(shown, &cursor)
        let number = UInt32(truncatingIfNeeded: try cursor.unsigned(4, "\(shown) type"))
        guard let type = GGUFType(rawValue: Int(number)) else {
            throw .unsupported(
                file: cursor.source.file, field: "\(shown) type",
                reason: GGUFType.description(ofUnknown: number))
        }
        let row = shape.last ?? 1
        guard row % type.elementsPerBlock == 0 else {
            throw cursor.fault(
                "\(shown) shape",
                "rows of \(row) elements are no whole blocks of \(type.elementsPerBlock), as "
                    + "\(type.name) has them", at: shapePlace)
        }
        guard let byteCount = Self.byteCount(shape, type) else {
            throw cursor.fault(
                "\(shown) shape", "the number of elements overflows", at: shapePlace)
        }
        let position = cursor.position
        return Draft(
            name: name, type: type, shape: shape, byteCount: byteCount,
            offset: try cursor.unsigned(8, "\(shown) offset"), position: position)
    }

    /// The sizes, outermost first.
    private static func shape(
        _ shown: String, _ cursor: inout GGUFCursor
    ) throws(FileError) -> [Int] {
        let place = cursor.position
        let count = try cursor.unsigned(4, "\(shown) shape")
        guard count <= UInt64(mostDimensions) else {
            throw cursor.fault(
                "\(shown) shape", "\(count) dimensions, at most \(mostDimensions) are allowed",
                at: place)
        }
        var shape: [Int] = []
        for _ in 0..<count {
            let place = cursor.position
            let size = try cursor.unsigned(8, "\(shown) shape")
            guard let size = Int(exactly: size) else {
                throw cursor.fault("\(shown) shape", "a size of \(size) elements", at: place)
            }
            shape.append(size)
        }
        return shape.reversed()
    }

    private static func byteCount(_ shape: [Int], _ type: GGUFType) -> Int? {
        var count = 1
        // Zeros first would hide sizes whose product is beyond any file.
        for size in shape {
            let (product, overflows) = count.multipliedReportingOverflow(by: max(size, 1))
            if overflows { return nil }
            count = product
        }
        let (bytes, overflows) = (count / type.elementsPerBlock)
            .multipliedReportingOverflow(by: type.bytesPerBlock)
        if overflows { return nil }
        return shape.contains(0) ? 0 : bytes
    }

    /// Checks the tensors against the data, which begins at the first aligned place after `end`.
    ///
    /// - Parameters:
    ///   - end: where the table ends.
    ///   - alignment: a power of two.
    ///   - contents: the file.
    /// - Returns: the tensors in the order of their bytes.
    /// - Throws: ``FileError`` naming the tensor.
    func entries(
        after end: Int, alignment: Int, in contents: FileContents
    ) throws(FileError) -> [GGUFTensorEntry] {
        let padding = -end & (alignment - 1)
        let dataStart = end.addingReportingOverflow(padding)
        var placed: [(entry: GGUFTensorEntry, position: Int)] = []
        placed.reserveCapacity(drafts.count)
        for draft in drafts {
            let field = "\(shownInMessage(draft.name)) offset"
            guard draft.offset & UInt64(alignment - 1) == 0 else {
                throw .malformed(
                    file: contents.name, field: field, position: draft.position,
                    reason: "\(draft.offset) is not a multiple of the alignment, \(alignment)")
            }
            let room = dataStart.overflow ? -1 : contents.byteCount - dataStart.partialValue
            guard room >= draft.byteCount, draft.offset <= UInt64(room - draft.byteCount) else {
                throw .malformed(
                    file: contents.name, field: field, position: draft.position,
                    reason: "\(draft.byteCount) bytes from \(draft.offset) on reach past the end "
                        + "of the file, which holds \(max(room, 0)) bytes of data")
            }
            let start = dataStart.partialValue + Int(draft.offset)
            let entry = GGUFTensorEntry(
                name: draft.name, type: draft.type, shape: draft.shape,
                byteRange: start..<start + draft.byteCount)
            placed.append((entry, draft.position))
        }
        placed.sort {
            ($0.entry.byteRange.lowerBound, $0.entry.byteRange.upperBound, $0.position)
                < ($1.entry.byteRange.lowerBound, $1.entry.byteRange.upperBound, $1.position)
        }
        try Self.checkOverlaps(placed, in: contents.name)
        return placed.map(\.entry)
    }

    private static func checkOverlaps(
        _ placed: [(entry: GGUFTensorEntry, position: Int)], in file: String
    ) throws(FileError) {
        var end = 0
        var previous = ""
        for (entry, position) in placed where !entry.byteRange.isEmpty {
            guard entry.byteRange.lowerBound >= end else {
                throw .malformed(
                    file: file, field: "\(shownInMessage(entry.name)) offset", position: position,
                    reason: "overlaps \(shownInMessage(previous)) by "
                        + "\(end - entry.byteRange.lowerBound) bytes")
            }
            end = entry.byteRange.upperBound
            previous = entry.name
        }
    }
}
