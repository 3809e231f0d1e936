/// The checked metadata and table of a GGUF file.
struct GGUFHeader {
    /// Published files have a few dozen keys.
    private static let mostKeys = FileLimits.ggufKeyCount
    /// Published files have a few thousand tensors.
    private static let mostTensors = FileLimits.ggufTensorCount
    /// Arrays of arrays are allowed and unknown in practice.
    private static let deepestArray = FileLimits.ggufArrayDepth

    private(set) var version = 0
    private(set) var alignment = 32
    private(set) var metadata: GGUFMetadata
    /// The tensors by offset.
    private(set) var entries: [GGUFTensorEntry] = []

    private var cursor: GGUFCursor

    init(_ contents: FileContents) {
        cursor = GGUFCursor(contents)
        metadata = GGUFMetadata(file: contents.name, keys: [], values: [:])
    }

    mutating func read() throws(FileError) {
        try readMagic()
        try readVersion()
        let tensors = try cursor.count("tensor count", leastByteCount: GGUFTensorTable.leastEntry)
        let keys = try cursor.count("metadata count", leastByteCount: 13)
        try checkLimit(tensors, Self.mostTensors, "tensor count")
        try checkLimit(keys, Self.mostKeys, "metadata count")
        let places = try readMetadata(keys)
        var table = GGUFTensorTable(count: tensors)
        try table.read(&cursor)
        let source = cursor.finish()
        var values: [String: GGUFValue] = [:]
        values.reserveCapacity(places.count)
        for place in places {
            values[place.key] = GGUFValue(
                key: place.key, kind: place.kind, position: place.position, source: source)
        }
        metadata = GGUFMetadata(file: source.file, keys: places.map(\.key), values: values)
        alignment = try readAlignment()
        entries = try table.entries(
            after: source.bytes.count, alignment: alignment, in: cursor.contents)
    }

    private mutating func readMagic() throws(FileError) {
        try cursor.need(4, "magic")
        guard cursor.source.bytes[0..<4].elementsEqual("GGUF".utf8) else {
            throw cursor.fault("magic", "the file does not begin with \"GGUF\"")
        }
        cursor.skip(4)
    }

    private mutating func readVersion() throws(FileError) {
        let number = UInt32(truncatingIfNeeded: try cursor.unsigned(4, "version"))
        switch number {
        case 2, 3: version = Int(number)
        case 1: throw unsupported("version", "version 1, which only files of August 2023 have")
        case let other where (1...3).contains(other.byteSwapped):
            throw unsupported("version", "the byte order big-endian")
        default: throw unsupported("version", "version \(number)")
        }
    }

    private func unsupported(_ field: String, _ what: String) -> FileError {
        .unsupported(file: cursor.source.file, field: field, reason: "\(what) is not read")
    }

    private func checkLimit(_ count: Int, _ limit: Int, _ field: String) throws(FileError) {
        guard count > limit else { return }
        throw .tooLarge(
            file: cursor.source.file, field: field, reason: "\(count), at most \(limit) are read")
    }

    private struct Place {
        let key: String
        let kind: GGUFValueKind
        let position: Int
    }

    /// Finds all values and checks that they lie in the file.
    private mutating func readMetadata(_ count: Int) throws(FileError) -> [Place] {
        var places: [Place] = []
        var known: Set<String> = []
        for index in 0..<count {
            let start = cursor.position
            let range = try cursor.string("metadata key \(index)")
            guard let key = String(validating: cursor.source.bytes[range], as: UTF8.self) else {
                throw cursor.fault("metadata key \(index)", "is not valid UTF-8", at: start)
            }
            guard !key.isEmpty else {
                throw cursor.fault("metadata key \(index)", "is empty", at: start)
            }
            guard known.insert(key).inserted else {
                throw cursor.fault(key, "the key is there twice", at: start)
            }
            let kind = try readKind(key)
            places.append(Place(key: key, kind: kind, position: cursor.position))
            try skipValue(kind, key, level: 0)
        }
        return places
    }

    private mutating func readKind(_ key: String) throws(FileError) -> GGUFValueKind {
        let place = cursor.position
        let number = try cursor.unsigned(4, key)
        guard let kind = GGUFValueKind(rawValue: Int(number)) else {
            throw cursor.fault(key, "there is no kind of value \(number)", at: place)
        }
        return kind
    }

    private mutating func skipValue(
        _ kind: GGUFValueKind, _ key: String, level: Int
    ) throws(FileError) {
        switch kind {
        case .string:
            _ = try cursor.string(key)
        case .array:
            guard level < Self.deepestArray else {
                throw cursor.fault(key, "arrays are nested deeper than \(Self.deepestArray) levels")
            }
            let kind = try readKind(key)
            let count = try cursor.count(key, leastByteCount: kind.leastByteCount)
            switch kind {
            case .string, .array:
                for _ in 0..<count { try skipValue(kind, key, level: level + 1) }
            default:
                try skipNumbers(kind, count, key)
            }
        default:
            try skipNumbers(kind, 1, key)
        }
    }

    private mutating func skipNumbers(
        _ kind: GGUFValueKind, _ count: Int, _ key: String
    ) throws(FileError) {
        let length = count * kind.leastByteCount
        try cursor.need(length, key)
        if kind == .bool {
            for place in cursor.position..<cursor.position + length
            where cursor.source.bytes[place] > 1 {
                throw cursor.fault(
                    key, "a bool must be 0 or 1, found \(cursor.source.bytes[place])", at: place)
            }
        }
        cursor.skip(length)
    }

    private func readAlignment() throws(FileError) -> Int {
        guard let value = metadata["general.alignment"] else { return 32 }
        let alignment = try value.int()
        guard alignment > 0, alignment & (alignment - 1) == 0 else {
            throw value.error("must be a power of two, found \(alignment)")
        }
        return alignment
    }
}
