extension BytePairModel {
    private static let noSymbol = UInt32.max

    /// Keeps all pairs in a heap and the symbols in a linked list, for words of any length.
    func mergeByHeap(_ scratch: inout BytePairScratch) {
        let count = scratch.symbols.count
        link(&scratch)
        scratch.heap.removeAll()
        scratch.ranks.removeAll(keepingCapacity: true)
        scratch.ranks.append(contentsOf: repeatElement(MergeTable.noRank, count: count))
        for index in 0..<count { queue(index, &scratch) }
        while let (rank, place) = scratch.heap.pop() {
            // An entry is stale once either symbol of its pair has been merged.
            guard scratch.ranks[place] == rank else { continue }
            let absorbed = Int(scratch.next[place])
            scratch.symbols[place] = merges.product(of: rank)
            scratch.ranks[absorbed] = MergeTable.noRank
            scratch.symbols[absorbed] = Self.noToken
            scratch.next[place] = scratch.next[absorbed]
            if scratch.next[absorbed] != Self.noSymbol {
                scratch.previous[Int(scratch.next[absorbed])] = UInt32(place)
            }
            if scratch.hasGaps { scratch.ends[place] = scratch.ends[absorbed] }
            queue(place, &scratch)
            if scratch.previous[place] != Self.noSymbol {
                queue(Int(scratch.previous[place]), &scratch)
            }
        }
        compact(&scratch)
    }

    private func link(_ scratch: inout BytePairScratch) {
        let count = UInt32(scratch.symbols.count)
        scratch.previous.removeAll(keepingCapacity: true)
        scratch.next.removeAll(keepingCapacity: true)
        for index in 0..<count {
            scratch.previous.append(index == 0 ? Self.noSymbol : index - 1)
            scratch.next.append(index + 1 == count ? Self.noSymbol : index + 1)
        }
    }

    /// Ranks the pair that starts at a symbol and queues it.
    private func queue(_ place: Int, _ scratch: inout BytePairScratch) {
        let next = scratch.next[place]
        var rank = MergeTable.noRank
        if next != Self.noSymbol {
            rank = merges.rank(scratch.symbols[place], scratch.symbols[Int(next)])
        }
        scratch.ranks[place] = rank
        if rank != MergeTable.noRank { scratch.heap.push(rank: rank, position: place) }
    }

    /// Closes the gaps that merged symbols left.
    private func compact(_ scratch: inout BytePairScratch) {
        var kept = 0
        for index in scratch.symbols.indices where scratch.symbols[index] != Self.noToken {
            scratch.symbols[kept] = scratch.symbols[index]
            if scratch.hasGaps {
                scratch.starts[kept] = scratch.starts[index]
                scratch.ends[kept] = scratch.ends[index]
            }
            kept += 1
        }
        scratch.symbols.removeSubrange(kept...)
    }
}
