import ScopeFiles
import ScopeReports
import ScopeTrace
import Testing

/// What other tools record, read as traces.
@Suite struct RecordedTraceTests {
    private func read(_ text: String) throws -> [RecordedTrace] {
        try RecordedTrace.all(in: FileContents(copying: Array(text.utf8), name: "a.json"))
    }

    private func value(_ name: String, _ token: Int, in trace: TokenTrace) -> Double? {
        trace.metrics.column(named: name)?[token]?.number
    }

    @Test("What this package wrote comes back")
    func own() throws {
        var trace = TokenTrace(
            header: TraceHeader(
                model: ModelIdentity(name: "m", family: "f", fingerprint: "0", parameterCount: 1),
                kernels: "scalar", settings: GenerationSettings(), eosTokenIDs: [],
                contextLength: 8, libraryVersion: "0"))
        trace.append(id: 3, bytes: [0xC3], origin: .prompt)
        trace.append(id: 4, bytes: [0xA9], origin: .sampled)
        trace.record(at: TokenIndex(1)) { $0[MetricKey<Double>("entropy", unit: .nats)] = 0.5 }
        let one = try read(JSONLinesWriter().text(of: trace))
        #expect(one.count == 1 && one[0].format == .tokenscope && one[0].sample == nil)
        #expect(one[0].trace == trace)
        let two = try read(
            JSONLinesWriter(sample: 0).text(of: trace) + JSONLinesWriter(sample: 1).text(of: trace))
        #expect(two.map(\.sample) == [0, 1])
        // The same as one value, as the tool's --format json writes it.
        let lines = JSONLinesWriter().text(of: trace).split(separator: "\n").map(String.init)
        let whole =
            #"{"header": \#(lines[0]), "tokens": [\#(lines[1]), \#(lines[2])], "end": \#(lines[3])}"#
        #expect(try read(whole).map(\.trace) == [trace])
        #expect(try read(#"{"samples": [\#(whole), \#(whole)]}"#).map(\.trace) == [trace, trace])
        #expect(try read("").isEmpty && read("[1, 2]")[0].trace.tokens.map(\.id) == [1, 2])
    }

    @Test("A chat completion: log-probabilities, bytes and alternatives")
    func chat() throws {
        let recorded = try read(
            #"""
            {"id":"x","object":"chat.completion","model":"coder","choices":[{"index":0,
            "message":{"role":"assistant","content":"é!"},"finish_reason":"length",
            "logprobs":{"content":[
            {"token":"\\xc3","logprob":-0.5,"bytes":[195],"top_logprobs":[
             {"token":"a","logprob":-0.25,"bytes":[97]},{"token":"\\xc3","logprob":-0.5,"bytes":[195]}]},
            {"token":"bytes:\\xa9","logprob":0,"top_logprobs":[]},
            {"token":"!","logprob":-9999.0,"bytes":null,"top_logprobs":[]}],"refusal":null}}]}
            """#)
        let trace = try #require(recorded.first).trace
        #expect(recorded[0].format == .logProbabilities && trace.header.model.name == "coder")
        #expect(trace.tokens.map(\.bytes) == [[0xC3], [0xA9], Array("!".utf8)])
        #expect(trace.bytes == Array("é!".utf8) && trace.stopReason == .length)
        #expect(value("surprisal", 0, in: trace) == 0.5 && value("rank", 0, in: trace) == 2)
        let confidence = try #require(value("confidence", 0, in: trace))
        #expect(abs(confidence - 0.606_530_659_712_633_4) < 1e-12)
        let margin = try #require(value("margin", 0, in: trace))
        #expect(abs(margin - (0.778_800_783_071_404_9 - 0.606_530_659_712_633_4)) < 1e-12)
        #expect(value("surprisal", 2, in: trace) == .infinity)
        #expect(
            trace.tokens.allSatisfy { $0.origin == .sampled && $0.sourceSpan == $0.sequenceSpan })
        // Ids of our own: the alternative that was written has the token's.
        guard case .ids(let ids)? = trace.metrics.column(named: "alternatives")?[0] else {
            Issue.record("no alternatives")
            return
        }
        #expect(ids.values.count == 2 && ids.values[1] == trace.tokens[0].id)
    }

    @Test("llama-server's own completions, as they are and as they were")
    func llamaServer() throws {
        let new = try read(
            #"""
            {"content":"ab","model":"m.gguf","completion_probabilities":[
            {"id":17,"token":"a","bytes":[97],"logprob":-1,"top_logprobs":[
             {"id":17,"token":"a","bytes":[97],"logprob":-1},{"id":9,"token":"c","bytes":[99],"logprob":-2}]},
            {"id":18,"token":"b","bytes":[98],"logprob":-0.125,"top_logprobs":[]}]}
            """#)[0].trace
        #expect(new.tokens.map(\.id) == [17, 18] && new.text == "ab")
        #expect(value("rank", 0, in: new) == 1)
        guard case .ids(let ids)? = new.metrics.column(named: "alternatives")?[0] else {
            Issue.record("no alternatives")
            return
        }
        #expect(ids.values == [17, 9])
        let old = try read(
            #"{"completion_probabilities":[{"content":"a","probs":[{"tok_str":"b","prob":0.5},{"tok_str":"a","prob":0.25}]}]}"#
        )[0].trace
        #expect(value("confidence", 0, in: old) == 0.25 && value("rank", 0, in: old) == 2)
    }

    @Test("Text completions, with what vLLM says of the prompt, and several choices")
    func text() throws {
        let recorded = try read(
            #"""
            {"model":"m","choices":[
            {"index":1,"text":"x = 1","finish_reason":"stop","stop_reason":null,
             "prompt_logprobs":[null,{"5":{"logprob":-3,"rank":7,"decoded_token":"# "},
               "8":{"logprob":-1,"rank":1,"decoded_token":"é"}}],
             "logprobs":{"tokens":["x"," =", " 1"],"token_logprobs":[-1,-0.5,NaN],
              "top_logprobs":[{"x":-1,"y":-2},null,{" 1":-0.1}],"text_offset":[0,1,3]}},
            {"index":0,"text":"y","finish_reason":"stop","stop_reason":"y",
             "logprobs":{"tokens":["y"],"token_logprobs":[-1],"top_logprobs":null}}]}
            """#)
        #expect(recorded.map(\.sample) == [1, 0])
        let trace = recorded[0].trace
        #expect(trace.text == "# x = 1")
        #expect(trace.tokens.map(\.origin) == [.prompt, .sampled, .sampled, .sampled])
        #expect(trace.tokens[0].id == 5 && value("rank", 0, in: trace) == 7)
        #expect(value("surprisal", 1, in: trace) == 1 && value("surprisal", 3, in: trace) == nil)
        #expect(trace.stopReason == .eos && recorded[1].trace.stopReason == .stop)
    }

    @Test("A batch has an answer a line")
    func batch() throws {
        let line =
            #"{"choices":[{"logprobs":{"content":[{"token":"a","logprob":-1}]}}]}"#
        #expect(try read(line + "\n" + line + "\n").map(\.sample) == [0, 1])
    }

    @Test("Tokens of the TokenScope tool, sent and stored")
    func tool() throws {
        let sent = try read(
            #"""
            [{"token_string":"def","token_id":3,"confidence":"0.500000","last_perplexity":"0.693147",
              "position":0,"prompt":true},
             {"token_string":" f","token_id":4,"confidence":"0.250000","entropy":"1.5",
              "margin_confidence":"0.1","alternative_tokens":[
              {"token_string":" g","token_id":5,"confidence":0.5},{"token_string":" f","token_id":4,"confidence":0.25}],
              "attention_snapshot":{"head_0":[[0,"1.0000"]],"mean":[[0,"0.7500"]]}}]
            """#)
        let trace = try #require(sent.first).trace
        #expect(sent[0].format == .tokenScopeTool && trace.text == "def f")
        #expect(trace.tokens.map(\.origin) == [.prompt, .sampled])
        #expect(value("surprisal", 0, in: trace) == 0.693147)
        #expect(value("rank", 1, in: trace) == 2 && value("margin", 1, in: trace) == 0.1)
        let patterns = trace.attentionPatterns
        #expect(patterns.count == 2 && patterns[0].rows[1]?.first?.value == 0.75)
        let stored = try read(
            #"""
            {"tokens":[{"index":0,"token":"x","token_id":1,"confidence":0.5,"all_tokens":["x","y"],
            "all_tokens_ids":[1,2],"all_confidences":[0.5,0.25],"tags":[],"prompt":false}]}
            """#)[0].trace
        let surprisal = try #require(value("surprisal", 0, in: stored))
        #expect(abs(surprisal - 0.693_147_180_559_945_3) < 1e-12)
        #expect(value("rank", 0, in: stored) == 1)
    }

    @Test("Attributions that inseq saved, with and without types")
    func inseq() throws {
        let sequence = #"""
            {"source":[],"target":[{"id":1,"token":"def"},{"id":2,"token":"Ġf"},{"id":3,"token":"▁g"}],
             "source_attributions":null,"target_attributions":[[0.5,-0.25],[NaN,0.75],[NaN,NaN]],
             "step_scores":{"probability":[0.5,0.25],"mine":[1,2]},"attr_pos_start":1,"attr_pos_end":3}
            """#
        let plain =
            #"{"sequence_attributions":["# + sequence
            + #"],"info":{"attribution_method":"saliency","model_name":"gpt2"}}"#
        let typed = #"""
            {"__instance_type__":["inseq.data.attribution","FeatureAttributionOutput"],"attributes":
            {"sequence_attributions":[{"__instance_type__":["a","b"],"attributes":
            """#
            + sequence.replacing(
                "[[0.5,-0.25],[NaN,0.75],[NaN,NaN]]",
                with: #"{"__ndarray__":[[0.5,-0.25],[NaN,0.75],[NaN,NaN]],"dtype":"float32"}"#)
            + #"}],"info":{"attribution_method":"saliency","model_name":"gpt2"}}}"#
        for text in [plain, typed] {
            let recorded = try #require(try read(text).first)
            #expect(recorded.format == .inseq && recorded.trace.text == "def f g")
            #expect(recorded.trace.header.model.name == "gpt2")
            #expect(recorded.attributions.map(\.target.rawValue) == [1, 2])
            #expect(recorded.attributions.map(\.scores) == [[0.5], [-0.25, 0.75]])
            #expect(recorded.attributions.allSatisfy { $0.method == "saliency" && $0.isSigned })
            #expect(value("confidence", 2, in: recorded.trace) == 0.25)
            #expect(value("mine", 1, in: recorded.trace) == 1)
        }
    }

    @Test(
        "A fault names file, line and field",
        arguments: [
            (#"{"choices":[{"text":"x"}]}"#, "choices[0]"),
            (#"{"choices":[{"logprobs":{"content":[{"token":"a","logprob":"x"}]}}]}"#, "logprob"),
            (#"{"choices":[{"logprobs":{"tokens":["a"],"token_logprobs":[]}}]}"#, "logprobs"),
            (
                #"{"choices":[{"prompt_logprobs":[{"a":{"logprob":1}}],"logprobs":{"content":[]}}]}"#,
                "a"
            ),
            (#"[{"token_string":"a","confidence":"x"}]"#, "confidence"),
            (#"[{"token_string":"a","attention_snapshot":{"tail":[]}}]"#, "attention_snapshot"),
            (#"{"sequence_attributions":[{"target":[]}]}"#, "sequence_attributions"),
            (
                #"{"sequence_attributions":[{"target":[],"target_attributions":{"__ndarray__":"x"}}]}"#,
                "target_attributions"
            ),
            (
                #"{"sequence_attributions":[{"target":[{"token":"a"}],"target_attributions":[[[1]]]}]}"#,
                "target_attributions"
            ),
        ])
    func faults(text: String, field: String) {
        #expect {
            _ = try read(text)
        } throws: { error in
            guard case .malformed("a.json", 1, let found?, let reason)? = error as? ReportError
            else { return false }
            return found.contains(field) && !reason.isEmpty
        }
    }
}
