import ScopeReports
import ScopeTrace
import Testing

@Suite struct CSVWriterTests {
    @Test func fieldsAreQuotedWhereTheFormatAsksForIt() {
        let trace = makeTrace([
            (Array("a,b".utf8), nil), (Array("say \"x\"".utf8), 0.5), (Array("\r\n".utf8), 1),
            (Array(" c".utf8), nil),
        ])
        let expected =
            "index,id,text,start,end,origin,role,surprisal\r\n"
            + "0,10,\"a,b\",0,3,sampled,text,\r\n"
            + "1,11,\"say \"\"x\"\"\",3,10,sampled,text,0.5\r\n"
            + "2,12,\"\r\n\",10,12,sampled,text,1.0\r\n"
            + "3,13,\" c\",12,14,sampled,text,\r\n"
        #expect(CSVWriter().text(of: trace) == expected)
    }

    @Test func infinitiesAreSpelledOut() {
        let trace = makeTrace([(Array("x".utf8), .infinity), (Array("y".utf8), -.infinity)])
        let text = CSVWriter().text(of: trace)
        #expect(text.contains(",Infinity\r\n") && text.contains(",-Infinity\r\n"))
    }

    @Test func rowsAndIdsHaveNoColumn() {
        var trace = makeTrace([(Array("x".utf8), 1)])
        trace.record(at: TokenIndex(0)) { metrics in
            metrics[MetricKey<TokenIDs>("ids")] = [1, 2]
            metrics[MetricKey<MetricRow>("row")] = MetricRow([0.5])
        }
        let names = CSVWriter().text(of: trace).split(separator: "\r\n").first
        #expect(names == "index,id,text,start,end,origin,role,surprisal")
    }

    @Test func samplesFollowOneAnotherUnderOneRowOfNames() {
        let first = makeTrace([(Array("a".utf8), 0.5)])
        var second = makeTrace([(Array("b".utf8), 1)])
        second.record(at: TokenIndex(0)) { $0[.rank] = 3 }
        #expect(
            CSVWriter().text(ofSamples: [first, second])
                == "sample,index,id,text,start,end,origin,role,surprisal,rank\r\n"
                + "0,0,10,a,0,1,sampled,text,0.5,\r\n"
                + "1,0,10,b,0,1,sampled,text,1.0,3\r\n")
    }
}
