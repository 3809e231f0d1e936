#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

// One implementation for both algebras: each is a formula over rows, which the compiler turns into
// vector code for `Float`; what proves it is the difference quotient in `Double`.

extension LinearAlgebra {
    /// Adjoint of the root-mean-square norm; sums in `Double`.
    public func rmsNormAdjoint(
        _ gradient: inout Tensor<Scalar>, input: Tensor<Scalar>, weight: Tensor<Scalar>,
        epsilon: Double
    ) {
        checkAdjoint(gradient, input)
        for row in 0..<gradient.rows {
            let stored = row % input.rows
            Adjoints.rmsNorm(
                &gradient.storage, row * gradient.columns, input.storage,
                stored * input.columns, weight.storage, epsilon)
        }
    }

    /// Adjoint of the layer norm; sums in `Double`.
    public func layerNormAdjoint(
        _ gradient: inout Tensor<Scalar>, input: Tensor<Scalar>, weight: Tensor<Scalar>?,
        epsilon: Double
    ) {
        checkAdjoint(gradient, input)
        let weight = weight?.storage ?? Array(repeating: 1, count: input.columns)
        for row in 0..<gradient.rows {
            let stored = row % input.rows
            Adjoints.layerNorm(
                &gradient.storage, row * gradient.columns, input.storage,
                stored * input.columns, weight, epsilon)
        }
    }

    /// Adjoint of an activation; slopes in `Double`, but for SiLU's, which follow from its values.
    public func activationAdjoint(
        _ gradient: inout Tensor<Scalar>, input: Tensor<Scalar>, activation: Activation
    ) {
        checkAdjoint(gradient, input)
        var values = input
        if activation == .silu { activate(&values, with: .silu) }
        Adjoints.multiply(&gradient.storage, slopes(of: activation, at: input, values: values))
    }

    /// Adjoint of a gated product; slopes as in `activationAdjoint`.
    public func gatedAdjoint(
        _ gradient: inout Tensor<Scalar>, up: Tensor<Scalar>, gate: Tensor<Scalar>,
        activation: Activation
    ) -> Tensor<Scalar> {
        checkAdjoint(gradient, up)
        checkAdjoint(gradient, gate)
        var values = gate
        activate(&values, with: activation)
        let slopes = slopes(of: activation, at: gate, values: values)
        var result = gradient
        Adjoints.gate(
            &gradient.storage, &result.storage, up: up.storage, values: values.storage, slopes)
        return result
    }

    /// An activation's slopes at its inputs, given the values there.
    private func slopes(
        of activation: Activation, at input: Tensor<Scalar>, values: Tensor<Scalar>
    ) -> [Scalar] {
        guard activation == .silu else {
            return input.storage.map { Scalar(activation.slope(at: Double($0))) }
        }
        var slopes = values.storage
        Adjoints.sigmoidSlopes(&slopes, input.storage)
        return slopes
    }

    /// Adjoint of softmax; the sum in `Double`.
    public func softmaxAdjoint(
        _ gradient: inout MutableSpan<Scalar>, probabilities: Span<Scalar>
    ) {
        precondition(gradient.count == probabilities.count, "one gradient a probability")
        var mean = 0.0
        for j in gradient.indices { mean += Double(probabilities[j]) * Double(gradient[j]) }
        let shift = Scalar(mean)
        for j in gradient.indices { gradient[j] = probabilities[j] * (gradient[j] - shift) }
    }

    /// Adjoint of the soft cap.
    public func softCapAdjoint(
        _ gradient: inout MutableSpan<Scalar>, capped: Span<Scalar>, cap: Double
    ) {
        precondition(gradient.count == capped.count, "one gradient a score")
        let inverse = Scalar(1 / cap)
        for j in gradient.indices {
            let part = capped[j] * inverse
            gradient[j] *= 1 - part * part
        }
    }

    /// Adds a row to each of several, times a weight of its own.
    public func addOuterProduct(
        _ weights: Span<Scalar>, _ row: Span<Scalar>, to rows: inout MutableSpan<Scalar>
    ) {
        let width = row.count
        precondition(rows.count == weights.count * width, "the rows do not fit the weights")
        for j in weights.indices {
            let weight = weights[j]
            for i in 0..<width { rows[j * width + i] += weight * row[i] }
        }
    }

    private func checkAdjoint(_ gradient: Tensor<Scalar>, _ input: Tensor<Scalar>) {
        precondition(gradient.columns == input.columns, "the gradient does not fit its input")
        precondition(
            input.rows > 0 ? gradient.rows % input.rows == 0 : gradient.rows == 0,
            "a gradient is whole blocks of rows")
    }
}

extension Activation {
    /// The derivative at `x`.
    func slope(at x: Double) -> Double {
        switch self {
        case .silu:
            let part = 1 / (1 + exp(-x))
            return part * (1 + x * (1 - part))
        case .gelu:
            let density = exp(-x * x / 2) / (2 * Double.pi).squareRoot()
            return erfc(-x / 2.0.squareRoot()) / 2 + x * density
        case .geluTanh:
            let factor = (2 / Double.pi).squareRoot()
            let part = 1 / (1 + exp(-2 * factor * (x + 0.044715 * x * x * x)))
            return part + x * part * (1 - part) * 2 * factor * (1 + 3 * 0.044715 * x * x)
        case .quickGelu:
            let part = 1 / (1 + exp(-1.702 * x))
            return part * (1 + 1.702 * x * (1 - part))
        case .relu:
            return x > 0 ? 1 : 0
        case .squaredRelu:
            return x > 0 ? 2 * x : 0
        }
    }
}

/// The loops, over whole arrays, so that they are compiled for each scalar.
private enum Adjoints {
    static func multiply<Scalar: TensorScalar>(_ x: inout [Scalar], _ y: [Scalar]) {
        var start = 0
        while start < x.count {
            for i in y.indices { x[start + i] *= y[i] }
            start += y.count
        }
    }

    /// From the gradient of a gated product to those of both sides, in one pass; `gates` begins as a
    /// copy of `gradient`.
    static func gate<Scalar: TensorScalar>(
        _ gradient: inout [Scalar], _ gates: inout [Scalar], up: [Scalar], values: [Scalar],
        _ slopes: [Scalar]
    ) {
        var start = 0
        while start < gradient.count {
            for i in up.indices {
                let own = gradient[start + i]
                gates[start + i] = own * up[i] * slopes[i]
                gradient[start + i] = own * values[i]
            }
            start += up.count
        }
    }

    /// From the values `y = x σ(x)` of SiLU to its slopes `σ + y (1 − σ)`.
    static func sigmoidSlopes<Scalar: TensorScalar>(_ y: inout [Scalar], _ x: [Scalar]) {
        for i in y.indices {
            // Where `x` is 0, or so small that the quotient is no number, σ is a half.
            let quotient = y[i] / x[i]
            let part = quotient >= 0 && quotient <= 1 ? quotient : Scalar(0.5)
            y[i] = part + y[i] * (1 - part)
        }
    }

    /// `g ← r · (w∘g) − x · r³ · mean(x ∘ w ∘ g)`, with `r` the inverse root mean square.
    static func rmsNorm<Scalar: TensorScalar>(
        _ gradient: inout [Scalar], _ start: Int, _ input: [Scalar], _ inputStart: Int,
        _ weight: [Scalar], _ epsilon: Double
    ) {
        let columns = weight.count
        var squares = 0.0
        var product = 0.0
        for i in 0..<columns {
            let x = Double(input[inputStart + i])
            squares += x * x
            product += x * Double(weight[i]) * Double(gradient[start + i])
        }
        let root = 1 / (squares / Double(columns) + epsilon).squareRoot()
        let (scale, shift) = (Scalar(root), Scalar(root * root * root * product / Double(columns)))
        for i in 0..<columns {
            gradient[start + i] =
                scale * weight[i] * gradient[start + i] - shift * input[inputStart + i]
        }
    }

    /// `g ← r · (h − mean(h) − x̂ · mean(h ∘ x̂))`, with `h = w∘g` and `x̂` the normal row.
    static func layerNorm<Scalar: TensorScalar>(
        _ gradient: inout [Scalar], _ start: Int, _ input: [Scalar], _ inputStart: Int,
        _ weight: [Scalar], _ epsilon: Double
    ) {
        let columns = weight.count
        let count = Double(columns)
        var sum = 0.0
        for i in 0..<columns { sum += Double(input[inputStart + i]) }
        let mean = sum / count
        var squares = 0.0
        var total = 0.0
        var product = 0.0
        for i in 0..<columns {
            let x = Double(input[inputStart + i]) - mean
            let h = Double(weight[i]) * Double(gradient[start + i])
            squares += x * x
            total += h
            product += h * x
        }
        let root = 1 / (squares / count + epsilon).squareRoot()
        let slope = product * root * root / count
        for i in 0..<columns {
            let x = Double(input[inputStart + i]) - mean
            let h = Double(weight[i]) * Double(gradient[start + i])
            gradient[start + i] = Scalar(root * (h - total / count - x * slope))
        }
    }
}
