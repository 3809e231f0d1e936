import ScopeReports
import ScopeTrace
import Testing

@Suite struct JSONLinesWriterTests {
    @Test func theLinesHaveTheDocumentedShape() {
        var trace = TokenTrace(header: .sample)
        trace.append(
            id: 7, bytes: Array("a\"\n".utf8), sourceSpan: 4..<7, origin: .prompt)
        let second = trace.append(id: 262, bytes: [0xE2, 0x82], origin: .sampled)
        trace.record(at: second) { record in
            record[.confidence] = 0.25
            record[.surprisal] = 3
            record[.rank] = 1
        }
        let third = trace.append(id: 0, bytes: Array("</s>".utf8), origin: .forced, role: .eos)
        trace.record(at: third) { record in
            record[.surprisal] = .infinity
            record[MetricKey<Bool>("surprising")] = true
            record[MetricKey<TokenIDs>("alternatives")] = [5, 6]
            record[MetricKey<MetricRow>("attention")] = [0.5, -.infinity]
            record[MetricKey<String>("acme.note")] = "é\u{1B}"
        }
        trace.stopReason = .stop
        trace.stopMatch = StopMatch(text: "\n\"", start: 2)
        trace.summary[MetricKey("perplexity.all")] = 2.5
        trace.summary[MetricKey("perplexity.generated")] = .infinity
        #expect(
            JSONLinesWriter().text(of: trace) == #"""
                {"format":"tokenscope.trace","format_version":1,"model":{"name":"tiny \"py\"","family":"llama","fingerprint":"00ff","parameters":1234,"weights":"q8_0 from bfloat16","rotary_length":"cached"},"arithmetic":"float32","kernels":"openblas+avx512","settings":{"max_tokens":5,"temperature":0.7,"top_k":40,"top_p":0.95,"min_p":0.05,"repetition_penalty":1.1,"frequency_penalty":0.0,"presence_penalty":-0.5,"logit_bias":{"7":-1.5,"12":"-Infinity"},"processors":["Grammar"],"seed":42,"stop_ids":[3],"stop_strings":["\n\n","\"é"],"add_special_tokens":false,"prefill_step_size":64},"eos_ids":[0,2],"context_length":128,"version":"1.0.0"}
                {"index":0,"id":7,"text":"a\"\n","bytes":[97,34,10],"start":0,"end":3,"source_start":4,"source_end":7,"origin":"prompt","role":"text","metrics":{}}
                {"index":1,"id":262,"text":"�","bytes":[226,130],"start":3,"end":5,"origin":"sampled","role":"text","metrics":{"confidence":0.25,"surprisal":3.0,"rank":1}}
                {"index":2,"id":0,"text":"</s>","bytes":[60,47,115,62],"start":5,"end":9,"origin":"forced","role":"eos","metrics":{"surprisal":"Infinity","surprising":true,"alternatives":[5,6],"attention":[0.5,"-Infinity"],"acme.note":"é\u001b"}}
                {"stop_reason":"stop","stop_text":"\n\"","stop_start":2,"summary":{"perplexity.all":2.5,"perplexity.generated":"Infinity"}}

                """#)
    }

    @Test func aTraceThatGoesOnHasNoStopReason() {
        var trace = TokenTrace(header: .sample)
        trace.header.settings = GenerationSettings(seed: .max)
        #expect(
            JSONLinesWriter().footer(of: trace) == #"{"stop_reason":null,"summary":{}}"#)
        let header = JSONLinesWriter().header(of: trace)
        #expect(header.contains(#""max_tokens":null,"temperature":0.0,"top_k":0,"top_p":1.0"#))
        #expect(header.contains(#""seed":"18446744073709551615""#))
    }
}
