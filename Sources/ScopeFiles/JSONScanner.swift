/// What is wrong with a JSON text, and where.
struct JSONFault: Error {
    let position: Int
    let reason: String
}

/// The one pass over a JSON text that checks it and lays out its tape.
struct JSONScanner: ~Escapable {
    let units: Span<UInt8>
    let end: Int
    var position: Int
    var nodes: [JSONTape.Node] = []

    @_lifetime(copy units)
    init(_ units: Span<UInt8>) {
        self.units = units
        end = units.count
        position = 0
    }

    /// Reads the one value that the text must hold, without recursion: the containers that are
    /// open are on a stack of at most ``JSONDocument/maximumDepth`` entries.
    @_lifetime(self: copy self)
    mutating func scan() throws(JSONFault) {
        var open: [Int] = []
        skipSpace()
        if end - position >= 3, units[position] == 0xEF, units[position + 1] == 0xBB {
            throw fault("starts with a byte order mark")
        }
        while true {
            // At the first byte of a value.
            if let container = try scanValue() {
                guard open.count < JSONDocument.maximumDepth else {
                    throw JSONFault(
                        position: Int(nodes[container].start),
                        reason: "nested deeper than \(JSONDocument.maximumDepth)")
                }
                open.append(container)
                skipSpace()
                if try !closeIfEmpty(container) {
                    if isObject(container) { try scanKey() }
                    continue
                }
                open.removeLast()
            }
            // After a value: close what ends here, and step to the next value.
            var isBetweenValues = false
            while !isBetweenValues {
                skipSpace()
                guard let container = open.last else {
                    guard position == end else { throw fault("more text after the value") }
                    return
                }
                nodes[container + 1].link += 1
                if try closeAfterValue(container) {
                    open.removeLast()
                } else {
                    isBetweenValues = true
                }
            }
        }
    }

    /// Reads a scalar, or opens a container and returns its node.
    @_lifetime(self: copy self)
    private mutating func scanValue() throws(JSONFault) -> Int? {
        guard position < end else { throw fault("ends where a value must follow") }
        let start = position
        switch units[position] {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            position += 1
            nodes.append(JSONTape.Node(start: UInt32(start), link: 0))
            nodes.append(JSONTape.Node(start: 0, link: 0))
            return nodes.count - 2
        case UInt8(ascii: "\""): try scanString()
        case UInt8(ascii: "t"): try scanLiteral("true")
        case UInt8(ascii: "f"): try scanLiteral("false")
        case UInt8(ascii: "n"): try scanLiteral("null")
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try scanNumber()
        default: throw fault("found \(shownUnit) where a value must stand")
        }
        nodes.append(JSONTape.Node(start: UInt32(start), link: UInt32(position)))
        return nil
    }

    private func isObject(_ container: Int) -> Bool {
        units[Int(nodes[container].start)] == UInt8(ascii: "{")
    }

    private func closer(of container: Int) -> UInt8 {
        isObject(container) ? UInt8(ascii: "}") : UInt8(ascii: "]")
    }

    @_lifetime(self: copy self)
    private mutating func closeIfEmpty(_ container: Int) throws(JSONFault) -> Bool {
        guard position < end else { throw fault("ends inside \(shown(container))") }
        guard units[position] == closer(of: container) else { return false }
        close(container)
        return true
    }

    /// Steps over a comma (and the next key) or closes the container.
    @_lifetime(self: copy self)
    private mutating func closeAfterValue(_ container: Int) throws(JSONFault) -> Bool {
        guard position < end else { throw fault("ends inside \(shown(container))") }
        if units[position] == UInt8(ascii: ",") {
            position += 1
            skipSpace()
            if isObject(container) { try scanKey() }
            return false
        }
        guard units[position] == closer(of: container) else {
            throw fault("found \(shownUnit) inside \(shown(container)), expected , or its end")
        }
        close(container)
        return true
    }

    @_lifetime(self: copy self)
    private mutating func close(_ container: Int) {
        position += 1
        nodes[container].link = UInt32(nodes.count)
        nodes[container + 1].start = UInt32(position)
    }

    /// Reads a key, its colon and the space up to the value.
    @_lifetime(self: copy self)
    private mutating func scanKey() throws(JSONFault) {
        guard position < end else { throw fault("ends where a key must follow") }
        guard units[position] == UInt8(ascii: "\"") else {
            throw fault("found \(shownUnit) where a key must stand")
        }
        let start = position
        try scanString()
        nodes.append(JSONTape.Node(start: UInt32(start), link: UInt32(position)))
        skipSpace()
        guard position < end else { throw fault("ends after a key") }
        guard units[position] == UInt8(ascii: ":") else {
            throw fault("found \(shownUnit) after a key, expected :")
        }
        position += 1
        skipSpace()
    }

    @_lifetime(self: copy self)
    mutating func skipSpace() {
        while position < end {
            switch units[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            default: return
            }
        }
    }

    func fault(_ reason: String) -> JSONFault { JSONFault(position: position, reason: reason) }

    /// The byte at the position, for messages.
    var shownUnit: String {
        let unit = units[position]
        if unit > 0x20 && unit < 0x7F { return "'\(Character(Unicode.Scalar(unit)))'" }
        return "byte 0x\(String(unit, radix: 16))"
    }

    private func shown(_ container: Int) -> String {
        let position = Int(nodes[container].start)
        return (isObject(container) ? "the object" : "the array") + " opened at byte \(position)"
    }
}
