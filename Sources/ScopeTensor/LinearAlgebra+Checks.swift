// The shape rules both algebras share: each says which operand does not fit.

extension LinearAlgebra {
    func checkProduct(
        _ input: Tensor<Scalar>, _ weights: WeightMatrix, _ bias: Tensor<Scalar>?,
        _ output: Tensor<Scalar>
    ) {
        precondition(input.columns == weights.inputs, "the input does not fit the weights")
        precondition(output.columns == weights.outputs, "the output does not fit the weights")
        if let bias {
            precondition(bias.storage.count == weights.outputs, "the bias does not fit the weights")
        }
    }

    func checkLookUp(_ rows: [Int], _ weights: WeightMatrix, _ output: Tensor<Scalar>) {
        precondition(weights.layout == .outputMajor, "embeddings are read row by row")
        precondition(output.columns == weights.inputs, "the output does not fit the embeddings")
        for row in rows {
            precondition(row >= 0 && row < weights.outputs, "no such row of the embeddings")
        }
    }

    func checkNorm(
        _ input: Tensor<Scalar>, _ weight: Tensor<Scalar>?, _ bias: Tensor<Scalar>?,
        _ output: Tensor<Scalar>
    ) {
        precondition(output.columns == input.columns, "the output does not fit the input")
        if let weight {
            precondition(weight.storage.count == input.columns, "the weight does not fit the input")
        }
        if let bias {
            precondition(bias.storage.count == input.columns, "the bias does not fit the input")
        }
    }

    func checkSameShape(_ x: Tensor<Scalar>, _ y: Tensor<Scalar>) {
        precondition(x.rows == y.rows && x.columns == y.columns, "tensors of different shape")
    }

    func checkRotation(_ x: Tensor<Scalar>, _ headDimension: Int, _ rotation: Rotation<Scalar>) {
        precondition(
            headDimension > 0 && x.columns % headDimension == 0, "a row is not whole heads")
        precondition(rotation.rotaryDimension <= headDimension, "the rotation exceeds the head")
        precondition(rotation.cosines.rows == x.rows, "one row of angles for each row")
    }

    func checkCap(_ cap: Double) {
        precondition(cap > 0, "a cap is above zero")
    }

    func checkLimit(_ limit: Double) {
        precondition(limit >= 0, "a limit is no less than zero")
    }

    func checkRows(_ values: Int, _ rows: Int, _ width: Int) {
        precondition(values == rows * width, "the rows do not fit the vector")
    }
}
