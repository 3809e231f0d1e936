import ScopeAudit
import ScopeDecoding
import ScopeTensor
import ScopeTokenizers
import ScopeTrace
import ScopeTransformer
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The mass of a text against an enumeration of every way to cut it into tokens.
@Suite struct ByteMassTests {
    private struct Row: SignalSink {
        var logits: [Float] = []

        mutating func logits(_ logits: Span<Float>, at place: RowPlace) {
            self.logits = logits.indices.map { logits[$0] }
        }
    }

    /// All sequences one after the other, each read from its first token on.
    private func enumerated(
        _ text: [UInt8], after ids: [Int], by context: ModelContext
    ) throws -> Double {
        var lanes = [Lane<Float>(tokens: ids, cache: context.model.makeCache())]
        var workspace = Workspace<Float>()
        var row = Row()
        try context.model.forward(&lanes, in: &workspace, into: &row)
        let greatest = Double(row.logits.max() ?? 0)
        let sum = row.logits.reduce(0) { $0 + exp(Double($1) - greatest) }
        var mass = 0.0
        for id in 0..<row.logits.count where context.tokenizer.role(of: id) == .text {
            guard let bytes = context.tokenizer.bytes(of: id), !bytes.isEmpty else { continue }
            let probability = exp(Double(row.logits[id]) - greatest) / sum
            if bytes.starts(with: text) {
                mass += probability
            } else if text.starts(with: bytes) {
                let rest = Array(text[bytes.count...])
                mass += probability * (try enumerated(rest, after: ids + [id], by: context))
            }
        }
        return mass
    }

    @Test(arguments: [
        ("import yaml\n\nwith open(path) as file:\n    data = yaml.", ["load(", "safe_load"]),
        ("import hashlib\n\ndigest = hashlib.", ["md5(", "sha1("]),
        ("subprocess.run(command, shell=", ["True", "False"]),
    ])
    func theMassIsThatOfAllCuts(prompt: String, texts: [String]) throws {
        let context = try Tested.model()
        let ids = context.tokenizer.encode(text: prompt)
        let masses = try ByteMass(context).masses(
            of: texts.map { Array($0.utf8) }, after: ids, tolerance: 1e-7)
        for (text, mass) in zip(texts, masses) {
            let exact = try enumerated(Array(text.utf8), after: ids, by: context)
            #expect(abs(mass.value - exact) < 1e-6, "\(text): \(mass) against \(exact)")
            #expect(mass.value <= exact + 1e-6 && exact <= mass.value + mass.rest + 1e-6)
            #expect(mass.rest <= 1e-7)
        }
    }

    @Test func theMassesOfAllBytesSumToThatOfText() throws {
        let context = try Tested.model()
        let ids = context.tokenizer.encode(text: "def f(a):\n    return ")
        let masses = try ByteMass(context).masses(of: (0...255).map { [UInt8($0)] }, after: ids)
        let sum = masses.reduce(0) { $0 + $1.value }
        #expect(sum <= 1 + 1e-6 && sum > 0.5)
        #expect(masses.allSatisfy { $0.rest == 0 })
    }

    @Test func aLongerTextIsNeverMoreProbable() throws {
        let context = try Tested.model()
        let ids = context.tokenizer.encode(text: "class Point:\n    def __init__(")
        let texts = ["s", "se", "sel", "self", "self,"].map { Array($0.utf8) }
        let masses = try ByteMass(context).masses(of: texts, after: ids)
        for (longer, shorter) in zip(masses.dropFirst(), masses) {
            #expect(longer.value <= shorter.value + shorter.rest + 1e-9)
        }
        #expect(masses[3].value > 0.5)
    }
}
