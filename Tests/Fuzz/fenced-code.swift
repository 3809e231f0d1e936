import ScopeTrace

/// Any bytes as Markdown: regions whose bytes are the text's, the same however the text was cut.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzFencedCode(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    let map = FencedCode.map(of: bytes)
    precondition(map.sequenceByteCount == count, "of another text")
    var end = 0
    for piece in map.pieces {
        precondition(piece.sequenceStart >= end, "two pieces overlap")
        end = piece.sequenceRange.upperBound
        precondition(end <= count && map.regions.indices.contains(piece.place.region))
    }
    var blocks = FencedCode()
    var place = 0
    while place < count {
        let next = min(count, place + 1 + Int(bytes[place] % 7))
        blocks.append(bytes[place..<next])
        if bytes[place] < 8 { _ = blocks.map }
        place = next
    }
    precondition(blocks.map == map, "cutting changes the blocks")
    return 0
}
