public import ScopeFiles

extension GGUFWriter {
    /// Takes over a file, to write it with something changed.
    public init(copying file: GGUFFile) throws(FileError) {
        self.init()
        version = UInt32(file.version)
        alignment = file.alignment
        for key in file.metadata.keys { set(key, try Value(file.metadata.required(key))) }
        for entry in file.entries {
            while !data.count.isMultiple(of: alignment) { data.append(0) }
            tensors.append(
                Tensor(
                    entry.name, type: UInt32(entry.type.rawValue),
                    entry.shape.reversed().map(UInt64.init), offset: UInt64(data.count)))
            data += file.contents.copy(entry.byteRange)
        }
    }
}

extension GGUFWriter.Value {
    /// A value as it was read.
    public init(_ value: GGUFValue) throws(FileError) {
        switch value.kind {
        case .string: self = .bytes(Array(try value.utf8()))
        case .bool: self = .bool(try value.bool() ? 1 : 0)
        case .float32: self = .float(Float(try value.double()))
        case .float64: self = .double(try value.double())
        case .array:
            let array = try value.array()
            var elements: [GGUFWriter.Value] = []
            for element in array.elements() { elements.append(try GGUFWriter.Value(element)) }
            self = .array(array.kind, elements)
        default: self = .integer(value.kind, UInt64(bitPattern: Int64(try value.int())))
        }
    }
}
