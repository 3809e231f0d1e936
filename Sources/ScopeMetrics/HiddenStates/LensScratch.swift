internal import ScopeTensor
internal import Synchronization

/// Memory for one token's logits at all layers, shared by an observer and its forks; no part of what they
/// have seen.
final class LensScratch: Sendable {
    private let idle = Mutex<[Tensor<Float>]>([])

    func take(columns: Int) -> Tensor<Float> {
        let tensor = idle.withLock { $0.popLast() }
        if let tensor, tensor.columns == columns { return tensor }
        return Tensor(rows: 0, columns: columns)
    }

    func putBack(_ tensor: Tensor<Float>) {
        idle.withLock { $0.append(tensor) }
    }
}

extension Tensor<Float> {
    /// Adds a row.
    mutating func append(_ row: Span<Float>) {
        let last = rows
        resize(rows: last + 1)
        for place in row.indices { self[last, place] = row[place] }
    }
}
