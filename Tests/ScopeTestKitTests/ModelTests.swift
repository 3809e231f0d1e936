import ScopeTestKit
import Testing
import TokenScope

/// The models and the observer that come with the kit.
@Suite struct ModelTests {
    private func checksum(_ bytes: some Sequence<UInt8>) -> UInt64 {
        bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }

    private func weights(_ model: TinyModel) throws -> [UInt8] {
        let file = try model.folder.contents(of: "model.safetensors")
        return file.copy(0..<file.byteCount)
    }

    @Test func aSeedGivesTheSameWeightsEverywhere() throws {
        let model = TinyModel(seed: 1)
        #expect(try weights(model) == weights(TinyModel(seed: 1)))
        #expect(try weights(model) != weights(TinyModel(seed: 2)))
        #expect(try checksum(weights(model)) == 0xf5a576da31c39d81)
    }

    @Test func theTinyModelDecodesAndLendsEverything() throws {
        for model in [TinyModel(seed: 3), TinyModel(layerCount: 1, hiddenSize: 16, headCount: 2)] {
            var session = try DecodingSession(
                try model.load(), prompt: "for i in",
                parameters: GenerateParameters(maxTokens: 40, temperature: 1, topP: 1))
            let handle = session.attach(InMemoryObserver())
            while try session.next() != nil {}
            let steps = session[handle].steps
            #expect(steps.count > 8)
            // Neither certain nor without any preference: ln 257 is 5.55.
            for step in steps.dropFirst() {
                let entropy = try #require(step.entropy)
                #expect(entropy > 1 && entropy < 5.5)
            }
            #expect(Set(steps.suffix(20).map(\.token.id)).count > 5)
        }
    }

    @Test func theContextIsThatAskedFor() throws {
        let model = try TinyModel(contextLength: 12).load()
        var session = try DecodingSession(
            model, prompt: "0123456789",
            parameters: GenerateParameters(logitBias: [ByteTokenizer.endOfText: -.infinity]))
        while try session.next() != nil {}
        #expect(session.trace.tokens.count == 12)
        #expect(session.stopReason == .contextLength)
    }

    @Test(arguments: ["", "def f(x):\n\treturn 'é'  # 日本 🙂", "\u{0}\u{7f}\u{ad}\u{ff}"])
    func theFilesTokenizerIsThatOfBytes(_ text: String) throws {
        let (bytes, file) = (ByteTokenizer(), try TinyModel().load().tokenizer)
        #expect(file.encoding(of: text) == bytes.encoding(of: text))
        let ids = bytes.encode(text: text)
        #expect(bytes.decode(tokens: ids) == text)
        #expect(file.decode(tokens: ids) == text)
    }

    @Test func theTokenizersAgreeOnEveryToken() throws {
        let (bytes, file) = (ByteTokenizer(), try TinyModel().load().tokenizer)
        #expect(file.vocabularySize == bytes.vocabularySize)
        for id in 0..<bytes.vocabularySize { #expect(file.bytes(of: id) == bytes.bytes(of: id)) }
        #expect(bytes.bytes(of: 257) == nil && bytes.bytes(of: -1) == nil)
        #expect(bytes.role(of: ByteTokenizer.endOfText) == .eos)
        #expect(bytes.convertTokenToId("<|endoftext|>") == bytes.eosTokenId)
        #expect(bytes.decode(tokens: [72, 105, 256], skipSpecialTokens: true) == "Hi")
    }

    @Test func aScriptedModelAnswersRowByRow() throws {
        let rows: [[Float]] = [[0, 1, 2], [5, 0, 0], [0, 3, 0], [0, 0, 7]]
        for size in [1, 2, 128] {
            var parameters = GenerateParameters.greedy()
            parameters.prefillStepSize = size
            var session = try DecodingSession(
                ScriptedModel(rows: rows).context, ids: [2, 2], parameters: parameters)
            let handle = session.attach(InMemoryObserver(keepsLogits: true))
            while try session.next() != nil {}
            #expect(session.trace.ids == [2, 2, 0, 1, 2])
            #expect(session.stopReason == .contextLength)
            #expect(session[handle].steps.map(\.logits) == [nil] + rows.map { $0 })
            #expect(session[handle].steps.map(\.rank) == [nil, 1, 1, 1, 1])
            #expect(session[handle].steps.map(\.nucleusSize) == [nil, nil, 1, 1, 1])
        }
    }

    @Test func aScriptedModelEndsWhereItsScriptSaysSo() throws {
        let model = ScriptedModel(rows: [[0, 1], [1, 0], [0, 1]], eosTokenIDs: [0])
        var session = try DecodingSession(model.context, ids: [1], parameters: .greedy())
        while try session.next() != nil {}
        #expect(session.trace.ids == [1, 1, 0])
        #expect(session.stopReason == .eos)
        #expect(session.trace.tokens.last?.role == .eos)
    }
}
