import ScopeFiles
import Testing

@Suite struct JSONNumberTests {
    private func number(_ text: String) throws(FileError) -> JSONValue {
        try JSONDocument(bytes: Array(text.utf8), file: "test.json").root
    }

    @Test(arguments: [
        ("0", 0), ("-0", 0), ("7", 7), ("-12", -12), ("3.0", 3), ("-3.000", -3), ("2e3", 2000),
        ("2.5e1", 25), ("2500e-2", 25), ("0.0", 0), ("0e999999999999999999999", 0),
        ("9223372036854775807", .max), ("-9223372036854775808", .min),
        ("9223372036854775807.0", .max), ("-922337203685477580.8e1", .min),
        ("999999999999999999", 999_999_999_999_999_999),
        ("9007199254740993", 9_007_199_254_740_993),
        ("1000000000000000000000e-21", 1), ("0.000000000000000000001e21", 1),
    ])
    func wholeNumbersAreExact(text: String, expected: Int) throws {
        #expect(try number(text).int() == expected)
    }

    @Test(arguments: [
        "3.5", "9223372036854775808", "-9223372036854775809", "1e19", "1e-1", "0.1",
        "1e99999999999999999999", "1e-99999999999999999999", "9223372036854775807.1",
        "1000000000000000019884624838656", "\"8\"", "null", "true", "[1]", "{}",
    ])
    func otherNumbersAreNoIntegers(text: String) throws {
        let value = try number(text)
        let error = #expect(throws: FileError.self) { try value.int() }
        #expect(error?.description.contains("must be an integer") == true)
    }

    @Test(
        arguments: [
            ("0", 0), ("17", 17), ("2e3", 2000), ("\"17\"", 17),
            ("9223372036854775808", 1 << 63), ("18446744073709551615", .max),
            ("\"18446744073709551615\"", .max),
        ] as [(String, UInt64)])
    func numbersOf64BitsAreReadFromDigitsAndStrings(text: String, expected: UInt64) throws {
        #expect(try number(text).uint64() == expected)
    }

    @Test(arguments: [
        "-1", "0.5", "18446744073709551616", "\"18446744073709551616\"", "\"\"", "\"x\"", "null",
        "[1]",
    ])
    func whatDoesNotFit64BitsIsRefused(text: String) throws {
        let value = try number(text)
        let error = #expect(throws: FileError.self) { try value.uint64() }
        #expect(error?.description.contains("64 bits without a sign") == true)
    }

    /// What a reader that keeps numbers as doubles would round is a string.
    @Test(
        arguments: [
            (0, "0"), ((1 << 53) - 1, "9007199254740991"), (1 << 53, "\"9007199254740992\""),
            (.max, "\"18446744073709551615\""),
        ] as [(UInt64, String)])
    func numbersOf64BitsAreWrittenSoThatNobodyRoundsThem(value: UInt64, expected: String) throws {
        var writer = JSONWriter()
        writer.object { $0.member("n", value) }
        let bytes = writer.finish()
        #expect(String(decoding: bytes, as: UTF8.self) == "{\"n\":\(expected)}")
        let root = try JSONDocument(bytes: bytes, file: "test.json").root
        #expect(try root.required("n").uint64() == value)
    }

    @Test func readsDoublesAsTheyAreSpelled() throws {
        #expect(try number("1e-05").double() == 1e-05)
        #expect(try number("0.1").double() == 0.1)
        #expect(try number("5e-324").double().bitPattern == 1)
        #expect(try number("1e-400").double() == 0)
        #expect(try number("-0.0").double().sign == .minus)
        #expect(try number("1000000000000000019884624838656").double() == 1e30)
        #expect(try number("17").double() == 17)
        let error = #expect(throws: FileError.self) { try number("1e999").double() }
        #expect(error?.description.contains("range of Double") == true)
        #expect(throws: FileError.self) { try number("\"1\"").double() }
    }

    @Test(arguments: ["1.10", "1E5", "-0", "123456789012345678901234567890", "0.1e-0000007"])
    func lexemesAreExact(text: String) throws {
        let document = try JSONDocument(bytes: Array("[ \(text) ]".utf8), file: "test.json")
        let element = try #require(try document.root.elements().first { _ in true })
        #expect(element.lexeme == text)
        #expect(element.byteRange == 2..<2 + text.utf8.count)
    }

    @Test func longNumbersTakeLinearTime() throws {
        let digits = String(repeating: "9", count: 1_000_000)
        #expect(throws: FileError.self) { try number(digits).int() }
        #expect(throws: FileError.self) { try number(digits).double() }
        #expect(try number("0." + digits).double() == 1)
    }
}
