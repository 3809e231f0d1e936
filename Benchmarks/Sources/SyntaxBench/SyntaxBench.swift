import CBenchSupport
import ScopeCode
import ScopeFiles

/// Measures what parsing costs while a text is being written, beside tree-sitter alone.
///
/// Both take the same pieces, as long as tokens, in turns. Each line of output has the size of the text,
/// the median time of a piece of either, and the ratios of the medians and of the sums.
@main struct SyntaxBench {
    static let usage = """
        usage: SyntaxBench FILE...
        Each FILE is source code of a language whose grammar is installed (Scripts/grammars). Files of one
        language are joined to a text, which is measured at 1, 4, 16 and 64 kB as far as it goes.
        """

    static let sizes = [1 << 10, 1 << 12, 1 << 14, 1 << 16]
    /// The pieces that are measured at each size.
    static let pieceCount = 400

    static func main() throws {
        let files = CommandLine.arguments.dropFirst()
        guard !files.isEmpty else {
            print(usage)
            return
        }
        var texts: [String: [UInt8]] = [:]
        for file in files {
            guard let language = CodeLanguage.ofFile(file)?.name else { continue }
            texts[language, default: []] += try contents(of: file)
        }
        for (language, text) in texts.sorted(by: { $0.key < $1.key }) {
            try measure(language, text)
        }
    }

    private static func measure(_ language: String, _ text: [UInt8]) throws {
        let grammar = try GrammarLibrary.standard.grammar(for: language)
        for size in sizes where text.count >= size + pieceCount * 8 {
            guard let bare = BareParser(library: grammar.file ?? "", language: language) else {
                return
            }
            // A text that the model goes on with ends where a line does.
            let start = (text[..<size].lastIndex(of: 0x0A) ?? size - 1) + 1
            var parser = try IncrementalParser(grammar: grammar)
            bare.append(text[..<start])
            try parser.append(text[..<start])
            var (bareTimes, times): ([Double], [Double]) = ([], [])
            var offset = start
            for number in 0..<pieceCount {
                let piece = text[offset..<pieceEnd(after: offset, in: text)]
                offset = piece.endIndex
                // Who comes first finds colder caches.
                if number.isMultiple(of: 2) {
                    bareTimes.append(time { bare.append(piece) })
                    times.append(try time { try parser.append(piece) })
                } else {
                    times.append(try time { try parser.append(piece) })
                    bareTimes.append(time { bare.append(piece) })
                }
            }
            let ratio = median(times) / median(bareTimes)
            let sums = times.reduce(0, +) / bareTimes.reduce(0, +)
            print(
                "\(language) \(size) B: \(micro(median(times))) us a token, tree-sitter alone "
                    + "\(micro(median(bareTimes))) us, medians \(rounded(ratio)) x, sums "
                    + "\(rounded(sums)) x, \(parser.freshParseCount) parses anew")
        }
    }

    /// The end of a piece like a token: a word with the blank before it, or one sign.
    private static func pieceEnd(after start: Int, in text: [UInt8]) -> Int {
        var end = start + 1
        func isWord(_ byte: UInt8) -> Bool {
            byte >= 0x80 || byte == 0x5F || (0x30...0x39).contains(byte)
                || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        }
        guard isWord(text[start]) || text[start] == 0x20 else { return end }
        while end < text.count, end - start < 8, isWord(text[end]) { end += 1 }
        return end
    }

    private static func time<Failure: Error>(
        _ body: () throws(Failure) -> Void
    ) throws(Failure) -> Double {
        let start = tscope_bench_wall_seconds()
        try body()
        return tscope_bench_wall_seconds() - start
    }

    private static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

    private static func micro(_ seconds: Double) -> Double { (seconds * 1e7).rounded() / 10 }

    private static func rounded(_ ratio: Double) -> Double { (ratio * 100).rounded() / 100 }

    private static func contents(of path: String) throws -> [UInt8] {
        let file = try FileContents.open(path)
        return file.copy(0..<file.byteCount)
    }
}
