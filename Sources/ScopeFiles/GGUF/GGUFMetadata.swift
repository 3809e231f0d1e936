/// The metadata of a GGUF file: values by key.
public struct GGUFMetadata: Sendable {
    /// The keys in the order of the file.
    public let keys: [String]

    /// The name of the file, for messages.
    public let file: String

    private let values: [String: GGUFValue]

    init(file: String, keys: [String], values: [String: GGUFValue]) {
        self.file = file
        self.keys = keys
        self.values = values
    }

    /// The value of a key, if there is one.
    public subscript(key: String) -> GGUFValue? { values[key] }

    /// The value of a key, which must be there.
    ///
    /// - Parameter key: the key.
    /// - Returns: the value.
    /// - Throws: ``FileError/malformed(file:field:position:reason:)`` if there is none.
    public func required(_ key: String) throws(FileError) -> GGUFValue {
        guard let value = values[key] else {
            throw .malformed(file: file, field: shownInMessage(key), reason: "is missing")
        }
        return value
    }

    /// The integer of a key, which must be there.
    ///
    /// - Parameter key: the key.
    /// - Returns: the integer, see ``GGUFValue/int()``.
    /// - Throws: ``FileError`` naming file and key.
    public func int(for key: String) throws(FileError) -> Int { try required(key).int() }

    /// The number of a key, which must be there.
    ///
    /// - Parameter key: the key.
    /// - Returns: the number, see ``GGUFValue/double()``.
    /// - Throws: ``FileError`` naming file and key.
    public func double(for key: String) throws(FileError) -> Double { try required(key).double() }

    /// The truth value of a key, which must be there.
    ///
    /// - Parameter key: the key.
    /// - Returns: the truth value.
    /// - Throws: ``FileError`` naming file and key.
    public func bool(for key: String) throws(FileError) -> Bool { try required(key).bool() }

    /// The string of a key, which must be there.
    ///
    /// - Parameter key: the key.
    /// - Returns: the string.
    /// - Throws: ``FileError`` naming file and key.
    public func string(for key: String) throws(FileError) -> String { try required(key).string() }

    /// The array of a key, which must be there.
    ///
    /// - Parameter key: the key.
    /// - Returns: the array.
    /// - Throws: ``FileError`` naming file and key.
    public func array(for key: String) throws(FileError) -> GGUFArray { try required(key).array() }
}
