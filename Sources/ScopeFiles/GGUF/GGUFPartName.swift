/// The name of one part of a model in several GGUF files: `NAME-00001-of-00003.gguf`.
struct GGUFPartName: Equatable {
    let stem: String
    /// Which part it is, from 1 on.
    let number: Int
    let count: Int

    /// Takes a file's name apart; nil if it is not that of a part.
    init?(_ file: String) {
        let bytes = Array(file.utf8)
        // The end: "-00001-of-00003.gguf".
        guard bytes.count > 20, bytes[bytes.count - 20] == UInt8(ascii: "-"),
            bytes[(bytes.count - 14)...].starts(with: "-of-".utf8),
            bytes[(bytes.count - 5)...].elementsEqual(".gguf".utf8),
            let number = Self.number(bytes[(bytes.count - 19)..<(bytes.count - 14)]),
            let count = Self.number(bytes[(bytes.count - 10)..<(bytes.count - 5)]),
            number >= 1, number <= count
        else { return nil }
        stem = String(decoding: bytes[..<(bytes.count - 20)], as: UTF8.self)
        self.number = number
        self.count = count
    }

    /// The name of another part of the same model.
    func file(_ number: Int) -> String {
        "\(stem)-\(Self.digits(number))-of-\(Self.digits(count)).gguf"
    }

    private static func digits(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 5 - digits.count)) + digits
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        var number = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            number = number * 10 + Int(digit - UInt8(ascii: "0"))
        }
        return number
    }
}
