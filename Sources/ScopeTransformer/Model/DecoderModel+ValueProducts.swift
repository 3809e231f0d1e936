internal import ScopeTensor

extension DecoderModel {
    /// Sends the products of the heads' outputs for the positions of the lanes that ask for them.
    ///
    /// A head's share of the output matrix is not cut out, which stored formats would not allow: each
    /// head's value goes through the whole matrix in a row that is 0 everywhere else. One position at
    /// a time, so that its numbers do not depend on those beside it.
    func sendValueProducts(
        _ layer: LayerWeights<Scalar>, index: Int, _ lanes: [Lane<Scalar>],
        _ batch: Batch<Scalar>, _ values: Tensor<Scalar>, _ sink: inout some SignalSink<Scalar>
    ) {
        let wanted = batch.places.indices.filter { row in
            lanes[batch.places[row].lane].signals.valueProducts.contains(index)
        }
        if wanted.isEmpty { return }
        let heads = configuration.queryHeadCount
        var spread = Tensor<Scalar>(
            rows: heads, columns: heads * configuration.valueDimension)
        var outputs = Tensor<Scalar>(rows: heads, columns: configuration.hiddenSize)
        var products = [Scalar](repeating: 0, count: heads * (heads + 1) / 2)
        for row in wanted {
            spreadHeads(row, of: values, over: &spread)
            algebra.multiply(spread, by: layer.attentionOutput.weights, bias: nil, into: &outputs)
            multiplyRows(of: outputs, into: &products)
            sink.valueProducts(products.span, layer: index, at: batch.places[row])
        }
    }

    /// Puts a position's values where each query head reads them: a row a head, the rest of which
    /// stays 0.
    private func spreadHeads(
        _ row: Int, of values: Tensor<Scalar>, over spread: inout Tensor<Scalar>
    ) {
        let width = configuration.valueDimension
        let group = configuration.queryHeadCount / configuration.keyValueHeadCount
        for head in 0..<configuration.queryHeadCount {
            let source = row * values.columns + head / group * width
            let target = head * spread.columns + head * width
            spread.storage.replaceSubrange(
                target..<target + width, with: values.storage[source..<source + width])
        }
    }

    private func multiplyRows(of outputs: Tensor<Scalar>, into products: inout [Scalar]) {
        for left in 0..<outputs.rows {
            let first = outputs.row(left)
            for right in 0...left {
                let second = outputs.row(right)
                var sum = 0.0
                for place in first.indices { sum += Double(first[place]) * Double(second[place]) }
                products[left * (left + 1) / 2 + right] = Scalar(sum)
            }
        }
    }
}
