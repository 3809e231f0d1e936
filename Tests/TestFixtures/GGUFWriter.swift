public import ScopeFiles

/// Writes GGUF files for tests, right ones and wrong ones.
public struct GGUFWriter: Sendable {
    /// A value of the metadata.
    public enum Value: Sendable, Equatable {
        /// An integer of one of the format's kinds, by its bits.
        case integer(GGUFValueKind, UInt64)
        /// A 32-bit float.
        case float(Float)
        /// A 64-bit float.
        case double(Double)
        /// One byte, right or wrong.
        case bool(UInt8)
        /// A string, valid UTF-8 or not.
        case bytes([UInt8])
        /// Elements of one kind.
        case array(GGUFValueKind, [Value])

        /// A string.
        public static func string(_ text: String) -> Value { .bytes(Array(text.utf8)) }

        /// An unsigned 32-bit integer, which most keys have.
        public static func uint32(_ value: UInt32) -> Value { .integer(.uint32, UInt64(value)) }

        /// An array of strings.
        public static func strings(_ texts: [String]) -> Value {
            .array(.string, texts.map(Value.string))
        }

        /// An array of signed 32-bit integers.
        public static func int32s(_ values: [Int]) -> Value {
            .array(.int32, values.map { .integer(.int32, UInt64(bitPattern: Int64($0))) })
        }

        /// An array of 32-bit floats.
        public static func floats(_ values: [Float]) -> Value {
            .array(.float32, values.map(Value.float))
        }

        /// What kind of value it is.
        public var kind: GGUFValueKind {
            switch self {
            case .integer(let kind, _): kind
            case .float: .float32
            case .double: .float64
            case .bool: .bool
            case .bytes: .string
            case .array: .array
            }
        }
    }

    /// An entry of the table as it stands in the file.
    public struct Tensor: Sendable, Equatable {
        /// The name.
        public var name: String
        /// The number of the type.
        public var type: UInt32
        /// The sizes, the fastest first.
        public var dimensions: [UInt64]
        /// Where the data lies, from the start of all data.
        public var offset: UInt64

        /// Describes an entry.
        public init(_ name: String, type: UInt32, _ dimensions: [UInt64], offset: UInt64) {
            self.name = name
            self.type = type
            self.dimensions = dimensions
            self.offset = offset
        }
    }

    /// The magic.
    public var magic = Array("GGUF".utf8)
    /// The version.
    public var version: UInt32 = 3
    /// The metadata in order.
    public var values: [(key: String, value: Value)] = []
    /// The table.
    public var tensors: [Tensor] = []
    /// All data.
    public var data: [UInt8] = []
    /// What the data and every tensor of ``add(_:_:shape:)`` is aligned to.
    public var alignment = 32
    /// The numbers of keys and tensors that the file claims, if they are not those it has.
    public var claimedCounts: (tensors: UInt64?, keys: UInt64?) = (nil, nil)

    /// Begins an empty file.
    public init() {}

    /// Adds or replaces a value.
    public mutating func set(_ key: String, _ value: Value?) {
        let index = values.firstIndex { $0.key == key }
        switch (index, value) {
        case (let index?, let value?): values[index].value = value
        case (let index?, nil): values.remove(at: index)
        case (nil, let value?): values.append((key, value))
        case (nil, nil): break
        }
    }

    /// Adds a tensor with data behind all others; sizes outermost first.
    public mutating func add(_ name: String, _ type: GGUFType, shape: [Int]) {
        while !data.count.isMultiple(of: alignment) { data.append(0xEE) }
        tensors.append(
            Tensor(
                name, type: UInt32(type.rawValue), shape.reversed().map(UInt64.init),
                offset: UInt64(data.count)))
        let count = shape.reduce(1, *) / type.elementsPerBlock * type.bytesPerBlock
        data += (0..<count).map { UInt8(truncatingIfNeeded: $0) }
    }

    /// The whole file.
    public var bytes: [UInt8] {
        var bytes = magic
        Self.append(UInt64(version), 4, to: &bytes)
        Self.append(claimedCounts.tensors ?? UInt64(tensors.count), 8, to: &bytes)
        Self.append(claimedCounts.keys ?? UInt64(values.count), 8, to: &bytes)
        for (key, value) in values {
            Self.append(.string(key), to: &bytes)
            Self.append(UInt64(value.kind.rawValue), 4, to: &bytes)
            Self.append(value, to: &bytes)
        }
        for tensor in tensors {
            Self.append(.string(tensor.name), to: &bytes)
            Self.append(UInt64(tensor.dimensions.count), 4, to: &bytes)
            for size in tensor.dimensions { Self.append(size, 8, to: &bytes) }
            Self.append(UInt64(tensor.type), 4, to: &bytes)
            Self.append(tensor.offset, 8, to: &bytes)
        }
        guard !tensors.isEmpty else { return bytes }
        while !bytes.count.isMultiple(of: alignment) { bytes.append(0) }
        return bytes + data
    }

    /// The file as a reader takes it.
    public func contents(_ name: String = "test.gguf") -> FileContents {
        FileContents(copying: bytes, name: name)
    }

    private static func append(_ value: Value, to bytes: inout [UInt8]) {
        switch value {
        case .integer(let kind, let bits):
            let width =
                switch kind {
                case .uint8, .int8: 1
                case .uint16, .int16: 2
                case .uint32, .int32: 4
                default: 8
                }
            append(bits, width, to: &bytes)
        case .float(let value): append(UInt64(value.bitPattern), 4, to: &bytes)
        case .double(let value): append(value.bitPattern, 8, to: &bytes)
        case .bool(let byte): bytes.append(byte)
        case .bytes(let content):
            append(UInt64(content.count), 8, to: &bytes)
            bytes += content
        case .array(let kind, let elements):
            append(UInt64(kind.rawValue), 4, to: &bytes)
            append(UInt64(elements.count), 8, to: &bytes)
            for element in elements { append(element, to: &bytes) }
        }
    }

    private static func append(_ value: UInt64, _ width: Int, to bytes: inout [UInt8]) {
        for place in 0..<width { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * place))) }
    }
}
