import ScopeTrace
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

@Suite struct DocumentMapCodingTests {
    private func encode(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    private func decode<Value: Decodable>(_ type: Value.Type, _ text: String) throws -> Value {
        try JSONDecoder().decode(type, from: Data(text.utf8))
    }

    @Test(arguments: 0..<100 as Range<UInt64>) func aMapSurvives(seed: UInt64) throws {
        let map = try DocumentMapTests.randomMap(seed: seed)
        let back = try decode(DocumentMap.self, try encode(map))
        #expect(back == map)
        #expect(back.piecesInDocumentOrder == map.piecesInDocumentOrder)
    }

    @Test func aMapIsShortToWrite() throws {
        let map = DocumentMap.fillInTheMiddle(prefix: 2..<4, suffix: 6..<9, middle: 11..<11)
        #expect(
            try encode(map) == """
                {"insertion":{"offset":2,"region":0},"pieces":[[2,0,0,2],[6,0,2,3]],\
                "regions":[{"byteCount":5,"isComplete":false,"language":""}],\
                "sequenceByteCount":11}
                """)
    }

    @Test(
        arguments: [
            ("[]", "5", "0", "4", nil),
            ("[[0,0,0,3],[2,0,3,1]]", "5", "0", "4", "piece 1 begins at byte 2 of the sequence"),
            ("[[3,0,0,1],[1,0,2,1]]", "5", "0", "4", "piece 1 begins at byte 1 of the sequence"),
            ("[[0,0,0,2],[2,0,1,2]]", "5", "0", "4", "two pieces hold byte 1 of region 0"),
            ("[[0,0,1,2],[2,0,1,2]]", "5", "0", "4", "two pieces hold byte 1 of region 0"),
            ("[[0,0,0,0]]", "5", "0", "4", "piece 0 has 0 bytes"),
            ("[[0,0,0,6]]", "5", "0", "9", "piece 0 ends after the sequence"),
            ("[[0,0,2,3]]", "5", "0", "4", "piece 0 lies outside its region"),
            ("[[0,1,0,3]]", "5", "0", "4", "piece 0 lies in region 1 of 1"),
            ("[[-1,0,0,3]]", "5", "0", "4", "at least 0"),
            ("[[0,0,-1,3]]", "5", "0", "4", "at least 0"),
            ("[[0,0,0,-3]]", "5", "0", "4", "at least 0"),
            ("[[0,0,0,3,1]]", "5", "0", "4", "at least 0"),
            ("[[9223372036854775807,0,0,3]]", "5", "0", "4", "at least 0"),
            ("[]", "-5", "0", "4", "the sequence has -5 bytes"),
            ("[]", "5", "0", "-4", "region 0 has -4 bytes"),
            ("[[0,0,0,3]]", "5", "2", "4", "inside a piece"),
            ("[]", "5", "5", "4", "inserted outside"), ("[]", "5", "-1", "4", "inserted outside"),
        ] as [(String, String, String, String, String?)])
    func badMapsAreRefused(
        _ pieces: String, _ length: String, _ insertion: String, _ region: String, _ reason: String?
    ) throws {
        let text = """
            {"sequenceByteCount":\(length),"pieces":\(pieces),
            "regions":[{"byteCount":\(region),"isComplete":false,"language":""}],
            "insertion":{"region":0,"offset":\(insertion)}}
            """
        guard let reason else {
            #expect(try decode(DocumentMap.self, text).insertion == DocumentPlace(offset: 0))
            return
        }
        let error = try #require(throws: DecodingError.self) {
            try decode(DocumentMap.self, text)
        }
        guard case .dataCorrupted(let context) = error else {
            Issue.record("expected dataCorrupted, found \(error)")
            return
        }
        #expect(context.debugDescription.contains(reason))
    }

    @Test func aTraceCarriesItsMapAndReadsWithoutOne() throws {
        var trace = try randomTrace(seed: 3)
        let plain = try encode(trace)
        #expect(!plain.contains("documentMap"))
        #expect(try decode(TokenTrace.self, plain).documentMap == nil)
        let map = DocumentMap.fillInTheMiddle(prefix: 2..<4, suffix: 6..<9, middle: 11..<13)
        trace.documentMap = map
        #expect(trace.documents == map)
        let back = try decode(TokenTrace.self, try encode(trace))
        #expect(back == trace)
        #expect(back.documentMap == map)
    }

    @Test func sourceSpansMakeAMap() {
        var trace = TokenTrace(header: .sample)
        let bytes = { (text: String) in Array(text.utf8) }
        trace.append(id: 0, bytes: bytes("<s>"), origin: .prompt, role: .bos)
        trace.append(id: 1, bytes: bytes("def"), sourceSpan: 0..<3, origin: .prompt)
        // Owns a blank that it does not spell: no bytes to relate one by one.
        trace.append(id: 2, bytes: bytes("f"), sourceSpan: 3..<5, origin: .prompt)
        trace.append(id: 3, bytes: [0xC3], sourceSpan: 5..<7, origin: .prompt)
        trace.append(id: 4, bytes: bytes("ab"), sourceSpan: 7..<9, origin: .sampled)
        trace.append(id: 5, bytes: bytes("cd"), sourceSpan: 8..<10, origin: .sampled)
        #expect(
            trace.documents.pieces == [
                DocumentPiece(sequenceStart: 3, place: DocumentPlace(offset: 0), byteCount: 3),
                DocumentPiece(sequenceStart: 8, place: DocumentPlace(offset: 7), byteCount: 2),
            ])
        #expect(trace.documents.regions == [DocumentRegion(byteCount: 10)])
        #expect(trace.documents.insertion == DocumentPlace(offset: 10))
        #expect(trace.documents.sequenceByteCount == 12)
    }
}
