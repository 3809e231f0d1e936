import ScopeDecoding
import ScopeFiles
import ScopeMetrics
import ScopeReports
import ScopeTrace

/// The lines of the output.
extension DatasetRun {
    /// The line of a sample that has an error instead of a text.
    func line(of sample: DatasetSample, error: String) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.writeMembers(of: sample)
            writer.member("error", error)
        }
        return writer.finish() + [10]
    }

    /// The line of a sample that was decoded to its end.
    func line(of sample: DatasetSample, trace: TokenTrace) throws(DatasetError) -> [UInt8] {
        let isScored = if case .source = sample.record.body { true } else { false }
        var writer = JSONWriter()
        writer.object { writer in
            writer.writeMembers(of: sample)
            let written = trace.tokens.count { $0.origin != .prompt }
            if !isScored {
                writer.member("seed", trace.header.settings.seed)
            }
            writer.member("prompt_tokens", trace.tokens.count - written)
            writer.member("completion_tokens", written)
            if !isScored {
                writer.member("stop_reason", trace.stopReason?.rawValue ?? "")
                writer.member("completion", trace.completion)
            }
            writer.key("means")
            writer.object { writer in
                for (name, mean) in Self.means(of: trace, ofPrompt: isScored) {
                    writer.member(name, mean)
                }
            }
            writer.key("summary")
            writer.object { writer in
                for entry in trace.summary.entries { writer.member(entry.name, entry.value) }
            }
        }
        var line = writer.finish()
        line.removeLast()
        do {
            if let fold = try fold?(trace, sample.record) {
                line += Array(",\"fold\":\(fold)".utf8)
            }
        } catch {
            line += Array(",\"fold_error\":".utf8)
            line.appendJSON(string: "\(error)")
        }
        if hasTraces {
            line += Array(",\"trace\":".utf8)
            // Breaks stand between the parts of the document alone; in texts they are spelled out.
            line += JSONLinesWriter(leavingOut: isLeftOut).document(of: trace).utf8.filter {
                $0 != 10
            }
        }
        do {
            try keepColumns?(trace, sample.record.id, sample.number)
        } catch let error as FileError {
            throw .file(error)
        } catch {
            throw .setting("\(error)")
        }
        return line + Array("}\n".utf8)
    }

    /// The mean of each metric of numbers over the tokens that were written, or over those of the prompt.
    static func means(of trace: TokenTrace, ofPrompt: Bool) -> [(String, Double)] {
        trace.metrics.columns.compactMap { column in
            // A value that holds for all tokens up to its own has its end, not its mean.
            guard column.name != MetricKey.runningPerplexity.name, let numbers = column.numbers
            else { return nil }
            var (sum, count) = (0.0, 0)
            for (token, number) in zip(trace.tokens, numbers)
            where (token.origin == .prompt) == ofPrompt {
                guard let number else { continue }
                sum += number
                count += 1
            }
            return count == 0 || sum.isNaN ? nil : (column.name, sum / Double(count))
        }
    }
}

extension JSONWriter {
    fileprivate mutating func writeMembers(of sample: DatasetSample) {
        switch sample.record.id {
        case .text(let text): member(sample.record.key, text)
        case .number(let number): member(sample.record.key, number)
        }
        member("sample", sample.number)
        member("samples", sample.count)
    }
}
