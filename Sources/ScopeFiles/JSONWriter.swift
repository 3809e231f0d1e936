/// Writes JSON text (RFC 8259) in UTF-8, the same bytes for the same calls.
///
/// Members stand in the order they are written, without white space. Numbers have the shortest
/// text that reads back to the same value. The infinities, which JSON lacks, are the strings
/// `"Infinity"` and `"-Infinity"`; NaN is a programmer's mistake. Line separators and all other
/// characters beyond ASCII stand as they are.
public struct JSONWriter: Sendable {
    private enum Place {
        case array
        case object
        case afterKey
    }

    /// What has been written so far.
    public private(set) var bytes: [UInt8] = []

    private var places: [Place] = []
    private var needsComma = false

    /// Starts with nothing written.
    public init() {}

    /// Writes an object whose members `body` writes.
    ///
    /// - Parameter body: calls ``key(_:)`` and one value for each member, or the `member` methods.
    /// - Throws: what `body` throws; the text is then incomplete.
    public mutating func object<Failure: Error>(
        _ body: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        open(.object, UInt8(ascii: "{"))
        try body(&self)
        close(.object, UInt8(ascii: "}"))
    }

    /// Writes an array whose elements `body` writes.
    ///
    /// - Parameter body: writes one value for each element.
    /// - Throws: what `body` throws; the text is then incomplete.
    public mutating func array<Failure: Error>(
        _ body: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        open(.array, UInt8(ascii: "["))
        try body(&self)
        close(.array, UInt8(ascii: "]"))
    }

    /// Writes the key of the member that follows.
    public mutating func key(_ name: String) {
        precondition(places.last == .object, "a key stands directly in an object")
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        bytes.appendJSON(string: name)
        bytes.append(UInt8(ascii: ":"))
        places.append(.afterKey)
        needsComma = false
    }

    /// Writes a string.
    public mutating func write(_ value: String) {
        beginValue()
        bytes.appendJSON(string: value)
    }

    /// Writes a string given in UTF-8; parts that are not valid become U+FFFD.
    public mutating func write(utf8 value: [UInt8]) {
        write(String(decoding: value, as: UTF8.self))
    }

    /// Writes a whole number.
    public mutating func write(_ value: Int) {
        beginValue()
        bytes.append(contentsOf: value.description.utf8)
    }

    /// Writes a number, which must not be NaN.
    public mutating func write(_ value: Double) {
        beginValue()
        bytes.appendJSON(number: value)
    }

    /// Writes a number, which must not be NaN, in the shortest text for a `Float`.
    public mutating func write(_ value: Float) {
        beginValue()
        bytes.appendJSON(number: value)
    }

    /// Writes `true` or `false`.
    public mutating func write(_ value: Bool) {
        beginValue()
        bytes.append(contentsOf: value ? "true".utf8 : "false".utf8)
    }

    /// Writes `null`.
    public mutating func writeNull() {
        beginValue()
        bytes.append(contentsOf: "null".utf8)
    }

    /// Copies a value from a document as it stands there, so that no digit of a number is lost.
    public mutating func write(_ value: JSONValue) {
        beginValue()
        bytes.append(contentsOf: value.tape.contents.copy(value.tape.range(value.node)))
    }

    /// Gives what was written and starts again; every object and array must be closed.
    public mutating func finish() -> [UInt8] {
        precondition(places.isEmpty, "an object or array is still open")
        defer { self = JSONWriter() }
        return bytes
    }

    /// Gives what was written since the last call, in the middle of a long text as well.
    public mutating func takeBytes() -> [UInt8] {
        defer { bytes.removeAll(keepingCapacity: true) }
        return bytes
    }

    private mutating func beginValue() {
        switch places.last {
        case .afterKey: places.removeLast()
        case .array: if needsComma { bytes.append(UInt8(ascii: ",")) }
        case .object: preconditionFailure("a value in an object follows its key")
        case nil: precondition(!needsComma, "the text already holds its one value")
        }
        needsComma = true
    }

    private mutating func open(_ place: Place, _ bracket: UInt8) {
        beginValue()
        bytes.append(bracket)
        places.append(place)
        needsComma = false
    }

    private mutating func close(_ place: Place, _ bracket: UInt8) {
        precondition(places.last == place, "a key lacks its value")
        places.removeLast()
        bytes.append(bracket)
        needsComma = true
    }
}
