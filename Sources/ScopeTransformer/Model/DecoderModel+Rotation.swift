internal import ScopeTensor

/// The distinct rotations of a model, and which layer turns by which.
struct RotationTable: Sendable {
    let schemes: [RotaryConfiguration]
    /// One a layer; nil where a layer is not rotated.
    let schemeOfLayer: [Int?]
    /// The frequencies of schemes that do not depend on the text's length.
    private let frequencies: [[Double]]

    init(_ configuration: DecoderConfiguration) {
        var schemes: [RotaryConfiguration] = []
        schemeOfLayer = configuration.layers.map { layer in
            guard let rotary = layer.rotary else { return nil }
            if let known = schemes.firstIndex(of: rotary) { return known }
            schemes.append(rotary)
            return schemes.count - 1
        }
        self.schemes = schemes
        frequencies = schemes.map { $0.frequencies(forLength: 0) }
    }

    /// The rotation of a batch's rows by each scheme; angles in `Double`, since a position of a
    /// long text times a frequency outgrows `Float`.
    func rotations<Scalar: TensorScalar>(for batch: Batch<Scalar>) -> [Rotation<Scalar>] {
        rotations(of: batch.places, definingLengths: batch.definingLengths)
    }

    /// The rotation of rows of lanes, each of which a text length defines.
    func rotations<Scalar: TensorScalar>(
        of places: [RowPlace], definingLengths: [Int]
    ) -> [Rotation<Scalar>] {
        schemes.indices.map { index in
            let scheme = schemes[index]
            let ofLanes = definingLengths.map { length in
                length == 0 ? frequencies[index] : scheme.frequencies(forLength: length)
            }
            return Rotation(places, frequencies: ofLanes, scheme)
        }
    }
}
