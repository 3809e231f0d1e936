import Testing

@testable import ScopeReports

@Suite struct UTF8JoinerTests {
    @Test(
        arguments: [
            [0xC3], [0xE2], [0xE2, 0x82], [0xE0, 0xA0], [0xED, 0x9F], [0xF0], [0xF0, 0x9F, 0x99],
            [0xF4, 0x8F, 0xBF],
        ] as [[UInt8]])
    func aBeginningIsHeldBack(bytes: [UInt8]) {
        var joiner = UTF8Joiner()
        #expect(joiner.add([0x61] + bytes) == UTF8Joiner.Piece(joined: "", own: "a"))
        #expect(joiner.held == bytes)
        #expect(joiner.flush() == "\u{FFFD}")
        #expect(joiner.held.isEmpty)
    }

    @Test(
        arguments: [
            [0x80], [0xC0], [0xC1], [0xE0, 0x9F], [0xED, 0xA0], [0xF0, 0x8F], [0xF4, 0x90], [0xF5],
            [0xFF], [0xE2, 0x41], [0xC3, 0xA9],
        ] as [[UInt8]])
    func whatCannotBecomeACharacterIsNot(bytes: [UInt8]) {
        var joiner = UTF8Joiner()
        #expect(joiner.add(bytes).own == String(decoding: bytes, as: UTF8.self))
        #expect(joiner.held.isEmpty)
    }

    @Test func aCharacterIsToldFromWhatFollowsIt() {
        var joiner = UTF8Joiner()
        #expect(joiner.add([0xE2, 0x82]) == UTF8Joiner.Piece())
        #expect(joiner.add([]) == UTF8Joiner.Piece())
        #expect(joiner.add([0xAC, 0x62, 0xF0]) == UTF8Joiner.Piece(joined: "€", own: "b"))
        #expect(joiner.add([0x9F]) == UTF8Joiner.Piece())
        #expect(joiner.add([0x63]) == UTF8Joiner.Piece(joined: "\u{FFFD}", own: "c"))
    }
}
