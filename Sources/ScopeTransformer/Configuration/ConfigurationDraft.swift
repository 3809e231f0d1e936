internal import ScopeFiles
internal import ScopeTensor

/// A configuration while its fields are read: what the fields say, before it is known what they
/// mean together.
struct ConfigurationDraft {
    var configuration: DecoderConfiguration
    /// What the checkpoint calls its tensors; a field may change it.
    var names: TensorNames
    /// The tensors, where what they hold decides about the configuration.
    var weights: WeightTable?

    /// Whether query–key products are divided by the root of the head's width.
    var scalesAttention = true
    var rotary = RotaryDraft()
    var windows = WindowDraft()
    /// Layers with experts, as the fields describe them.
    var expertLayers = ExpertLayers()
    /// Other fields a family combines when all are read, by name.
    var flags: [String: Bool] = [:]
    var numbers: [String: Int] = [:]
    /// Where sizes come from, for messages.
    var sources: [PartialKeyPath<DecoderConfiguration>: JSONValue] = [:]

    /// A truth value that several fields decide about together.
    func flag(_ name: String) -> Bool { flags[name] ?? false }
}

/// Which layers see only a window of the text.
struct WindowDraft {
    /// Whether the file says that there are none, whatever the family has otherwise.
    var areDisclaimed = false
    /// What the file calls the list of the layers' kinds.
    var typesField = "layer_types"
    /// What the file calls a window's size.
    var sizeField = "sliding_window"
    /// Positions a window spans; 0 is refused where a layer would have such a window.
    var size: Int?
    /// Whether there are windows at all.
    var areUsed = true
    /// The kind of each layer by its name, where the file lists them.
    var layerTypes: [String]?
    /// Every n-th layer is without a window.
    var pattern: Int?
    /// The first layer with a window.
    var firstLayer = 0
}

/// Which layers are rotated, and how.
struct RotaryDraft {
    /// Whether there is any rotation.
    var isUsed = false
    var theta: Double = 10_000
    /// The value that names the base outside the object of the scaling.
    var givenTheta: JSONValue?
    var pairing = RotaryPairing.halves
    /// The part of a head that is rotated, where the family gives a fraction.
    var fraction: Double?
    /// The value that names the fraction outside the object of the scaling.
    var givenFraction: JSONValue?
    /// The leading scalars of a head that are rotated, where the family gives their number.
    var dimension: Int?
    /// The value that names their number.
    var givenDimension: JSONValue?
    /// The object that says how frequencies are stretched.
    var parameters: JSONValue?
    /// The context before stretching, where it stands outside that object.
    var originalContextLength: Int?
    /// The base in layers with a window, where it is another.
    var localTheta: Double?
    /// The value that names it outside the object of the scaling.
    var givenLocalTheta: JSONValue?
    /// The object for layers with a window, where they have one of their own.
    var localParameters: JSONValue?
    /// Whether only layers with a window are rotated.
    var onlyInWindows = false
    /// 1 for a rotated layer and 0 for another, where the file lists them.
    var layers: [Int]?
    /// Every n-th layer is not rotated.
    var skippedInterval: Int?
}

/// Which layers have experts.
struct ExpertLayers {
    /// Layers before this one have none.
    var first = 0
    /// Of the others every n-th has them.
    var step = 1
    /// Layers that have none all the same.
    var dense: Set<Int> = []
}
