import ScopeTensor
import Testing

@Suite struct TensorTests {
    @Test func `resizing keeps rows, zeroes new ones and keeps memory`() {
        var tensor = Tensor<Float>(rows: 2, columns: 3, values: [1, 2, 3, 4, 5, 6])
        tensor.resize(rows: 3)
        #expect(tensor == Tensor(rows: 3, columns: 3, values: [1, 2, 3, 4, 5, 6, 0, 0, 0]))
        let capacity = tensor.storage.capacity
        tensor.resize(rows: 1)
        #expect(tensor.storage == [1, 2, 3] && tensor.rows == 1)
        #expect(tensor.storage.capacity == capacity)
        tensor.resize(rows: 3)
        #expect(tensor.storage == [1, 2, 3, 0, 0, 0, 0, 0, 0])
        #expect(tensor.storage.capacity == capacity)
    }

    @Test func `rows are lent for reading and writing`() {
        var tensor = Tensor<Double>(rows: 2, columns: 2)
        tensor[1, 0] = 5
        #expect(tensor.row(1)[0] == 5 && tensor.row(0)[0] == 0)
        var row = tensor.mutableRow(0)
        row[1] = 7
        #expect(tensor[0, 1] == 7)
        var all = tensor.mutableSpan
        all[3] = 9
        #expect(tensor.storage == [0, 7, 5, 9])
        #expect(tensor.span.count == 4)
        #expect(Tensor<Float>(vector: [1, 2]).rows == 1)
    }

    @Test(arguments: KernelLevel.supported)
    func `no operation takes new memory once outputs are large enough`(_ level: KernelLevel) {
        let algebra = HostAlgebra(level: level)
        var random = RandomNumbers(seed: 51)
        let weights = random.weights(
            outputs: 48, inputs: 48, type: .bfloat16, layout: .outputMajor)
        let vector = random.tensor(rows: 1, columns: 48)
        var (output, other) = (Tensor<Float>(rows: 0, columns: 48), vector)
        output.reserve(rows: 50)
        other.reserve(rows: 50)
        let memory = [output.address, other.address]
        for rows in [50, 1, 16, 3, 50] {
            let input = random.tensor(rows: rows, columns: 48)
            algebra.multiply(input, by: weights, bias: vector, into: &output)
            algebra.rmsNorm(output, weight: vector, epsilon: 1e-5, into: &other)
            algebra.layerNorm(other, weight: vector, bias: nil, epsilon: 1e-5, into: &output)
            algebra.activate(&output, with: .silu)
            algebra.multiply(&output, elementwiseBy: other)
            algebra.add(other, to: &output)
            algebra.lookUp(Array(repeating: 3, count: rows), in: weights, into: &other)
            #expect([output.address, other.address] == memory)
        }
    }

    @Test func `the kernel path is named`() {
        let name = HostAlgebra(level: .portable).name
        #expect(name.hasPrefix("openblas-") && name.hasSuffix("+portable"))
        #expect(HostAlgebra().level == KernelLevel.supported.last)
        #expect(ScalarAlgebra<Double>().name == "scalar")
    }

    @Test func `shapes that do not fit trap`() async {
        await #expect(processExitsWith: .failure) {
            var output = Tensor<Float>(rows: 1, columns: 2)
            HostAlgebra().multiply(
                Tensor(vector: [1, 2, 3]), by: WeightMatrix([1, 2, 3, 4], outputs: 2, inputs: 2),
                bias: nil, into: &output)
        }
        await #expect(processExitsWith: .failure) {
            var output = Tensor<Float>(rows: 1, columns: 2)
            HostAlgebra().lookUp(
                [2], in: WeightMatrix([1, 2, 3, 4], outputs: 2, inputs: 2), into: &output)
        }
        await #expect(processExitsWith: .failure) {
            let keys: [Float] = [1, 2, 3]
            var scores: [Float] = [0, 0]
            var target = scores.mutableSpan
            HostAlgebra().dotRows(keys.span, keys.span, scale: 1, into: &target)
        }
    }
}
