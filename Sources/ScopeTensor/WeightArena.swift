import Synchronization

/// Memory that the packed matrices of a model share.
///
/// Most matrices of a small model, and those of keys and values in any, are smaller than a huge page. One after
/// the other in large blocks they lie in huge pages all the same, in the order in which a token reads them.
/// A block lives as long as one of the matrices in it.
public final class WeightArena: Sendable {
    private struct Space {
        var block: AlignedBlock?
        var used = 0
        var capacity = 0
    }

    /// So that a small model does not take what a large one may.
    private static let capacities = 4 << 20...64 << 20
    private static let alignment = 64

    private let space = Mutex(Space())

    /// Begins with no memory.
    public init() {}

    /// Zeroed memory for a matrix, on a cache-line boundary.
    func block(byteCount: Int) -> AlignedBlock {
        guard AlignedBlock.isMappedLazily, byteCount < Self.capacities.upperBound else {
            return AlignedBlock(zeroedByteCount: byteCount)
        }
        return space.withLock { space in
            if let block = space.block, space.capacity - space.used >= byteCount {
                return Self.take(byteCount, of: block, &space)
            }
            let doubled = min(2 * space.capacity, Self.capacities.upperBound)
            let capacity = max(Self.capacities.lowerBound, doubled, byteCount)
            let block = AlignedBlock(zeroedByteCount: capacity)
            space = Space(block: block, capacity: capacity)
            return Self.take(byteCount, of: block, &space)
        }
    }

    private static func take(
        _ byteCount: Int, of block: AlignedBlock, _ space: inout Space
    ) -> AlignedBlock {
        defer { space.used += (byteCount + alignment - 1) / alignment * alignment }
        return AlignedBlock(part: space.used, of: block)
    }
}
