import ScopeFiles
import ScopeTensor
import ScopeTransformer

/// Any bytes as a GGUF file: either an error that names a file, or a model that computes, with packed weights
/// for one input in 16.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzGGUFModel(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    let contents = FileContents(copying: bytes, name: "fuzz.gguf")
    guard let file = try? GGUFFile(contents), let files = try? GGUFModel([file]) else { return 0 }
    do {
        // Packed weights have huge pages of their own, which cost more than all else here.
        let options = ModelOptions(storage: isOne(of: 16, bytes) ? .packed : .mapped)
        let model = try DecoderModel(
            from: .gguf(files), algebra: HostAlgebra(), options: options)
        check(model, inputSize: count)
    } catch ModelFailure.file(let error) {
        precondition(error.file == "fuzz.gguf", "another file is blamed")
    } catch {
        preconditionFailure("not a file's fault")
    }
    return 0
}

private func check(_ model: DecoderModel<HostAlgebra>, inputSize: Int) {
    let shape = model.configuration
    precondition(shape.layers.count == shape.layerCount)
    // A tensor of as many scalars lies in the file, or the configuration is not the file's.
    precondition(shape.vocabularySize * shape.hiddenSize <= inputSize * 8, "no such table")
    precondition(shape.queryHeadCount % shape.keyValueHeadCount == 0)
    var lanes = [Lane(tokens: [0, 0], cache: model.makeCache(), logits: .all)]
    var workspace = Workspace<Float>()
    var sink = Counter()
    do {
        try model.forward(&lanes, in: &workspace, into: &sink)
    } catch {
        return
    }
    precondition(sink.rows == 2, "a row is missing")
}

private struct Counter: SignalSink {
    var rows = 0

    mutating func logits(_ row: Span<Float>, at place: RowPlace) { rows += 1 }
}
