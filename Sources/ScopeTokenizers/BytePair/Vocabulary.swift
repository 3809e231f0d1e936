/// The tokens of a model, keyed by the bytes they stand for.
///
/// All bytes lie in one buffer, and one open-addressing table leads from bytes to ids: no string
/// and no allocation for a token.
struct Vocabulary: Sendable {
    private enum Kind: UInt8 {
        /// No token has this id.
        case absent
        /// Spelled in the byte alphabet; found by its bytes.
        case bytes
        /// Spelled with other characters, so it stands for its own spelling. No text leads to it.
        case literal
    }

    private struct Entry {
        var start: UInt32 = 0
        var count: UInt32 = 0
        var kind = Kind.absent
    }

    private var buffer: [UInt8] = []
    private var entries: [Entry] = []
    private var slots: [UInt32]
    private let hash = KeyedHash()
    private let spellsBytes: Bool

    /// How many tokens there are.
    private(set) var count = 0

    /// One more than the largest id.
    var idLimit: Int { entries.count }

    /// Makes an empty vocabulary.
    ///
    /// - Parameters:
    ///   - capacity: how many tokens to have room for.
    ///   - spellsBytes: whether tokens are spelled in the byte alphabet; if not, each stands for
    ///     its own spelling.
    init(capacity: Int, spellsBytes: Bool = true) {
        self.spellsBytes = spellsBytes
        var size = 16
        while size < capacity * 2 { size *= 2 }
        slots = [UInt32](repeating: 0, count: size)
    }

    /// Whether some token has this id.
    func contains(_ id: Int) -> Bool {
        entries.indices.contains(id) && entries[id].kind != .absent
    }

    /// Adds a token; the vocabulary must have been made with room for it.
    ///
    /// - Parameters:
    ///   - spelling: the token as its file spells it.
    ///   - id: an id that no token has yet.
    /// - Returns: whether the token is new; one that is there already stays as it is.
    mutating func insert(spelling: [UInt8], id: Int) -> Bool {
        precondition(count * 2 < slots.count, "the vocabulary is full")
        let start = buffer.count
        var kind = Kind.bytes
        if !spellsBytes {
            buffer += spelling
        } else if !ByteAlphabet.appendBytes(spelledBy: spelling.span, to: &buffer) {
            buffer += spelling
            kind = .literal
        }
        let slot = slot(of: buffer.span, start..<buffer.count, kind)
        guard slots[slot] == 0 else {
            buffer.removeSubrange(start...)
            return false
        }
        while entries.count <= id { entries.append(Entry()) }
        entries[id] = Entry(
            start: UInt32(start), count: UInt32(buffer.count - start), kind: kind)
        slots[slot] = UInt32(id) + 1
        count += 1
        return true
    }

    /// The token that stands for these bytes of a text.
    @inline(__always)
    func id(of bytes: Span<UInt8>, _ range: Range<Int>) -> Int? {
        let found = slots[slot(of: bytes, range, .bytes)]
        return found == 0 ? nil : Int(found) - 1
    }

    /// The token that a file spells this way.
    func id(ofSpelling spelling: [UInt8]) -> Int? {
        guard spellsBytes else { return id(of: spelling.span, spelling.indices) }
        var bytes: [UInt8] = []
        let isBytes = ByteAlphabet.appendBytes(spelledBy: spelling.span, to: &bytes)
        if !isBytes { bytes = spelling }
        let found = slots[slot(of: bytes.span, bytes.indices, isBytes ? .bytes : .literal)]
        return found == 0 ? nil : Int(found) - 1
    }

    /// Where a token is, or where it would go.
    @inline(__always)
    private func slot(of bytes: Span<UInt8>, _ range: Range<Int>, _ kind: Kind) -> Int {
        var slot = Int(truncatingIfNeeded: hash.hash(bytes, range)) & (slots.count - 1)
        while slots[slot] != 0 {
            let entry = entries[Int(slots[slot]) - 1]
            if entry.kind == kind, Int(entry.count) == range.count {
                var offset = 0
                while offset < range.count,
                    buffer[Int(entry.start) + offset] == bytes[range.lowerBound + offset]
                {
                    offset += 1
                }
                if offset == range.count { return slot }
            }
            slot = (slot + 1) & (slots.count - 1)
        }
        return slot
    }

    /// How many bytes a token adds to a text.
    @inline(__always)
    func byteCount(of id: Int) -> Int {
        Int(entries[id].count)
    }

    /// Appends the bytes that a token adds to a text.
    func appendBytes(of id: Int, to result: inout [UInt8]) {
        let entry = entries[id]
        result += buffer[Int(entry.start)..<Int(entry.start + entry.count)]
    }

    /// The token as its file spells it.
    func spelling(of id: Int) -> String? {
        guard contains(id) else { return nil }
        let entry = entries[id]
        let bytes = buffer[Int(entry.start)..<Int(entry.start + entry.count)]
        return entry.kind == .bytes && spellsBytes
            ? ByteAlphabet.spelling(of: bytes) : String(decoding: bytes, as: UTF8.self)
    }
}
