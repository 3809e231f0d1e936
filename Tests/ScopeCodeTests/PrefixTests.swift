import ScopeCode
import ScopeTrace
import TestFixtures
import Testing

/// A tree that has grown is that of a fresh parse whenever it has no error, and else nearly always.
///
/// The long form runs over real files: set `TOKENSCOPE_SOURCES` to folders, parted by colons, and
/// `TOKENSCOPE_SOURCES_COUNT` to the most files of a language (60). Files above 64 kB are left out. A prefix that
/// takes longer than `TOKENSCOPE_SOURCES_SECONDS` (0.5) is given up, with the rest of its file.
@Suite struct PrefixTests {
    /// What was seen of a language.
    struct Tally {
        var files = 0
        var prefixes = 0
        var prefixesWithErrors = 0
        /// Trees that differ though they have no error; must be none.
        var mismatches = 0
        var mismatchesWithErrors = 0
        /// Files that the parser did not get through in its time, at some prefix; those before it count.
        var unparsedFiles = 0
        /// Places of the trees that differ.
        var differing: [Int] = []

        mutating func add(_ other: Tally) {
            files += other.files
            prefixes += other.prefixes
            prefixesWithErrors += other.prefixesWithErrors
            mismatches += other.mismatches
            mismatchesWithErrors += other.mismatchesWithErrors
            unparsedFiles += other.unparsedFiles
        }
    }

    /// Lets a text grow to random places, and by a piece like a token at each; compares with a fresh parse
    /// every time.
    private func tally(
        of bytes: [UInt8], by grammar: Grammar, prefixes count: Int, seed: UInt64
    ) throws -> Tally {
        var tally = Tally(files: 1)
        do {
            try add(bytes, by: grammar, prefixes: count, seed: seed, to: &tally)
        } catch SyntaxFailure.unparsed {
            // That says nothing of equality.
            tally.unparsedFiles = 1
        }
        return tally
    }

    private func add(
        _ bytes: [UInt8], by grammar: Grammar, prefixes count: Int, seed: UInt64,
        to tally: inout Tally
    ) throws {
        var random = SplitMix(state: seed)
        let cuts = (0..<count).map { _ in Int.random(in: 0...bytes.count, using: &random) }.sorted()
        var parser = try IncrementalParser(grammar: grammar)
        parser.stepTimeLimit = grammar.timeLimit
        for cut in cuts {
            let piece = min(bytes.count, cut + Int.random(in: 1...8, using: &random))
            for end in [cut, piece] where end > parser.bytes.count {
                let before = parser.mismatchCount
                try parser.append(bytes[parser.bytes.count..<end])
                let fresh = try grammar.parse(parser.bytes)
                // What was corrected at the end of a line counts as well.
                let differs = parser.mismatchCount > before || parser.tree != fresh
                tally.prefixes += 1
                if parser.hasError || parser.mismatchCount > before {
                    tally.prefixesWithErrors += 1
                    if differs {
                        tally.mismatchesWithErrors += 1
                        tally.differing.append(end)
                    }
                } else if differs {
                    tally.mismatches += 1
                }
            }
        }
        let grown = try parser.append(bytes[parser.bytes.count...])
        #expect(grown.hasError == parser.hasError)
        #expect(try parser.finish() == grammar.parse(bytes))
    }

    /// The same for a file in which some prefix may take too long, which says nothing of equality.
    private func tally(of file: SourceFiles.File, seed: UInt64) throws -> Tally? {
        let bytes = try file.bytes()
        guard bytes.count <= 1 << 16 else { return nil }
        var grammar = try TestGrammars.grammar(file.language)
        grammar.timeLimit = SourceFiles.timeLimit
        let tally = try tally(of: bytes, by: grammar, prefixes: 20, seed: seed)
        for end in tally.differing { print("prefixes|differs: \(file.path) at \(end)") }
        if tally.unparsedFiles > 0 { print("prefixes|given up: \(file.path)") }
        return tally
    }

    @Test("Over texts of every language")
    func small() throws {
        var all: [String: Tally] = [:]
        for (number, text) in try SourceFiles.small().enumerated() {
            let grammar = try TestGrammars.grammar(text.language)
            let tally = try tally(
                of: text.bytes, by: grammar, prefixes: 6, seed: UInt64(number))
            #expect(tally.mismatches == 0, "\(text.name)")
            all[text.language, default: Tally()].add(tally)
        }
        #expect(Set(all.keys) == Set(TestGrammars.languages))
        let sum = all.values.reduce(into: Tally()) { $0.add($1) }
        #expect(sum.prefixes > 200)
        #expect(sum.prefixesWithErrors > 50)
        #expect(Double(sum.mismatchesWithErrors) <= 0.03 * Double(sum.prefixesWithErrors))
    }

    /// Of the folders that are named, or else some of the package's own.
    @Test("Over real files")
    func realFiles() throws {
        let own = ["Sources", "Benchmarks/peers"].map { Fixtures.packageRoot + "/" + $0 }
        let count = SourceFiles.named == nil ? 3 : SourceFiles.count
        let files = SourceFiles.find(in: SourceFiles.named ?? own, atMost: count)
        var all: [String: Tally] = [:]
        for (number, file) in files.enumerated() {
            guard let tally = try tally(of: file, seed: UInt64(number)) else { continue }
            #expect(tally.mismatches == 0, "\(file.path)")
            all[file.language, default: Tally()].add(tally)
        }
        for (language, tally) in all.sorted(by: { $0.key < $1.key }) {
            let equal = tally.prefixes - tally.mismatches - tally.mismatchesWithErrors
            print(
                "prefixes|\(language): \(tally.files) files, \(tally.prefixes) prefixes, \(equal) equal, "
                    + "\(tally.mismatches) differ without errors; \(tally.prefixesWithErrors) with "
                    + "errors, \(tally.mismatchesWithErrors) differ; \(tally.unparsedFiles) files "
                    + "given up")
            #expect(
                Double(tally.mismatchesWithErrors) <= 0.03 * Double(tally.prefixesWithErrors),
                "\(language)")
        }
        #expect(all.values.contains { $0.prefixes > 0 })
    }
}

/// A small generator of random numbers with a seed (Steele, Lea and Flood, 2014).
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
