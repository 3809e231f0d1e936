import Testing

@testable import ScopeTensor

/// Matrices that share memory keep their own numbers.
@Suite struct WeightArenaTests {
    @Test func `matrices in one arena lie apart and outlive it`() throws {
        var random = RandomNumbers(seed: 41)
        let algebra = HostAlgebra(threads: 2)
        var arena = WeightArena()
        var kept: [(weights: WeightMatrix, packed: WeightMatrix)] = []
        // Together more than two of the arena's blocks, of sizes that do not divide them.
        for number in 0..<48 {
            let weights = random.weights(
                outputs: 97 + 13 * number, inputs: 256, type: number % 3 == 0 ? .q8_0 : .float32,
                layout: .outputMajor)
            let packed = algebra.packed(weights, in: arena)
            // Every third goes at once, what follows does not take its place.
            if number % 3 != 1 { kept.append((weights, packed)) }
        }
        arena = WeightArena()
        var places: [Range<UInt>] = []
        for (weights, packed) in kept {
            #expect(packed.values(as: Float.self) == weights.values(as: Float.self))
            let panels = packed.panelShape
            places.append(packed.address..<packed.address + UInt(panels.byteCount))
            #expect(packed.address.isMultiple(of: 64))
        }
        places.sort { $0.lowerBound < $1.lowerBound }
        for (place, next) in zip(places, places.dropFirst()) {
            #expect(place.upperBound <= next.lowerBound)
        }
    }

    @Test func `blocks come zeroed, the large ones by themselves`() {
        let arena = WeightArena()
        let small = arena.block(byteCount: 1)
        let next = arena.block(byteCount: 100)
        let large = arena.block(byteCount: 64 << 20)
        let last = arena.block(byteCount: 0)
        #expect(next.address - small.address == 64)
        #expect(last.address - next.address == 128)
        let isZero = stride(from: 0, to: 64 << 20, by: 1 << 16).allSatisfy {
            large.word(at: $0) == 0
        }
        #expect(isZero)
    }
}
