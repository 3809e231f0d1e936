public import ScopeDecoding
internal import ScopeTensor
internal import ScopeTokenizers
internal import ScopeTrace
internal import ScopeTransformer

/// How probable it is that a model goes on with given bytes, however it cuts them into tokens.
///
/// The mass of a text *s* after some tokens is Σ p(t₁) p(t₂ | t₁) … over all sequences of tokens whose bytes
/// together begin with *s* and do so no earlier than with the last token; the last one may reach beyond
/// *s*. It is the probability that what is sampled begins with these bytes (the covering of a
/// string, Vieira et al., 2024). The tokens before are taken as they are; of their other cuts nothing is
/// counted.
///
/// The sum goes over the most probable sequences first and ends when what is left is smaller than a
/// tolerance, so a mass lies between ``Mass/value`` and that plus ``Mass/rest``.
public struct ByteMass: Sendable {
    /// A mass and how far it may be too small.
    public struct Mass: Hashable, Sendable {
        /// What was summed.
        public var value: Double
        /// The most that can be missing.
        public var rest: Double

        /// Makes a mass.
        public init(value: Double, rest: Double) {
            self.value = value
            self.rest = rest
        }
    }

    /// What computes.
    public let context: ModelContext
    /// Sequences that go through the model at one time.
    private static let laneLimit = 16
    /// Tokens of text by their bytes, in the order of the bytes.
    private let vocabulary: [(bytes: [UInt8], id: Int)]

    /// Prepares a model's vocabulary.
    ///
    /// - Parameter context: The model.
    /// - Complexity: O(*v* log *v*) in the size of the vocabulary.
    public init(_ context: ModelContext) {
        self.context = context
        let tokenizer = context.tokenizer
        var known: [(bytes: [UInt8], id: Int)] = []
        let size = min(context.configuration.vocabularySize, tokenizer.vocabularySize)
        for id in 0..<size where tokenizer.role(of: id) == .text {
            guard let bytes = tokenizer.bytes(of: id), !bytes.isEmpty else { continue }
            known.append((bytes, id))
        }
        vocabulary = known.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
    }

    /// A sequence that has spelled the beginning of some texts.
    private struct Node {
        var cache: KVCache<Float>
        var token: Int
        var matched: Int
        var probability: Double
        var texts: [Int]
    }

    /// The masses of texts.
    ///
    /// - Parameters:
    ///   - texts: The texts in bytes, none empty.
    ///   - ids: The tokens before them, at least one; with the texts they fit the model's context.
    ///   - tolerance: The most that may be missing of each mass; above 0.
    ///   - passLimit: Sequences that are followed at most, whatever is missing then.
    /// - Returns: The masses in the order of the texts.
    /// - Throws: ``AuditFailure/model(_:)``, also where the task is cancelled.
    /// - Complexity: A pass over `ids` and one of a token for each sequence that is followed: for a name of
    ///   ten bytes some tens, most of them in batches.
    public func masses(
        of texts: [[UInt8]], after ids: [Int], tolerance: Double = 1e-7, passLimit: Int = 20_000
    ) throws(AuditFailure) -> [Mass] {
        precondition(texts.allSatisfy { !$0.isEmpty } && !ids.isEmpty, "nothing has no mass")
        precondition(tolerance > 0, "a tolerance is above 0")
        var values = [Double](repeating: 0, count: texts.count)
        var rests = [Double](repeating: 0, count: texts.count)
        var open: [Node] = []
        func expand(_ node: Node, _ cache: KVCache<Float>, _ logits: [Float]) {
            let distribution = Probabilities(logits)
            var children: [Int: Node] = [:]
            for text in node.texts {
                let rest = texts[text][node.matched...]
                for entry in entries(beginningWith: rest) {
                    values[text] += node.probability * distribution[vocabulary[entry].id]
                }
                for length in 1..<max(1, rest.count) {
                    for entry in entries(equalTo: rest.prefix(length)) {
                        let id = vocabulary[entry].id
                        let probability = node.probability * distribution[id]
                        guard probability > 0 else { continue }
                        rests[text] += probability
                        children[
                            id,
                            default: Node(
                                cache: cache, token: id, matched: node.matched + length,
                                probability: probability, texts: [])
                        ].texts.append(text)
                    }
                }
            }
            open += children.values
        }
        let root = Lane<Float>(tokens: ids, cache: context.model.makeCache())
        let first = try pass([root])
        expand(
            Node(
                cache: first[0].cache, token: 0, matched: 0, probability: 1,
                texts: Array(texts.indices)), first[0].cache, first[0].logits)
        var passes = 0
        while rests.contains(where: { $0 > tolerance }), !open.isEmpty, passes < passLimit {
            // The most probable at the end; equal ones by their tokens, for the same order each time.
            open.sort { ($0.probability, $1.token) < ($1.probability, $0.token) }
            let batch = Array(open.suffix(Self.laneLimit))
            open.removeLast(batch.count)
            let lanes = batch.map { Lane<Float>(tokens: [$0.token], cache: $0.cache) }
            for (node, result) in zip(batch, try pass(lanes)) {
                for text in node.texts { rests[text] -= node.probability }
                expand(node, result.cache, result.logits)
            }
            passes += batch.count
        }
        return zip(values, rests).map { Mass(value: min(1, $0), rest: max(0, $1)) }
    }

    private func pass(
        _ lanes: [Lane<Float>]
    ) throws(AuditFailure) -> [(cache: KVCache<Float>, logits: [Float])] {
        var lanes = lanes
        var sink = LastLogits(count: lanes.count)
        do throws(ModelFailure) {
            try context.forward(&lanes, into: &sink)
        } catch {
            throw .model(error)
        }
        return zip(lanes, sink.logits).map { ($0.cache, $1) }
    }

    /// The places of the tokens that begin with some bytes.
    private func entries(beginningWith bytes: ArraySlice<UInt8>) -> Range<Int> {
        let first = place { !$0.lexicographicallyPrecedes(bytes) }
        let end = place {
            !$0.prefix(bytes.count).lexicographicallyPrecedes(bytes)
                && !$0.starts(with: bytes)
        }
        return first..<max(first, end)
    }

    private func entries(equalTo bytes: ArraySlice<UInt8>) -> Range<Int> {
        let first = place { !$0.lexicographicallyPrecedes(bytes) }
        var end = first
        while end < vocabulary.count, vocabulary[end].bytes.elementsEqual(bytes) { end += 1 }
        return first..<end
    }

    /// The first place from which on a test is passed.
    private func place(_ passes: ([UInt8]) -> Bool) -> Int {
        var (low, high) = (0, vocabulary.count)
        while low < high {
            let middle = (low + high) / 2
            if passes(vocabulary[middle].bytes) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

/// Probabilities of logits, their sum taken in `Double`.
private struct Probabilities {
    private let logits: [Float]
    private let logSumExp: Double

    init(_ logits: [Float]) {
        self.logits = logits
        let greatest = Double(logits.max() ?? 0)
        var sum = 0.0
        for logit in logits { sum += ElementaryFunctions.exp(Double(logit) - greatest) }
        logSumExp = greatest + ElementaryFunctions.log(sum)
    }

    subscript(id: Int) -> Double { ElementaryFunctions.exp(Double(logits[id]) - logSumExp) }
}

/// Keeps the last row's logits of each lane.
private struct LastLogits: SignalSink {
    var logits: [[Float]]

    init(count: Int) { logits = Array(repeating: [], count: count) }

    mutating func beginLayer(_ layer: Int) throws(ModelFailure) {
        if Task.isCancelled { throw .cancelled }
    }

    mutating func logits(_ logits: Span<Float>, at place: RowPlace) {
        var row: [Float] = []
        row.reserveCapacity(logits.count)
        for index in logits.indices { row.append(logits[index]) }
        self.logits[place.lane] = row
    }
}
