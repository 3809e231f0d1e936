internal import ScopeFiles

/// The fields of one message in the wire format of Protocol Buffers, read in order.
///
/// Every length is checked against the message it stands in before anything is read by it, and
/// fields that nobody asks for are skipped. Groups, which the format gave up, are refused.
struct ProtobufMessage {
    /// One field as it stands in the message.
    struct Field {
        let number: Int
        let value: Value
        /// Where it stands in the file.
        let position: Int
    }

    /// The four encodings.
    enum Value {
        case varint(UInt64)
        case fixed64(UInt64)
        /// A string, bytes, a message, or packed numbers: where in the file they are.
        case bytes(Range<Int>)
        case fixed32(UInt32)
    }

    let contents: FileContents
    /// What the message is, for errors.
    let name: String
    private var position: Int
    private let end: Int

    /// A file that is one message.
    init(_ contents: FileContents) {
        self.init(contents, 0..<contents.byteCount, name: "")
    }

    /// A message within a file.
    ///
    /// - Parameters:
    ///   - contents: the file.
    ///   - range: its bytes, which must lie within the file.
    ///   - name: a path such as `pieces[3]`.
    init(_ contents: FileContents, _ range: Range<Int>, name: String) {
        precondition(range.lowerBound >= 0 && range.upperBound <= contents.byteCount)
        self.contents = contents
        self.name = name
        position = range.lowerBound
        end = range.upperBound
    }

    /// The next field, or nil at the end.
    mutating func next() throws(TokenizerError) -> Field? {
        guard position < end else { return nil }
        let start = position
        let key = try varint()
        let number = key >> 3
        guard number > 0, number < 1 << 29 else {
            throw malformed("a field cannot have the number \(number)", at: start)
        }
        let value: Value
        switch key & 7 {
        case 0: value = .varint(try varint())
        case 1: value = .fixed64(try fixed(8))
        case 2:
            let lengthPosition = position
            let length = try varint()
            guard length <= UInt64(end - position) else {
                throw malformed(
                    "a length of \(length) leads out of the message", at: lengthPosition)
            }
            value = .bytes(position..<position + Int(length))
            position += Int(length)
        case 5: value = .fixed32(UInt32(try fixed(4)))
        default: throw malformed("the field's encoding is \(key & 7)", at: start)
        }
        return Field(number: Int(number), value: value, position: start)
    }

    /// Seven bits a byte, the lowest first.
    private mutating func varint() throws(TokenizerError) -> UInt64 {
        let start = position
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            guard position < end else { throw malformed("the message ends in a number", at: start) }
            let byte = contents[position]
            position += 1
            guard shift < 63 || byte <= 1 else { break }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        throw malformed("a number has more than 64 bits", at: start)
    }

    private mutating func fixed(_ count: Int) throws(TokenizerError) -> UInt64 {
        guard count <= end - position else {
            throw malformed("the message ends in a number", at: position)
        }
        var value: UInt64 = 0
        for offset in (0..<count).reversed() {
            value = value << 8 | UInt64(contents[position + offset])
        }
        position += count
        return value
    }

    func malformed(_ reason: String, at position: Int) -> TokenizerError {
        .file(
            .malformed(
                file: contents.name, field: name.isEmpty ? nil : name, position: position,
                reason: reason))
    }
}

extension ProtobufMessage {
    /// The field as a whole number of 32 bits with a sign, as `int32` and enumerations are.
    func int(_ field: Field, _ member: String) throws(TokenizerError) -> Int {
        guard case .varint(let value) = field.value else { throw mismatch(field, member) }
        return Int(Int32(truncatingIfNeeded: value))
    }

    func bool(_ field: Field, _ member: String) throws(TokenizerError) -> Bool {
        guard case .varint(let value) = field.value else { throw mismatch(field, member) }
        return value != 0
    }

    func float(_ field: Field, _ member: String) throws(TokenizerError) -> Float {
        guard case .fixed32(let bits) = field.value else { throw mismatch(field, member) }
        let value = Float(bitPattern: bits)
        guard value.isFinite else { throw malformed("\(member) is not finite", at: field.position) }
        return value
    }

    /// The field's bytes, by their place in the file.
    func range(_ field: Field, _ member: String) throws(TokenizerError) -> Range<Int> {
        guard case .bytes(let range) = field.value else { throw mismatch(field, member) }
        return range
    }

    /// The field as valid UTF-8.
    func utf8(_ field: Field, _ member: String) throws(TokenizerError) -> [UInt8] {
        let bytes = contents.copy(try range(field, member))
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw malformed("\(member) is not valid UTF-8", at: field.position)
        }
        return bytes
    }

    private func mismatch(_ field: Field, _ member: String) -> TokenizerError {
        malformed("\(member) is encoded as another type", at: field.position)
    }
}
