import ScopeFiles
import ScopeTransformer

/// Any bytes as a tuned lens of two layers of width 2: either an error that names the file, or a lens that fits.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzTunedLens(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    var shape = DecoderConfiguration(modelType: "fuzz")
    shape.layerCount = 2
    shape.hiddenSize = 2
    do {
        let lens = try TunedLens(FileContents(copying: bytes, name: "fuzz"), for: shape)
        precondition(lens.layerCount == 2 && lens.hiddenSize == 2)
    } catch {
        precondition(error.file == "fuzz", "another file is blamed")
    }
    return 0
}
