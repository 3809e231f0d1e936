extension Span<Float> {
    /// The place of the largest element, the first among equals.
    var firstIndexOfMaximum: Int {
        var best = 0
        for index in indices where self[index] > self[best] { best = index }
        return best
    }

    /// The places of the `count` largest elements, largest first, equal ones in order of place.
    ///
    /// - Complexity: O(n) while few elements beat those kept; O(n log count) at worst.
    func indicesOfLargest(_ count: Int) -> [Int] {
        // A heap whose root is the element that would be dropped next.
        var heap: [Int] = []
        heap.reserveCapacity(Swift.min(count, self.count))
        for index in indices {
            if heap.count < count {
                heap.append(index)
                siftUp(&heap)
            } else if count > 0, self[index] > self[heap[0]] {
                heap[0] = index
                siftDown(&heap)
            }
        }
        // A closure cannot borrow a span, so the order is that of copied values.
        let kept = heap.map { (index: $0, value: 0 as Float) }
        var ordered = kept
        for place in ordered.indices { ordered[place].value = self[ordered[place].index] }
        ordered.sort { ($1.value, $0.index) < ($0.value, $1.index) }
        return ordered.map(\.index)
    }

    /// Whether the element at `left` goes before that at `right` when elements are dropped.
    private func isDropped(_ left: Int, before right: Int) -> Bool {
        self[left] < self[right] || (self[left] == self[right] && left > right)
    }

    private func siftUp(_ heap: inout [Int]) {
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard isDropped(heap[child], before: heap[parent]) else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    private func siftDown(_ heap: inout [Int]) {
        var parent = 0
        while 2 * parent + 1 < heap.count {
            var child = 2 * parent + 1
            if child + 1 < heap.count, isDropped(heap[child + 1], before: heap[child]) {
                child += 1
            }
            guard isDropped(heap[child], before: heap[parent]) else { return }
            heap.swapAt(child, parent)
            parent = child
        }
    }
}
