/// A value of a GGUF file's metadata, read when it is asked for.
public struct GGUFValue: Sendable {
    /// The key, with the position of an element as in `key[3]`, for messages.
    public let key: String

    /// What the value is.
    public let kind: GGUFValueKind

    /// Where the value begins, from the start of the file.
    public let position: Int

    let source: GGUFBytes

    /// The value as an integer.
    ///
    /// - Returns: the integer, of whichever of the format's eight kinds.
    /// - Throws: ``FileError`` naming file and key if it is no integer or beyond `Int`.
    public func int() throws(FileError) -> Int {
        guard kind.isInteger else { throw mismatch("an integer") }
        guard let value = source.integer(kind, at: position) else {
            throw error("is larger than \(Int.max)")
        }
        return value
    }

    /// The value as a number.
    ///
    /// - Returns: a float exactly, an integer rounded if it must be.
    /// - Throws: ``FileError`` naming file and key if it is no number.
    public func double() throws(FileError) -> Double {
        guard let value = source.double(kind, at: position) else { throw mismatch("a number") }
        return value
    }

    /// The value as a truth value.
    ///
    /// - Returns: the truth value.
    /// - Throws: ``FileError`` naming file and key if it is none.
    public func bool() throws(FileError) -> Bool {
        guard kind == .bool else { throw mismatch("a bool") }
        return source.bytes[position] == 1
    }

    /// The value as a string.
    ///
    /// - Returns: the string.
    /// - Throws: ``FileError`` naming file and key if it is none or no valid UTF-8.
    /// - Complexity: O(bytes).
    public func string() throws(FileError) -> String {
        guard let string = String(validating: try utf8(), as: UTF8.self) else {
            throw error("is not valid UTF-8")
        }
        return string
    }

    /// The bytes of a string, valid UTF-8 or not.
    ///
    /// - Returns: the bytes.
    /// - Throws: ``FileError`` naming file and key if it is no string.
    public func utf8() throws(FileError) -> ArraySlice<UInt8> {
        guard kind == .string else { throw mismatch("a string") }
        let start = position + 8
        return source.bytes[start..<start + Int(source.unsigned(at: position, width: 8))]
    }

    /// The value as an array.
    ///
    /// - Returns: the array; its elements are read when they are asked for.
    /// - Throws: ``FileError`` naming file and key if it is none.
    public func array() throws(FileError) -> GGUFArray {
        guard kind == .array, let array = GGUFArray(self) else { throw mismatch("an array") }
        return array
    }

    /// An error about this value.
    ///
    /// - Parameter reason: what is wrong with it.
    /// - Returns: the error, which names file, key and position.
    public func error(_ reason: String) -> FileError {
        .malformed(
            file: source.file, field: shownInMessage(key), position: position, reason: reason)
    }

    private func mismatch(_ wanted: String) -> FileError {
        error("must be \(wanted), found \(kind.shown)")
    }
}
