internal import ScopeTensor

extension DecoderModel {
    func apply(
        _ map: Linear<Scalar>, to input: Tensor<Scalar>, into output: inout Tensor<Scalar>
    ) {
        algebra.multiply(input, by: map.weights, bias: map.bias, into: &output)
    }

    func normalize(
        _ input: Tensor<Scalar>, by norm: NormWeights<Scalar>, into output: inout Tensor<Scalar>
    ) {
        switch configuration.norm {
        case .layer:
            algebra.layerNorm(
                input, weight: norm.scale, bias: norm.shift, epsilon: configuration.normEpsilon,
                into: &output)
        case .rms:
            algebra.rmsNorm(
                input, weight: norm.scale, epsilon: configuration.normEpsilon, into: &output)
        }
    }

    /// A feed-forward part that every row goes through.
    func apply(
        _ weights: DenseWeights<Scalar>, to input: Tensor<Scalar>,
        _ buffers: inout DenseBuffers<Scalar>, into output: inout Tensor<Scalar>
    ) {
        apply(weights.up, to: input, into: &buffers.up)
        if let gate = weights.gate {
            apply(gate, to: input, into: &buffers.gate)
            algebra.activate(&buffers.gate, with: configuration.activation)
            algebra.multiply(&buffers.up, elementwiseBy: buffers.gate)
        } else {
            algebra.activate(&buffers.up, with: configuration.activation)
        }
        apply(weights.down, to: buffers.up, into: &output)
    }
}
