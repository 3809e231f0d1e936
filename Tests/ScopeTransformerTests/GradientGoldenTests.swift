import ScopeFiles
import ScopeTensor
import ScopeTransformer
import TestFixtures
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A fixture of attributions with the gradients the reference computed.
struct GoldenGradients: CustomTestStringConvertible, Sendable {
    let fixture: FixtureFolder

    var testDescription: String { fixture.description }

    static let all = Fixtures.folders("attributions").map(GoldenGradients.init)
}

/// Gradients of whole models against the reference.
@Suite struct GradientGoldenTests {
    @Test(arguments: GoldenGradients.all)
    func gradientsAgree(_ golden: GoldenGradients) throws {
        let report = try golden.fixture.json("attributions.json")
        let tensors = try golden.fixture.tensors("attributions.safetensors")
        let folder = try report.required("model_folder").string()
        let root = golden.fixture.path.split(separator: "/", omittingEmptySubsequences: false)
            .dropLast(2).joined(separator: "/")
        let model = try DecoderModel(
            from: ModelFiles(path: "\(root)/\(folder)"), algebra: HostAlgebra())
        let ids = try tensors.integers("input_ids")
        let tape = try model.record(model.embeddings(of: ids))
        let targets = try report.required("targets").elements().map { target in
            (
                row: try target.required("position").int(),
                id: try target.required("target_id").int()
            )
        }
        for (name, probes) in [
            ("grad_raw_logit", try targets.map { try model.rawLogit($0.row, $0.id) }),
            ("grad_logit", targets.map { model.logit($0.row, $0.id, tape) }),
            ("grad_logprob", targets.map { model.logProbability($0.row, $0.id, tape) }),
            ("grad_temperature", targets.map { model.temperature($0.row, tape) }),
        ] {
            let expected = try tensors.floats(name)
            let own = try model.inputGradients(of: tape, probes)
            for (index, gradient) in own.enumerated() {
                let size = gradient.storage.count
                let part = expected[index * size..<(index + 1) * size]
                let error = difference(gradient.storage, part) / peak(part)
                #expect(error <= 1e-3, "\(name) \(index): \(error)")
                print("gradient \(golden.fixture) \(name) \(index): \(error)")
            }
        }
    }

    @Test func thereAreFixtures() {
        #expect(GoldenGradients.all.count >= 2)
    }
}

extension DecoderModel<HostAlgebra> {
    fileprivate func rawLogit(_ row: Int, _ id: Int) throws -> GradientProbe<Float> {
        GradientProbe(row: row, direction: try headRows(of: [id]).storage)
    }

    fileprivate func logit(
        _ row: Int, _ id: Int, _ tape: GradientTape<Float>
    ) -> GradientProbe<Float> {
        probe(row, tape) { (_: [Float]) in [(index: id, slope: Float(1))] }
    }

    fileprivate func logProbability(
        _ row: Int, _ id: Int, _ tape: GradientTape<Float>
    ) -> GradientProbe<Float> {
        probe(row, tape) { logits in
            let largest = logits.max() ?? 0
            let powers: [Double] = logits.map { exp(Double($0 - largest)) }
            let sum = powers.reduce(0, +)
            return powers.indices.map { index in
                (index: index, slope: Float((index == id ? 1.0 : 0.0) - powers[index] / sum))
            }
        }
    }

    fileprivate func temperature(
        _ row: Int, _ tape: GradientTape<Float>
    ) -> GradientProbe<Float> {
        let state = hiddenStates(of: tape, rows: [row]).storage
        let norm = state.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return GradientProbe(row: row, direction: state.map { $0 / norm })
    }

    private func probe(
        _ row: Int, _ tape: GradientTape<Float>,
        _ slopes: ([Float]) -> [(index: Int, slope: Float)]
    ) -> GradientProbe<Float> {
        let state = hiddenStates(of: tape, rows: [row])
        let logits = logits(of: state)
        var gradient = Tensor<Float>(rows: 1, columns: configuration.vocabularySize)
        for (index, slope) in slopes(logits.storage) { gradient.storage[index] = slope }
        return GradientProbe(
            row: row, direction: headGradient(gradient, logits: logits).storage)
    }
}
