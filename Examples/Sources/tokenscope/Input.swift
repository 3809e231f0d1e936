import TokenScope

/// Where texts and ids come from.
enum Input {
    /// The prompt of `generate`.
    static func prompt(_ options: ParsedOptions) throws(ToolError) -> String {
        guard let prompt = options.operands.first else {
            throw .usage("generate needs a prompt")
        }
        guard options.operands.count == 1 else {
            throw .usage("generate takes one prompt; put it in quotes")
        }
        return prompt == "-" ? try text(Terminal.readStandardInput(), name: "-") : prompt
    }

    /// The text of the file that `operands` name, of standard input, or of `--text`; `need` is what
    /// to say where nothing names one.
    static func text(
        _ options: ParsedOptions, operands: ArraySlice<String>? = nil,
        need: String = "score needs one file, --text or --ids"
    ) throws(ToolError) -> String {
        let operands = operands ?? options.operands[...]
        if let text = options["text"] {
            guard operands.isEmpty else { throw .usage("--text says all there is to measure") }
            return text
        }
        guard let path = operands.first, operands.count == 1 else { throw .usage(need) }
        return try contents(of: path)
    }

    /// The ids of `score --ids`, of the only sample or the one that is asked for.
    static func ids(_ path: String, sample: Int?) throws(ToolError) -> [Int] {
        let contents = try file(path)
        let samples: [JSONLinesReader]
        do throws(ReportError) {
            samples = try JSONLinesReader.samples(in: contents)
        } catch {
            throw .input("\(error)")
        }
        guard let sample else {
            guard samples.count <= 1 else {
                throw .input(
                    "\(path): holds \(samples.count) samples; --sample K takes one of them")
            }
            guard let ids = samples.first?.ids, !ids.isEmpty else {
                throw .input("\(path): holds no ids")
            }
            return ids
        }
        guard
            let found = samples.enumerated().first(where: { ($1.sample ?? $0) == sample })
        else { throw .input("\(path): has no sample \(sample)") }
        return found.element.ids
    }

    /// A trace that was recorded, the only one of its file or the one that is asked for.
    static func trace(_ path: String, sample: Int?) throws(ToolError) -> TokenTrace {
        let contents = try file(path)
        let traces: [RecordedTrace]
        do throws(ReportError) {
            traces = try RecordedTrace.all(in: contents)
        } catch {
            throw .input("\(error)")
        }
        guard let sample else {
            guard let only = traces.first, traces.count == 1 else {
                throw .input(
                    "\(path): holds \(traces.count) traces; --sample K takes one of them")
            }
            return only.trace
        }
        guard
            let found = traces.enumerated().first(where: { ($1.sample ?? $0) == sample })
        else { throw .input("\(path): has no sample \(sample)") }
        return found.element.trace
    }

    /// A user's words in the model's chat template, up to where the assistant begins.
    static func chat(_ words: String, _ options: ParsedOptions) throws(ToolError) -> String {
        let files = try options.modelFiles()
        do {
            guard let template = try ChatTemplate.from(files) else {
                throw ToolError.input("\(files.name) has no chat template")
            }
            var messages = [ChatMessage(role: "user", content: words)]
            if let system = options["system"] {
                messages.insert(ChatMessage(role: "system", content: system), at: 0)
            }
            return try template.render(messages: messages, addGenerationPrompt: true)
        } catch let error as ToolError {
            throw error
        } catch {
            throw .input("\(error)")
        }
    }

    /// The text of a file, or of standard input for "-".
    static func contents(of path: String) throws(ToolError) -> String {
        if path == "-" { return try text(Terminal.readStandardInput(), name: "-") }
        let contents = try file(path)
        return try text(contents.copy(0..<contents.byteCount), name: path)
    }

    static func file(_ path: String) throws(ToolError) -> FileContents {
        do {
            return try FileContents.open(path)
        } catch {
            throw .input("\(error)")
        }
    }

    /// A source that is not UTF-8 is refused: replacement characters would be measured in its place.
    private static func text(_ bytes: [UInt8], name: String) throws(ToolError) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw .input("\(name): is not valid UTF-8")
        }
        return text
    }
}
