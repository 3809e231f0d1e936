import CScopeKernels

// Each operation checks its shapes, lends its memory, shares out calls of its kernel.

/// Values on which all vector lengths agree: shares begin where a vector begins.
private let vectorStep = 16

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
                    let columns = input.columns
                    share(input.rows, cost: 4 * columns) { rows in
                        let start = rows.lowerBound * columns
                        unsafe kernels.functions.rms_norm(
                            x + start, rows.count, columns, weight, epsilon, out + start)
                    }
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
                        let columns = input.columns
                        let factor = weight == nil ? nil : factor.baseAddress
                        let offset = bias == nil ? nil : offset.baseAddress
                        share(input.rows, cost: 4 * columns) { rows in
                            let start = rows.lowerBound * columns
                            unsafe kernels.functions.layer_norm(
                                x + start, rows.count, columns, factor, offset, epsilon,
                                out + start)
                        }
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
                    let half = rotation.cosines.columns
                    share(rows, cost: 4 * columns) { part in
                        let angles = part.lowerBound * half
                        unsafe kernels.functions.rotate(
                            x + part.lowerBound * columns, part.count, columns, headDimension,
                            cosines + angles, sines + angles, half,
                            rotation.pairing == .adjacent ? 1 : 0)
                    }
                }
            }
        }
    }

    /// Applies the activation to every value.
    ///
    /// - Complexity: O(values).
    public func activate(_ x: inout Tensor<Float>, with activation: Activation) {
        let functions = kernels.functions
        let function =
            switch activation {
            case .silu: unsafe functions.silu
            case .gelu: unsafe functions.gelu_erf
            case .geluTanh: unsafe functions.gelu_tanh
            case .quickGelu: unsafe functions.gelu_quick
            case .relu: unsafe functions.relu
            case .squaredRelu: unsafe functions.relu_squared
            }
        unsafe x.storage.withUnsafeMutableBufferPointer { x in
            guard let start = x.baseAddress else { return }
            share(x.count, cost: 4, step: vectorStep) { part in
                unsafe function(start + part.lowerBound, part.count)
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
                share(x.count, cost: 4, step: vectorStep) { part in
                    unsafe kernels.functions.multiply(
                        y + part.lowerBound, part.count, start + part.lowerBound)
                }
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
                share(y.count, cost: 4, step: vectorStep) { part in
                    unsafe kernels.functions.add(
                        x + part.lowerBound, part.count, start + part.lowerBound)
                }
            }
        }
    }
}
