import ScopeTestKit
import Testing
import TokenScope

/// Filling in the middle: the prompts of each family, and where the text belongs.
@Suite struct FillInTheMiddleTests {
    @Test func theEmbeddedModelFillsAGap() throws {
        let context = try ModelContext.tinyPython.get()
        var explorer = try BranchExplorer(context) { $0.attachStandardMetrics() }
        let (prefix, suffix) = ("def add(a, b):\n    ", "\n\nprint(add(1, 2))\n")
        let outcome = try explorer.fillInTheMiddle(
            prefix: prefix, suffix: suffix, GenerateParameters(maxTokens: 12, seed: 2))
        let trace = explorer.tree.trace(of: outcome.leaves[0])
        let id = { (name: String) in context.tokenizer.convertTokenToId(name) }
        let roles = trace.tokens.filter { $0.role == .fim }
        #expect(roles.map(\.id) == ["<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>"].map(id))
        let middle = trace.tokens.filter { $0.origin == .sampled && $0.role == .text }
        let bytes = try #require(trace.documents.bytes(ofRegion: 0, in: trace.bytes))
        #expect(bytes == Array(prefix.utf8) + middle.flatMap(\.bytes) + Array(suffix.utf8))
        let settings = explorer.settings(at: outcome.leaves[0])
        #expect(Set(settings.stopTokenIDs).isSuperset(of: [0, 1, 2, 3]))
        // In the other order the middle goes on where the prefix ends.
        let format = try FillInTheMiddleFormat(for: context.tokenizer, order: .suffixFirst)
        let other = try explorer.fillInTheMiddle(
            prefix: prefix, suffix: suffix, .endless(3), format: format)
        let map = explorer.tree.trace(of: other.leaves[0]).documents
        #expect(map.pieces.count == 3 || map.pieces.count == 2)
        let text = explorer.tree.trace(of: other.leaves[0])
        let whole = try #require(map.bytes(ofRegion: 0, in: text.bytes))
        #expect(
            whole.starts(with: prefix.utf8) && whole.reversed().starts(with: suffix.utf8.reversed())
        )
    }

    @Test(arguments: FillInTheMiddleFamily.all)
    func everyFamilyHasItsOrders(_ family: FillInTheMiddleFamily) throws {
        var names: [String] = []
        for name in [family.prefix, family.suffix, family.middle ?? ""] + family.between
            + family.stops
        where !name.isEmpty && !names.contains(name) {
            names.append(name)
        }
        let tokenizer = MarkedTokenizer(names: names)
        func spelled(_ order: FillInTheMiddleOrder?) throws -> String {
            let format = try FillInTheMiddleFormat(for: tokenizer, order: order)
            let prompt = try format.prompt(prefix: "P", suffix: "S", tokenizer)
            #expect(prompt.documentMap.regions[0].byteCount == 2)
            return prompt.ids.map { tokenizer.convertIdToToken($0) ?? "?" }.joined()
        }
        let middle = family.middle ?? ""
        let between = family.between.joined()
        let prefixFirst = family.prefix + "P" + family.suffix + "S" + between + middle
        if family.hasPrefixFirst {
            #expect(try spelled(.prefixFirst) == prefixFirst)
        } else {
            #expect(throws: BranchingFailure.self) { try spelled(.prefixFirst) }
        }
        switch family.suffixFirst {
        case .joined:
            #expect(try spelled(.suffixFirst) == family.prefix + family.suffix + "S" + middle + "P")
        case .apart:
            #expect(try spelled(.suffixFirst) == family.suffix + "S" + family.prefix + "P" + middle)
        case nil: #expect(throws: BranchingFailure.self) { try spelled(.suffixFirst) }
        }
        let format = try FillInTheMiddleFormat(for: tokenizer)
        #expect(format.name == family.name)
        let stops = Set(family.stops.compactMap { tokenizer.convertTokenToId($0) })
        #expect(format.stopTokenIDs == stops)
    }

    @Test func theFilesOwnNamesAreTakenWhereNoFamilyIsKnown() throws {
        var tokenizer = MarkedTokenizer(names: ["<a>", "<b>", "<c>", "<end>"])
        #expect(throws: BranchingFailure.self) { try FillInTheMiddleFormat(for: tokenizer) }
        tokenizer.fillInTheMiddleTokens = FillInTheMiddleTokens(
            prefix: 256, suffix: 257, middle: 258, end: 259)
        let format = try FillInTheMiddleFormat(for: tokenizer)
        #expect(format.parts == [.token(256), .prefix, .token(257), .suffix, .token(258)])
        #expect(format.stopTokenIDs == [259])
        let prompt = try format.prompt(prefix: "", suffix: "", tokenizer, leading: [65])
        #expect(prompt.ids == [65, 256, 257, 258])
        let own = FillInTheMiddleFormat(name: "mine", parts: [.suffix, .token(1), .prefix])
        #expect(try own.prompt(prefix: "P", suffix: "S", tokenizer).ids == [83, 1, 80])
    }
}

/// Bytes, and markers beyond them.
private struct MarkedTokenizer: Tokenizer {
    let names: [String]
    var fillInTheMiddleTokens: FillInTheMiddleTokens?
    private let base = ByteTokenizer()

    init(names: [String]) { self.names = names }

    var vocabularySize: Int { 256 + names.count }
    var bosTokenId: Int? { nil }
    var eosTokenId: Int? { nil }
    func encode(text: String, addSpecialTokens: Bool) -> [Int] { text.utf8.map(Int.init) }
    func encoding(of text: String, addSpecialTokens: Bool) -> Encoding {
        base.encoding(of: text, addSpecialTokens: addSpecialTokens)
    }
    func decode(tokens: [Int], skipSpecialTokens: Bool) -> String {
        String(decoding: tokens.flatMap { bytes(of: $0) ?? [] }, as: UTF8.self)
    }
    func bytes(of id: Int) -> [UInt8]? {
        if let byte = UInt8(exactly: id) { return [byte] }
        return names.indices.contains(id - 256) ? Array(names[id - 256].utf8) : nil
    }
    func role(of id: Int) -> TokenRole { id < 256 ? .text : .fim }
    func convertTokenToId(_ token: String) -> Int? {
        names.firstIndex(of: token).map { $0 + 256 }
    }
    func convertIdToToken(_ id: Int) -> String? {
        bytes(of: id).map { String(decoding: $0, as: UTF8.self) }
    }
}
