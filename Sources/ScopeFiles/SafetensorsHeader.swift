/// The checked header of a safetensors file.
struct SafetensorsHeader {
    /// The tensors by offset.
    private(set) var entries: [TensorEntry] = []
    private(set) var metadata: [String: String] = [:]

    private let file: String
    private let dataStart: Int
    private let dataLength: Int

    init(_ contents: FileContents) throws(FileError) {
        file = contents.name
        let length = try Self.headerLength(contents)
        dataStart = 8 + length
        dataLength = contents.byteCount - dataStart
        let document = try JSONDocument(
            contents, range: 8..<dataStart, rootName: "header", refusingDuplicateKeys: true)
        try readMembers(document.root)
    }

    private static func headerLength(_ contents: FileContents) throws(FileError) -> Int {
        let field = "header length"
        guard contents.byteCount >= 8 else {
            throw .malformed(
                file: contents.name, field: field, position: 0,
                reason: "the file has \(contents.byteCount) bytes, fewer than the 8 of its length")
        }
        let start = try contents.snapshot(0..<8)
        let length = (0..<8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64(start[$1]) }
        guard length <= UInt64(contents.byteCount - 8) else {
            throw .malformed(
                file: contents.name, field: field, position: 0,
                reason: "\(length) bytes reach past the end of the file")
        }
        guard length <= UInt64(SafetensorsFile.maximumHeaderLength) else {
            throw .tooLarge(
                file: contents.name, field: field,
                reason: "\(length) bytes, at most \(SafetensorsFile.maximumHeaderLength) are read")
        }
        return Int(length)
    }

    private mutating func readMembers(_ root: JSONValue) throws(FileError) {
        let members = try root.members()
        guard members.count <= FileLimits.safetensorsTensorCount else {
            throw .tooLarge(
                file: file, field: "header",
                reason: "\(members.count) tensors, at most "
                    + "\(FileLimits.safetensorsTensorCount) are read")
        }
        entries.reserveCapacity(members.count)
        for (key, value) in members {
            let name = key.string
            if name == "__metadata__" {
                try readMetadata(value)
            } else {
                entries.append(try entry(name, value))
            }
        }
        entries.sort {
            ($0.byteRange.lowerBound, $0.byteRange.upperBound)
                < ($1.byteRange.lowerBound, $1.byteRange.upperBound)
        }
        try checkCoverage()
    }

    private mutating func readMetadata(_ value: JSONValue) throws(FileError) {
        if value.isNull { return }
        for (key, value) in try value.members() { metadata[key.string] = try value.string() }
    }

    private func entry(_ name: String, _ value: JSONValue) throws(FileError) -> TensorEntry {
        guard value.kind == .object else {
            throw fault(name, nil, value, "must be an object, found \(value.shown)")
        }
        let dtypeValue = try member("dtype", of: value, name)
        guard dtypeValue.kind == .string else {
            throw fault(name, "dtype", dtypeValue, "must be a string, found \(dtypeValue.shown)")
        }
        let spelling = try dtypeValue.string()
        guard let dtype = SafetensorsType(rawValue: spelling) else {
            throw .unsupported(
                file: file, field: field(name, "dtype"),
                reason: "unknown element type \"\(shownInMessage(spelling))\"")
        }
        let shapeValue = try member("shape", of: value, name)
        let shape = try integers(shapeValue, name, "shape")
        let offsetsValue = try member("data_offsets", of: value, name)
        let offsets = try integers(offsetsValue, name, "data_offsets")
        guard offsets.count == 2 else {
            throw fault(
                name, "data_offsets", offsetsValue,
                "must be two offsets, found \(offsets.count)")
        }
        guard offsets[0] <= offsets[1] else {
            throw fault(
                name, "data_offsets", offsetsValue,
                "begins at \(offsets[0]), after its end at \(offsets[1])")
        }
        guard offsets[1] <= dataLength else {
            throw fault(
                name, "data_offsets", offsetsValue,
                "ends at \(offsets[1]), the file holds \(dataLength) bytes of data")
        }
        guard let needed = Self.byteCount(shape, dtype) else {
            throw fault(name, "shape", shapeValue, "the number of elements overflows")
        }
        guard needed == offsets[1] - offsets[0] else {
            throw fault(
                name, "shape", shapeValue,
                "takes \(needed) bytes with dtype \(dtype.rawValue), data_offsets give "
                    + "\(offsets[1] - offsets[0])")
        }
        return TensorEntry(
            name: name, dtype: dtype, shape: shape,
            byteRange: dataStart + offsets[0]..<dataStart + offsets[1])
    }

    private func member(
        _ key: String, of value: JSONValue, _ name: String
    ) throws(FileError) -> JSONValue {
        guard let member = value[key] else { throw fault(name, key, value, "is missing") }
        return member
    }

    /// An array of integers, none negative, spelled as integers.
    private func integers(
        _ value: JSONValue, _ name: String, _ key: String
    ) throws(FileError) -> [Int] {
        guard value.kind == .array else {
            throw fault(name, key, value, "must be an array, found \(value.shown)")
        }
        var result: [Int] = []
        for element in try value.elements() {
            guard element.kind == .number, let integer = Int(element.lexeme), integer >= 0 else {
                throw fault(
                    name, key, element, "must hold integers from 0 on, found \(element.shown)")
            }
            result.append(integer)
        }
        return result
    }

    private static func byteCount(_ shape: [Int], _ dtype: SafetensorsType) -> Int? {
        var count = dtype.byteWidth
        for size in shape {
            let (product, overflows) = count.multipliedReportingOverflow(by: size)
            if overflows { return nil }
            count = product
        }
        return count
    }

    /// The reference reader wants every byte of the data to belong to exactly one tensor.
    private func checkCoverage() throws(FileError) {
        var end = dataStart
        for entry in entries {
            guard entry.byteRange.lowerBound == end else {
                let begin = entry.byteRange.lowerBound
                throw .malformed(
                    file: file, field: field(entry.name, "data_offsets"), position: begin,
                    reason: begin < end
                        ? "overlaps the tensor before it by \(end - begin) bytes"
                        : "leaves \(begin - end) bytes of data unused before it")
            }
            end = entry.byteRange.upperBound
        }
        guard end == dataStart + dataLength else {
            throw .malformed(
                file: file, field: "data_offsets", position: end,
                reason: "\(dataStart + dataLength - end) bytes follow the last tensor")
        }
    }

    private func field(_ name: String, _ key: String?) -> String {
        [shownInMessage(name), key].compactMap { $0 }.joined(separator: " ")
    }

    private func fault(
        _ name: String, _ key: String?, _ value: JSONValue, _ reason: String
    ) -> FileError {
        .malformed(
            file: file, field: field(name, key), position: value.byteRange.lowerBound,
            reason: reason)
    }
}
