import ScopeFiles
import ScopeTrace

extension RecordedToken {
    /// Reads one line.
    init(_ line: JSONValue) throws(FileError) {
        self.init(id: try line.required("id").naturalNumber())
        if let value = line["index"] { index = TokenIndex(try value.naturalNumber()) }
        if let value = line["text"] { text = try value.string() }
        if let value = line["bytes"] { bytes = try value.bytes() }
        sequenceSpan = try line.span("start", "end")
        sourceSpan = try line.span("source_start", "source_end")
        origin = try line["origin"]?.optionalCase(TokenOrigin.self)
        role = try line["role"]?.optionalCase(TokenRole.self)
        if let value = line["metrics"] { metrics = try Self.metrics(value) }
    }

    /// Reads values by name; null is none.
    static func metrics(_ object: JSONValue) throws(FileError) -> [Metric] {
        var metrics: [Metric] = []
        for (key, value) in try object.members() where !value.isNull {
            metrics.append(Metric(name: key.string, value: try value.cell()))
        }
        return metrics
    }
}

extension TraceHeader {
    /// Reads the header line.
    init(_ line: JSONValue) throws(FileError) {
        let model = try line.required("model")
        self.init(
            model: ModelIdentity(
                name: try model.required("name").string(),
                family: try model.required("family").string(),
                fingerprint: try model.required("fingerprint").string(),
                parameterCount: try model.required("parameters").naturalNumber(),
                // Files of before there was a choice lack these.
                weights: try model["weights"]?.string() ?? "",
                rotaryLength: try model["rotary_length"]?.string()),
            arithmetic: try line.required("arithmetic").string(),
            kernels: try line.required("kernels").string(),
            settings: try GenerationSettings(line.required("settings")),
            eosTokenIDs: try line.required("eos_ids").naturalNumbers(),
            contextLength: try line.required("context_length").naturalNumber(),
            libraryVersion: try line.required("version").string())
    }
}

extension DocumentMap {
    init(_ map: JSONValue) throws(FileError) {
        var regions: [DocumentRegion] = []
        for region in try map.required("regions").elements() {
            regions.append(
                DocumentRegion(
                    language: try region.required("language").string(),
                    byteCount: try region.required("bytes").naturalNumber(),
                    isComplete: try region.required("complete").bool()))
        }
        var pieces: [DocumentPiece] = []
        for piece in try map.required("pieces").elements() {
            let numbers = try piece.naturalNumbers(4)
            pieces.append(
                DocumentPiece(
                    sequenceStart: numbers[0],
                    place: DocumentPlace(region: numbers[1], offset: numbers[2]),
                    byteCount: numbers[3]))
        }
        var insertion: DocumentPlace?
        if let place = map["insertion"] {
            let numbers = try place.naturalNumbers(2)
            insertion = DocumentPlace(region: numbers[0], offset: numbers[1])
        }
        let length = try map.required("sequence_bytes").naturalNumber()
        do throws(DocumentMapError) {
            try self.init(
                sequenceByteCount: length, regions: regions, pieces: pieces, insertion: insertion)
        } catch {
            throw map.error(error.reason)
        }
    }
}

extension StopMatch {
    init(_ text: JSONValue, at start: JSONValue) throws(FileError) {
        let text = try text.string()
        guard try start.naturalNumber() <= Int.max - text.utf8.count else {
            throw start.mismatch("a place in the sequence")
        }
        self.init(text: text, start: try start.naturalNumber())
    }
}

extension JSONValue {
    func naturalNumber() throws(FileError) -> Int {
        let value = try int()
        guard value >= 0 else { throw mismatch("a whole number of at least 0") }
        return value
    }

    func naturalNumbers() throws(FileError) -> [Int] {
        var values: [Int] = []
        for element in try elements() { values.append(try element.naturalNumber()) }
        return values
    }

    /// A list of so many numbers.
    func naturalNumbers(_ count: Int) throws(FileError) -> [Int] {
        let numbers = try naturalNumbers()
        guard numbers.count == count else { throw mismatch("\(count) numbers") }
        return numbers
    }

    /// A number, or the spelling of an infinity.
    func doubleOrInfinity() throws(FileError) -> Double {
        guard kind == .string else { return try double() }
        switch try string() {
        case "Infinity": return .infinity
        case "-Infinity": return -.infinity
        default: throw mismatch("a number, \"Infinity\" or \"-Infinity\"")
        }
    }

    /// One of a closed set of names, nil for null.
    func optionalCase<Name: RawRepresentable<String> & CaseIterable>(
        _ type: Name.Type
    ) throws(FileError) -> Name? {
        if isNull { return nil }
        guard let name = Name(rawValue: try string()) else {
            throw mismatch("one of " + Name.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return name
    }

    /// Two members that are a range, nil where there is none.
    func span(_ start: String, _ end: String) throws(FileError) -> Range<Int>? {
        guard let lower = self[start] else { return nil }
        let upper = try required(end)
        let (first, last) = (try lower.naturalNumber(), try upper.naturalNumber())
        guard first <= last else { throw upper.mismatch("at least \(start)") }
        return first..<last
    }

    /// The value of a metric, by the form in which the writer gives each kind.
    fileprivate func cell() throws(FileError) -> MetricCell {
        switch kind {
        case .bool: return .bool(try bool())
        case .number: return isWhole ? .int(try int()) : .double(try double())
        case .string:
            let text = try string()
            switch text {
            case "Infinity": return .double(.infinity)
            case "-Infinity": return .double(-.infinity)
            default: return .string(text)
            }
        case .array:
            let elements = Array(try elements())
            if elements.allSatisfy(\.isWhole) {
                var ids: [Int] = []
                for element in elements { ids.append(try element.int()) }
                return .ids(TokenIDs(ids))
            }
            var values: [Double] = []
            for element in elements {
                guard let value = try? element.doubleOrInfinity() else {
                    return .opaque(try opaque())
                }
                values.append(value)
            }
            return .row(MetricRow(values))
        case .null, .object: return .opaque(try opaque())
        }
    }

    /// Any value as it is; the document's limit on nesting bounds the recursion.
    func opaque() throws(FileError) -> OpaqueValue {
        switch kind {
        case .null: return .null
        case .bool: return .bool(try bool())
        case .number: return isWhole ? .int(try int()) : .double(try double())
        case .string: return .string(try string())
        case .array:
            var values: [OpaqueValue] = []
            for element in try elements() { values.append(try element.opaque()) }
            return .array(values)
        case .object:
            var values: [String: OpaqueValue] = [:]
            for (key, value) in try members() { values[key.string] = try value.opaque() }
            return .object(values)
        }
    }

    /// Whether the value is a number without fraction and exponent.
    private var isWhole: Bool {
        kind == .number && lexeme.utf8.allSatisfy { $0 == UInt8(ascii: "-") || $0.isDigit }
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
}
