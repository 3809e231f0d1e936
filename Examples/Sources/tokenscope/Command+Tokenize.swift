import TokenScope

extension Command {
    static let tokenize = Command(
        name: "tokenize",
        operands: "[FILE]",
        summary: "show how a text is cut into tokens",
        discussion: """
            Cuts a source file (or --text) into tokens, without running the model: ids, exact bytes
            and spans, coloured by the tokens' length in bytes. "-" reads standard input.
            """,
        flags: [
            Flag(name: "text", value: "TEXT", help: "the text to cut, instead of a file"),
            Flag(
                name: "special", value: nil,
                help: "apply the tokenizer's template, which may add special tokens"),
        ] + commonFlags.filter { ["model", "format", "help"].contains($0.name) },
        run: { (options) throws(ToolError) in
            let format = try Format(options)
            guard format != .sarif else { throw .usage("tokenize writes no sarif") }
            let text = try Input.text(options)
            let tokenizer: any Tokenizer
            do {
                tokenizer = try AutoTokenizer.from(try options.modelFiles())
            } catch let error as ToolError {
                throw error
            } catch {
                throw .input("\(error)")
            }
            let encoding = tokenizer.encoding(
                of: text, addSpecialTokens: options.contains("special"))
            var trace = TokenTrace(of: encoding, by: tokenizer)
            for token in trace.tokens {
                trace.record(at: token.index) { $0[.tokenLength] = token.bytes.count }
            }
            if format == .svg {
                Terminal.write(SVGWriter().text(of: trace, scale: .tokenLength))
            } else if format == .html {
                var report = HTMLReport(
                    title: Output.title(of: trace),
                    language: options.operands.first.flatMap { CodeLanguage.ofFile($0)?.name }
                ) { tokenizer.bytes(of: $0) }
                report.add(trace, name: "text")
                Terminal.write(report.html())
            } else if format == .heat {
                Terminal.write(
                    HeatView.text(
                        of: trace, scale: .tokenLength, depth: Terminal.colorDepth,
                        colorsPrompt: true))
                Terminal.write("\(trace.tokens.count) tokens, \(text.utf8.count) bytes\n")
            } else {
                Terminal.write(format.text(of: trace, metric: MetricKey.tokenLength.name))
            }
        }
    )
}

extension MetricKey where Value == Int {
    fileprivate static let tokenLength = MetricKey("length", unit: .bytes)
}

extension HeatScale {
    fileprivate static let tokenLength = HeatScale("length", unit: .bytes, cold: 1, hot: 12)
}
