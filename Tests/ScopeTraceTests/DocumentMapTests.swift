import ScopeTrace
import Testing

/// Maps against what they stand for: for each byte of the sequence, its byte of a document or none.
@Suite struct DocumentMapTests {
    /// A map in the plainest form.
    struct Model: Equatable {
        var places: [DocumentPlace?] = []
        var lengths: [Int] = []

        init(_ map: DocumentMap) {
            places = Array(repeating: nil, count: map.sequenceByteCount)
            lengths = map.regions.map(\.byteCount)
            for piece in map.pieces {
                for step in 0..<piece.byteCount {
                    places[piece.sequenceStart + step] = DocumentPlace(
                        region: piece.place.region, offset: piece.place.offset + step)
                }
            }
        }

        init(places: [DocumentPlace?], lengths: [Int]) {
            self.places = places
            self.lengths = lengths
        }

        func documentRanges(of range: Range<Int>) -> [DocumentRange] {
            var ranges: [DocumentRange] = []
            for place in places[range].compactMap({ $0 }) {
                if let last = ranges.last, last.region == place.region,
                    last.bytes.upperBound == place.offset
                {
                    ranges.removeLast()
                    ranges.append(
                        DocumentRange(
                            region: last.region, bytes: last.bytes.lowerBound..<place.offset + 1))
                } else {
                    ranges.append(
                        DocumentRange(
                            region: place.region, bytes: place.offset..<place.offset + 1))
                }
            }
            return ranges
        }

        func sequenceRanges(of range: DocumentRange) -> [Range<Int>] {
            var ranges: [Range<Int>] = []
            for offset in range.bytes {
                let place = DocumentPlace(region: range.region, offset: offset)
                guard let index = places.firstIndex(of: place) else { continue }
                if let last = ranges.last, last.upperBound == index {
                    ranges[ranges.count - 1] = last.lowerBound..<index + 1
                } else {
                    ranges.append(index..<index + 1)
                }
            }
            return ranges
        }
    }

    /// Pieces of random extent in random order, with gaps on both sides.
    static func randomMap(seed: UInt64) throws -> DocumentMap {
        var generator = SeededGenerator(seed: seed)
        let regionCount = Int.random(in: 1...3, using: &generator)
        var regions = Array(repeating: DocumentRegion(language: "swift"), count: regionCount)
        var cuts: [(region: Int, offset: Int, count: Int)] = []
        for region in 0..<regionCount {
            for _ in 0..<Int.random(in: 0...4, using: &generator) {
                regions[region].byteCount += Int.random(in: 0...2, using: &generator)
                let count = Int.random(in: 1...4, using: &generator)
                cuts.append((region, regions[region].byteCount, count))
                regions[region].byteCount += count
            }
            regions[region].byteCount += Int.random(in: 0...2, using: &generator)
        }
        if Bool.random(using: &generator) { cuts.shuffle(using: &generator) }
        var end = 0
        let pieces = cuts.map { cut in
            let start = end + Int.random(in: 0...2, using: &generator)
            end = start + cut.count
            return DocumentPiece(
                sequenceStart: start, place: DocumentPlace(region: cut.region, offset: cut.offset),
                byteCount: cut.count)
        }
        let place = pieces.randomElement(using: &generator)?.place
        return try DocumentMap(
            sequenceByteCount: end + Int.random(in: 0...2, using: &generator), regions: regions,
            pieces: pieces,
            insertion: place ?? DocumentPlace(offset: regions[0].byteCount))
    }

    @Test(arguments: 0..<300 as Range<UInt64>) func lookupsAreThoseOfTheBytes(seed: UInt64) throws {
        let map = try Self.randomMap(seed: seed)
        let model = Model(map)
        #expect(map.sharedByteCount == model.places.count { $0 != nil })
        for lower in 0...map.sequenceByteCount {
            for upper in lower...map.sequenceByteCount {
                let ranges = map.documentRanges(of: lower..<upper)
                #expect(ranges == model.documentRanges(of: lower..<upper))
                // Back again: the same bytes, whatever order they came in.
                let back = ranges.flatMap { map.sequenceRanges(of: $0) }.flatMap { $0 }.sorted()
                #expect(back == (lower..<upper).filter { model.places[$0] != nil })
            }
            guard lower < map.sequenceByteCount, let place = model.places[lower] else { continue }
            #expect(map.place(at: lower) == place)
            if place != map.insertion { #expect(map.sequenceOffset(of: place) == lower) }
        }
        for region in map.regions.indices {
            let length = map.regions[region].byteCount
            for lower in 0...length {
                for upper in lower...length {
                    let range = DocumentRange(region: region, bytes: lower..<upper)
                    #expect(map.sequenceRanges(of: range) == model.sequenceRanges(of: range))
                }
            }
        }
    }

    @Test(arguments: 0..<300 as Range<UInt64>) func textGoesInWhereTheMapSays(seed: UInt64) throws {
        var map = try Self.randomMap(seed: seed)
        var model = Model(map)
        var generator = SeededGenerator(seed: seed &+ 1_000)
        for _ in 0..<6 {
            let count = Int.random(in: 0...3, using: &generator)
            switch Int.random(in: 0..<4, using: &generator) {
            case 0:
                map.skip(count)
                model.places += Array(repeating: nil, count: count)
            case 1 where count == 0:
                map.beginRegion(language: "c")
                model.lengths.append(0)
            default:
                let place = try #require(map.insertion)
                model.places = model.places.map { old in
                    guard let old, old.region == place.region, old.offset >= place.offset else {
                        return old
                    }
                    return DocumentPlace(region: old.region, offset: old.offset + count)
                }
                model.places += (0..<count).map {
                    DocumentPlace(region: place.region, offset: place.offset + $0)
                }
                model.lengths[place.region] += count
                map.append(count)
                let end = DocumentPlace(region: place.region, offset: place.offset + count)
                #expect(map.insertion == end)
                #expect(map.place(at: map.sequenceByteCount) == end)
                #expect(map.sequenceOffset(of: end) == map.sequenceByteCount)
            }
            #expect(Model(map) == model)
            // What grew is what can be made at once.
            let same = try DocumentMap(
                sequenceByteCount: map.sequenceByteCount, regions: map.regions, pieces: map.pieces,
                insertion: map.insertion)
            #expect(same == map)
            #expect(same.piecesInDocumentOrder == map.piecesInDocumentOrder)
        }
    }

    @Test(arguments: 0..<200 as Range<UInt64>) func clippingLeavesOutBytes(seed: UInt64) throws {
        let map = try Self.randomMap(seed: seed)
        let end = map.sequenceByteCount
        for (lower, upper) in [(0, end), (end / 3, end), (end / 4, end / 2), (end, end)] {
            var model = Model(map)
            for index in 0..<end where !(lower..<upper).contains(index) {
                model.places[index] = nil
            }
            #expect(Model(map.clipped(to: lower..<upper)) == model)
        }
        #expect(map.clipped(to: 0..<end) == map)
    }

    @Test(arguments: 0..<200 as Range<UInt64>) func mapsCompose(seed: UInt64) throws {
        let outer = try Self.randomMap(seed: seed)
        let inner = try Self.randomMap(seed: seed &+ 500)
        let (first, second) = (Model(outer), Model(inner))
        for region in outer.regions.indices {
            let expected = Model(
                places: first.places.map { place in
                    guard let place, place.region == region, place.offset < second.places.count
                    else { return nil }
                    return second.places[place.offset]
                }, lengths: second.lengths)
            let composed = outer.composed(with: inner, in: region)
            #expect(Model(composed) == expected)
            #expect(composed.insertion == inner.insertion)
        }
        let identity = DocumentMap.identity(byteCount: outer.sequenceByteCount)
        #expect(identity.composed(with: outer) == outer)
    }

    @Test(arguments: [
        // Markers of 3 bytes: before the prefix, before the suffix, before the middle.
        (prefix: 3..<7, suffix: 10..<15, middle: 18..<18),
        (prefix: 14..<18, suffix: 6..<11, middle: 18..<18),
        (prefix: 0..<4, suffix: 4..<4, middle: 7..<7),
        (prefix: 3..<3, suffix: 6..<11, middle: 14..<14),
        (prefix: 3..<7, suffix: 7..<11, middle: 12..<12),
        (prefix: 11..<14, suffix: 3..<7, middle: 14..<14),
    ])
    func theMiddleGrowsBetweenPrefixAndSuffix(
        _ parts: (prefix: Range<Int>, suffix: Range<Int>, middle: Range<Int>)
    ) throws {
        let (prefix, suffix, middle) = parts
        var map = DocumentMap.fillInTheMiddle(
            prefix: prefix, suffix: suffix, middle: middle, language: "python")
        #expect(map.place(at: map.sequenceByteCount) == DocumentPlace(offset: prefix.count))
        var sequence = (0..<map.sequenceByteCount).map { UInt8($0) }
        let before = sequence
        for piece in [[100, 101], [], [102]] as [[UInt8]] {
            map.append(piece.count)
            sequence += piece
        }
        // An end-of-text marker is no part of the document.
        map.skip(2)
        sequence += [200, 201]
        #expect(map.insertion == DocumentPlace(offset: prefix.count + 3))
        #expect(
            map.bytes(ofRegion: 0, in: sequence)
                == Array(before[prefix]) + [100, 101, 102] + before[suffix])
        let written = middle.lowerBound..<middle.lowerBound + 3
        #expect(
            map
                == DocumentMap.fillInTheMiddle(
                    prefix: prefix, suffix: suffix, middle: written, language: "python"
                ).withMarker(2))
        #expect(
            map.documentRanges(of: written)
                == [DocumentRange(bytes: prefix.count..<prefix.count + 3)])
        #expect(map.sharedByteCount == prefix.count + suffix.count + 3)
    }

    @Test func plainTextIsOnePiece() {
        var map = DocumentMap.identity(byteCount: 5)
        for _ in 0..<1_000 { map.append(3) }
        #expect(map.pieces.count == 1)
        #expect(map == DocumentMap.identity(byteCount: 3_005))
        #expect(map.documentRanges(of: 2..<9) == [DocumentRange(bytes: 2..<9)])
        #expect(map.sequenceRanges(of: DocumentRange(bytes: 3_000..<9_000)) == [3_000..<3_005])
        #expect(DocumentMap.identity(byteCount: 0).pieces.isEmpty)
        #expect(map.bytes(ofRegion: 0, in: [1, 2]) == nil)
    }

    @Test func runsGoOnOverMarkersInTheSequence() {
        var map = DocumentMap()
        map.append(4)
        map.skip(13)
        map.append(2)
        #expect(map.pieces.count == 2)
        #expect(map.documentRanges(of: 1..<18) == [DocumentRange(bytes: 1..<5)])
        #expect(map.sequenceRanges(of: DocumentRange(bytes: 1..<5)) == [1..<4, 17..<18])
        #expect(map.place(at: 4) == DocumentPlace(offset: 4))
        #expect(map.place(at: 5) == nil)
        #expect(map.sequenceOffset(of: DocumentPlace(offset: 4)) == 17)
        #expect(map.sequenceOffset(of: DocumentPlace(offset: 9)) == nil)
    }
}

extension DocumentMap {
    /// The map with a marker after its text.
    fileprivate func withMarker(_ byteCount: Int) -> DocumentMap {
        var map = self
        map.skip(byteCount)
        return map
    }
}
