internal import ScopeFiles

extension RotaryDraft {
    /// Heads wider than this are no model's: a rotation has a frequency for each pair.
    private static let largestDimension = ModelLimits.rotaryDimension

    /// The rotation of layers without a window.
    func general(
        _ shape: DecoderConfiguration, _ root: JSONValue
    ) throws(FileError) -> RotaryConfiguration {
        try resolve(parameters, theta: theta, givenTheta, shape, root)
    }

    /// The rotation of layers with a window.
    func local(
        _ shape: DecoderConfiguration, _ root: JSONValue
    ) throws(FileError) -> RotaryConfiguration {
        if localTheta == nil, localParameters == nil { return try general(shape, root) }
        return try resolve(
            localParameters, theta: localTheta ?? theta, givenLocalTheta, shape, root)
    }

    private func resolve(
        _ object: JSONValue?, theta: Double, _ givenTheta: JSONValue?,
        _ shape: DecoderConfiguration, _ root: JSONValue
    ) throws(FileError) -> RotaryConfiguration {
        let width = shape.latentAttention?.rotaryDimension ?? shape.headDimension
        let parameters = try RopeParameters(
            object, of: root, contextLength: shape.contextLength,
            originalContextLength: originalContextLength)
        let fraction =
            try parameters.positive("partial_rotary_factor", besides: givenFraction)
            ?? self.fraction ?? 1
        let theta = try parameters.positive("rope_theta", besides: givenTheta) ?? theta
        // As the reference does: a part of a scalar is no scalar.
        let dimension = self.dimension ?? Int(Double(width) * min(fraction, 1))
        var rotary = RotaryConfiguration(theta: theta, dimension: dimension, pairing: pairing)
        guard dimension > 0, dimension % 2 == 0, dimension <= width, fraction <= 1,
            dimension <= Self.largestDimension
        else {
            let reason = "\(dimension) of a head's \(width) scalars cannot be rotated"
            if let member = object?["partial_rotary_factor"] ?? givenFraction ?? givenDimension {
                throw member.error(reason)
            }
            let name = shape.latentAttention == nil ? "head_dim" : "qk_rope_head_dim"
            throw root.error(
                reason, field: root[name] == nil ? "num_attention_heads" : name)
        }
        try parameters.apply(to: &rotary)
        guard rotary.isFinite(upTo: shape.contextLength) else {
            throw (object ?? givenTheta)?.error("the rotation's angles are no finite numbers")
                ?? root.error("the rotation's angles are no finite numbers", field: "rope_theta")
        }
        return rotary
    }
}

extension RotaryConfiguration {
    /// Whether every angle of a text of up to `length` tokens is a number.
    fileprivate func isFinite(upTo length: Int) -> Bool {
        guard magnitude.isFinite else { return false }
        let angles = [1, length].flatMap { frequencies(forLength: $0) }
            .map { $0 * Double(length) }
        return angles.allSatisfy(\.isFinite)
    }
}
