import ScopeFiles

/// The members of a request's object, checked as they are read.
package struct Fields {
    private let value: JSONValue
    private let path: String

    /// Reads the body of a request.
    ///
    /// - Parameter bytes: JSON in UTF-8.
    /// - Throws: ``ActionError`` where it is none, or no object.
    package init(_ bytes: [UInt8]) throws(ActionError) {
        let document: JSONDocument
        do throws(FileError) {
            document = try JSONDocument(bytes: bytes, file: "body", refusingDuplicateKeys: true)
        } catch {
            throw ActionError(.invalid, "the body is not JSON: \(error)")
        }
        guard document.root.kind == .object else {
            throw ActionError(.invalid, "the body must be an object")
        }
        self.init(document.root, path: "")
    }

    private init(_ value: JSONValue, path: String) {
        self.value = value
        self.path = path
    }

    private func member(_ name: String) -> JSONValue? {
        guard let member = value[name], !member.isNull else { return nil }
        return member
    }

    private func name(_ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }

    func contains(_ name: String) -> Bool { member(name) != nil }

    func string(_ name: String) throws(ActionError) -> String? {
        guard let member = member(name) else { return nil }
        do throws(FileError) {
            return try member.string()
        } catch {
            throw .invalid(self.name(name), "\(self.name(name)) must be a text")
        }
    }

    func required(_ name: String) throws(ActionError) -> String {
        guard let text = try string(name) else {
            throw .invalid(self.name(name), "\(self.name(name)) is missing")
        }
        return text
    }

    func bool(_ name: String) throws(ActionError) -> Bool? {
        guard let member = member(name) else { return nil }
        do throws(FileError) {
            return try member.bool()
        } catch {
            throw .invalid(self.name(name), "\(self.name(name)) must be true or false")
        }
    }

    func int(_ name: String, in range: ClosedRange<Int>) throws(ActionError) -> Int? {
        guard let member = member(name) else { return nil }
        guard let number = try? member.int(), range.contains(number) else {
            throw .invalid(
                self.name(name),
                range.upperBound == .max
                    ? "\(self.name(name)) must be a whole number of at least \(range.lowerBound)"
                    : "\(self.name(name)) must be a whole number from \(range.lowerBound) to "
                        + "\(range.upperBound)")
        }
        return number
    }

    /// What determines draws: a number, or a text of its digits, as readers that keep numbers as doubles
    /// need it above 2⁵³ − 1.
    func seed(_ name: String) throws(ActionError) -> UInt64? {
        guard let member = member(name) else { return nil }
        do throws(FileError) {
            return try member.uint64()
        } catch {
            throw .invalid(
                self.name(name),
                "\(self.name(name)) must be a whole number of 64 bits without a sign")
        }
    }

    func requiredInt(_ name: String, in range: ClosedRange<Int>) throws(ActionError) -> Int {
        guard let number = try int(name, in: range) else {
            throw .invalid(self.name(name), "\(self.name(name)) is missing")
        }
        return number
    }

    /// A number from 0; nil where it is absent or the word that stands for all of them.
    func index(
        _ name: String, below limit: Int, orElse word: String
    ) throws(ActionError) -> Int? {
        if let member = member(name), member.kind == .string {
            guard try string(name) == word else {
                throw .invalid(
                    self.name(name), "\(self.name(name)) must be a number from 0 or \"\(word)\"")
            }
            return nil
        }
        return try int(name, in: 0...(limit - 1))
    }

    func double(_ name: String, in range: ClosedRange<Double>) throws(ActionError) -> Double? {
        guard let member = member(name) else { return nil }
        guard let number = try? member.double(), range.contains(number) else {
            throw .invalid(
                self.name(name),
                "\(self.name(name)) must be a number from \(range.lowerBound) to "
                    + "\(range.upperBound)")
        }
        return number
    }

    func strings(_ name: String) throws(ActionError) -> [String]? {
        guard let member = member(name) else { return nil }
        do throws(FileError) {
            var texts: [String] = []
            for element in try member.elements() { texts.append(try element.string()) }
            return texts
        } catch {
            throw .invalid(self.name(name), "\(self.name(name)) must be a list of texts")
        }
    }

    /// An object, empty where there is none.
    func object(_ name: String) throws(ActionError) -> Fields? {
        guard let member = member(name) else { return nil }
        guard member.kind == .object else {
            throw .invalid(self.name(name), "\(self.name(name)) must be an object")
        }
        return Fields(member, path: self.name(name))
    }

    func objects(_ name: String) throws(ActionError) -> [Fields]? {
        guard let member = member(name) else { return nil }
        do throws(FileError) {
            var objects: [Fields] = []
            for (place, element) in try member.elements().enumerated() {
                guard element.kind == .object else { throw element.mismatch("an object") }
                objects.append(Fields(element, path: "\(self.name(name))[\(place)]"))
            }
            return objects
        } catch {
            throw .invalid(self.name(name), "\(self.name(name)) must be a list of objects")
        }
    }
}
