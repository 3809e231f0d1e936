import CScopeKernels

// Each operation checks its shapes, lends its memory, calls its kernel.

extension HostAlgebra {
    /// Root-mean-square norm, row by row, the mean in `Double`.
    ///
    /// - Parameters:
    ///   - input: rows × columns.
    ///   - weight: 1 × columns.
    ///   - epsilon: what keeps the root from zero.
    ///   - output: of the input's shape.
    /// - Complexity: O(rows × columns).
    public func rmsNorm(
        _ input: Tensor<Float>, weight: Tensor<Float>, epsilon: Double,
        into output: inout Tensor<Float>
    ) {
        checkNorm(input, weight, nil, output)
        output.resize(rows: input.rows)
        unsafe input.storage.withUnsafeBufferPointer { x in
            unsafe weight.storage.withUnsafeBufferPointer { weight in
                unsafe output.storage.withUnsafeMutableBufferPointer { out in
                    guard let x = x.baseAddress, let weight = weight.baseAddress,
                        let out = out.baseAddress
                    else { return }
                    unsafe kernels.functions.rms_norm(
                        x, input.rows, input.columns, weight, epsilon, out)
                }
            }
        }
    }

    /// Layer norm, row by row, both moments in `Double`.
    ///
    /// - Parameters:
    ///   - input: rows × columns.
    ///   - weight: 1 × columns, or none for a factor of 1.
    ///   - bias: 1 × columns, or none.
    ///   - epsilon: what keeps the root from zero.
    ///   - output: of the input's shape.
    /// - Complexity: O(rows × columns).
    public func layerNorm(
        _ input: Tensor<Float>, weight: Tensor<Float>?, bias: Tensor<Float>?, epsilon: Double,
        into output: inout Tensor<Float>
    ) {
        checkNorm(input, weight, bias, output)
        output.resize(rows: input.rows)
        unsafe input.storage.withUnsafeBufferPointer { x in
            unsafe (weight?.storage ?? []).withUnsafeBufferPointer { factor in
                unsafe (bias?.storage ?? []).withUnsafeBufferPointer { offset in
                    unsafe output.storage.withUnsafeMutableBufferPointer { out in
                        guard let x = x.baseAddress, let out = out.baseAddress else { return }
                        unsafe kernels.functions.layer_norm(
                            x, input.rows, input.columns, weight == nil ? nil : factor.baseAddress,
                            bias == nil ? nil : offset.baseAddress, epsilon, out)
                    }
                }
            }
        }
    }

    /// Rotary position embedding, in place: row `r` of `x` turns by row `r` of the rotation.
    ///
    /// - Parameters:
    ///   - x: rows × (heads × `headDimension`).
    ///   - headDimension: the values of one head, at least the rotary dimension.
    ///   - rotation: the angles, with as many rows as `x`.
    /// - Complexity: O(rows × columns).
    public func rotate(
        _ x: inout Tensor<Float>, headDimension: Int, by rotation: Rotation<Float>
    ) {
        checkRotation(x, headDimension, rotation)
        let (rows, columns) = (x.rows, x.columns)
        unsafe rotation.cosines.storage.withUnsafeBufferPointer { cosines in
            unsafe rotation.sines.storage.withUnsafeBufferPointer { sines in
                unsafe x.storage.withUnsafeMutableBufferPointer { x in
                    guard let cosines = cosines.baseAddress, let sines = sines.baseAddress,
                        let x = x.baseAddress
                    else { return }
                    unsafe kernels.functions.rotate(
                        x, rows, columns, headDimension, cosines, sines,
                        rotation.cosines.columns, rotation.pairing == .adjacent ? 1 : 0)
                }
            }
        }
    }

    /// Applies the activation to every value.
    ///
    /// - Complexity: O(values).
    public func activate(_ x: inout Tensor<Float>, with activation: Activation) {
        let functions = kernels.functions
        unsafe x.storage.withUnsafeMutableBufferPointer { x in
            guard let start = x.baseAddress else { return }
            switch activation {
            case .silu: unsafe functions.silu(start, x.count)
            case .gelu: unsafe functions.gelu_erf(start, x.count)
            case .geluTanh: unsafe functions.gelu_tanh(start, x.count)
            case .quickGelu: unsafe functions.gelu_quick(start, x.count)
            case .relu: unsafe functions.relu(start, x.count)
            case .squaredRelu: unsafe functions.relu_squared(start, x.count)
            }
        }
    }

    /// Multiplies every value of `x` by the value of `y` at its place.
    ///
    /// - Complexity: O(values).
    public func multiply(_ x: inout Tensor<Float>, elementwiseBy y: Tensor<Float>) {
        checkSameShape(x, y)
        unsafe y.storage.withUnsafeBufferPointer { y in
            unsafe x.storage.withUnsafeMutableBufferPointer { x in
                guard let y = y.baseAddress, let start = x.baseAddress else { return }
                unsafe kernels.functions.multiply(y, x.count, start)
            }
        }
    }

    /// Adds every value of `x` to the value of `y` at its place.
    ///
    /// - Complexity: O(values).
    public func add(_ x: Tensor<Float>, to y: inout Tensor<Float>) {
        checkSameShape(x, y)
        unsafe x.storage.withUnsafeBufferPointer { x in
            unsafe y.storage.withUnsafeMutableBufferPointer { y in
                guard let x = x.baseAddress, let start = y.baseAddress else { return }
                unsafe kernels.functions.add(x, y.count, start)
            }
        }
    }
}
