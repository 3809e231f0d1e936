import Testing

@testable import ScopeTokenizers

@Suite struct AllScalarsTests {
    /// Every scalar falls into the class that the sets themselves say.
    @Test func classesAgreeWithSets() throws {
        let sets: [CharacterPredicate] = [
            .whiteSpace, .digit, .word, .categories(.letter), .inverse(.categories(.number)),
            .ranges(ScalarRanges([0x4E00...0x9FA5, 0x800...0x4E00, 0xAC00...0xD7FF])),
            .intersection([.categories(.letter), .inverse(.ranges(ScalarRanges([0x61...0x7A])))]),
        ]
        let classifier = try CharacterClassifier(sets)
        var buffer: [UInt8] = []
        for value in UInt32(0)...0x10FFFF {
            guard let scalar = Unicode.Scalar(value) else { continue }
            buffer.removeAll(keepingCapacity: true)
            buffer += UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
            let (scalarClass, end) = classifier.step(buffer.span, 0)
            let decoded = decodeScalar(buffer.span, endingAt: buffer.count)
            guard end == buffer.count, decoded == (scalar, 0) else {
                Issue.record("decoding of \(value)")
                continue
            }
            let properties = scalar.properties
            for (index, set) in sets.enumerated() {
                let isMember = set.contains(
                    value, category: properties.generalCategory.position,
                    isAlphabetic: properties.isAlphabetic)
                if classifier.set(index, contains: scalarClass) != isMember {
                    Issue.record("set \(index) and scalar \(value)")
                }
            }
        }
    }
}
