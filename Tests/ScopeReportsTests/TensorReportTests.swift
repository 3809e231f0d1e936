import ScopeFiles
import ScopeReports
import ScopeTrace
import TestFixtures
import Testing

/// Rows of a trace in a file of tensors.
@Suite struct TensorReportTests {
    @Test func rowsBecomeTensors() throws {
        let scores = MetricKey<MetricRow>("scores", unit: .probability)
        let left = MetricKey<MetricRow>("left")
        var trace = makeTrace(Array(repeating: ([97], 1), count: 5))
        trace.record(at: TokenIndex(1)) {
            $0[scores] = [0.25]
            $0[left] = [9]
        }
        trace.record(at: TokenIndex(3)) { $0[scores] = [0.5, -1, 3] }
        let folder = try TemporaryFolder()
        let path = folder.path(of: "rows.safetensors")
        try TensorReport(of: trace, including: { $0 != "left" }).write(to: path)
        let file = try SafetensorsFile(try FileContents.open(path))
        let count = trace.tokens.count
        #expect(Set(file.entries.map(\.name)) == ["ids", "scores", "scores.lengths"])
        #expect(file["scores"]?.shape == [count, 3])
        #expect(file["scores.lengths"]?.shape == [count])
        #expect(file.metadata["scores"] == "probability")
        let values = try file.floats("scores")
        #expect(Array(values[0..<3]) == [0, 0, 0])
        #expect(Array(values[3..<6]) == [0.25, 0, 0])
        #expect(Array(values[9..<12]) == [0.5, -1, 3])
        #expect(try file.floats("scores.lengths").prefix(4) == [-1, 1, -1, 3])
        #expect(try file.floats("ids") == trace.tokens.map { Float($0.id) })
    }
}
