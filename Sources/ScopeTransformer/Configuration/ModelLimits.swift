/// Sizes that no model has: a configuration that claims more is refused by an error, before memory is
/// spent on it.
///
/// `SECURITY.md` has the table of all limits.
public enum ModelLimits {
    /// A size, such as the width or the vocabulary; two of them times ``headCount`` stay within an `Int`.
    public static let size = 16_777_216

    /// Layers.
    public static let layerCount = 16_384

    /// Query heads.
    public static let headCount = 16_384

    /// The width of a head that is rotated.
    public static let rotaryDimension = 16_384

    /// Values of a list that has one for each layer.
    public static let listCount = 16_384
}
