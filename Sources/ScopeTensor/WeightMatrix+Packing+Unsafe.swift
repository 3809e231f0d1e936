import CScopeKernels

extension WeightMatrix {
    /// Packs the matrix into panels: some outputs side by side, one stream of memory for a product
    /// of any number of rows.
    ///
    /// Unlike the pages of a mapped file, copies lie in huge pages where the system has them.
    /// The copy does not keep the file alive. A packed matrix comes back as it is, and so does one
    /// whose blocks run along its outputs.
    ///
    /// - Parameters:
    ///   - level: whose kernels will read the panels.
    ///   - threads: how many threads may pack.
    ///   - arena: where the copy lies.
    /// - Returns: the same numbers.
    /// - Complexity: O(outputs × inputs).
    func packed(
        for level: KernelLevel, threads: Int, in arena: WeightArena
    ) -> WeightMatrix {
        guard panelLevel == nil, layout == .outputMajor || !elementType.isBlockQuantized else {
            return self
        }
        let panels = PanelShape(level, elementType, outputs: outputs, inputs: inputs)
        let block = arena.block(byteCount: panels.byteCount)
        let bytes = elementType.bytesPerBlock
        let row = elementType.byteCount(ofElements: rowStride)
        let (outputStep, inputStep) = layout == .outputMajor ? (row, bytes) : (bytes, row)
        let pack = unsafe level.kernels.functions.pack_panel
        HostAlgebra(level: level, threads: threads).share(panels.count, cost: panels.stride) {
            part in
            for panel in part {
                let first = panel * panels.width
                unsafe pack(
                    elementType.kernelElement, elements.base + first * outputStep, outputStep,
                    inputStep, min(panels.width, outputs - first), inputs,
                    block.start + panel * panels.stride)
            }
        }
        return WeightMatrix(
            elements: StoredElements(block), outputs: outputs, inputs: inputs,
            elementType: elementType, layout: .outputMajor, panelLevel: level)
    }

    /// The shape of a packed matrix's panels.
    var panelShape: PanelShape {
        let (outputs, inputs) = storedShape
        return PanelShape(panelLevel ?? .portable, elementType, outputs: outputs, inputs: inputs)
    }

    /// The numbers of a packed matrix, widened, output by output of the panels.
    func packedValues() -> [Float] {
        let panels = panelShape
        let (outputs, inputs) = storedShape
        let widen = unsafe (panelLevel ?? .portable).kernels.functions.widen_output
        var values = [Float](repeating: 0, count: outputs * inputs)
        unsafe values.withUnsafeMutableBufferPointer { values in
            guard let start = values.baseAddress else { return }
            for output in 0..<outputs {
                let (panel, place) = output.quotientAndRemainder(dividingBy: panels.width)
                unsafe widen(
                    elementType.kernelElement, elements.base + panel * panels.stride, place,
                    inputs, start + output * inputs)
            }
        }
        return values
    }
}

/// How a matrix is divided into panels.
struct PanelShape {
    /// The outputs of a panel.
    let width: Int
    /// The bytes of a panel.
    let stride: Int
    let count: Int

    init(_ level: KernelLevel, _ type: ElementType, outputs: Int, inputs: Int) {
        let functions = level.kernels.functions
        width = functions.panel_outputs
        stride = functions.panel_bytes(type.kernelElement, inputs)
        count = (outputs + width - 1) / width
    }

    var byteCount: Int { count * stride }
}
