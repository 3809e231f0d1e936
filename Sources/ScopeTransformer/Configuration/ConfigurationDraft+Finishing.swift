internal import ScopeFiles

extension ConfigurationDraft {
    /// Fills in what follows from other fields and checks that the sizes agree.
    mutating func finish(_ root: JSONValue) throws(FileError) {
        try finishHeads(root)
        if configuration.intermediateSize == 0 {
            configuration.intermediateSize = 4 * configuration.hiddenSize
        }
        if scalesAttention {
            configuration.attentionScale = 1 / Double(configuration.headDimension).squareRoot()
        }
        if let experts = configuration.experts {
            guard experts.count > 0, experts.perToken > 0, experts.perToken <= experts.count else {
                throw root.error(
                    "\(experts.perToken) of \(experts.count) experts cannot be chosen",
                    field: "num_experts_per_tok")
            }
        }
        configuration.layers = try layers(root)
        // Dynamic scaling stretches with the text: what the file names is where it begins to.
        if case .dynamic? = configuration.layers.first?.rotary?.scaling {
            configuration.contextLength = max(configuration.contextLength, 1 << 20)
        }
    }

    private mutating func finishHeads(_ root: JSONValue) throws(FileError) {
        let heads = configuration.queryHeadCount
        if configuration.headDimension == 0 {
            guard configuration.hiddenSize % heads == 0 else {
                throw error(
                    "\(heads) attention heads do not divide the hidden size "
                        + "\(configuration.hiddenSize)", about: \.queryHeadCount, root)
            }
            configuration.headDimension = configuration.hiddenSize / heads
        }
        if configuration.valueDimension == 0 {
            configuration.valueDimension = configuration.headDimension
        }
        if configuration.keyValueHeadCount == 0 { configuration.keyValueHeadCount = heads }
        guard heads % configuration.keyValueHeadCount == 0 else {
            throw error(
                "\(configuration.keyValueHeadCount) key-value heads do not divide "
                    + "\(heads) attention heads", about: \.keyValueHeadCount, root)
        }
    }

    /// The error of a size, naming the field it was read from.
    private func error(
        _ reason: String, about size: PartialKeyPath<DecoderConfiguration>, _ root: JSONValue
    ) -> FileError {
        sources[size]?.error(reason) ?? root.error(reason, field: "num_attention_heads")
    }

    private func layers(_ root: JSONValue) throws(FileError) -> [LayerConfiguration] {
        let count = configuration.layerCount
        try checkLength(windows.layerTypes?.count, windows.typesField, root)
        try checkLength(rotary.layers?.count, "no_rope_layers", root)
        try checkWindows(root)
        let general = rotary.isUsed ? try rotary.general(configuration, root) : nil
        let local = rotary.isUsed ? try rotary.local(configuration, root) : nil
        return (0..<count).map { index in
            let window = hasWindow(index) ? windows.size : nil
            var rotation = window == nil ? general : local
            if rotary.onlyInWindows, !hasWindow(index) { rotation = nil }
            if !isRotated(index) { rotation = nil }
            return LayerConfiguration(
                window: window, rotary: rotation, hasExperts: hasExperts(index))
        }
    }

    /// A list that names every layer.
    private func checkLength(
        _ length: Int?, _ field: String, _ root: JSONValue
    ) throws(FileError) {
        guard let length, length != configuration.layerCount else { return }
        throw root.error(
            "names \(length) layers, the model has \(configuration.layerCount)", field: field)
    }

    /// Refuses layers with a window where there is no size of one.
    private func checkWindows(_ root: JSONValue) throws(FileError) {
        if windows.areDisclaimed { return }
        let isNeeded = (0..<configuration.layerCount).contains(where: isLocal)
        if windows.areUsed, let size = windows.size {
            guard isNeeded, size == 0 else { return }
            throw root.error("must be at least 1, found 0", field: windows.sizeField)
        }
        // Where no field names single layers, no size means no window.
        guard isNeeded, windows.layerTypes != nil || windows.pattern != nil else { return }
        if windows.layerTypes != nil, root[windows.typesField] != nil {
            throw root.error("there is no window for these layers", field: windows.typesField)
        }
        throw root.error("this family has layers with a window", field: windows.sizeField)
    }

    private func hasWindow(_ layer: Int) -> Bool {
        windows.areUsed && windows.size != nil && isLocal(layer)
    }

    private func isLocal(_ layer: Int) -> Bool {
        if let types = windows.layerTypes { return types[layer] == "sliding_attention" }
        if let pattern = windows.pattern { return (layer + 1) % pattern != 0 }
        return layer >= windows.firstLayer
    }

    private func isRotated(_ layer: Int) -> Bool {
        if let layers = rotary.layers { return layers[layer] != 0 }
        if let interval = rotary.skippedInterval { return (layer + 1) % interval != 0 }
        return true
    }

    private func hasExperts(_ layer: Int) -> Bool {
        guard configuration.experts != nil, layer >= expertLayers.first else { return false }
        return (layer + 1) % expertLayers.step == 0 && !expertLayers.dense.contains(layer)
    }
}
