// Where in a project is a model of code least at home? Scores every source file of a folder and ranks the
// definitions, calls, literals and statements it found hardest.
//
//     swift run -c release --package-path Examples AuditRepository FOLDER [MODEL [INTO]]
//
// What was measured goes to audit.jsonl at once, a line a file: a run that was ended goes on where it
// was, and files that changed are measured again. audit.html has the ranking. Both are written where
// INTO says, by default here.
import DatasetEngine
import TinyPythonModel
import TokenScope

@main
struct AuditRepository {
    static func main() throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard (1...3).contains(arguments.count), !arguments[0].hasPrefix("-") else {
            print("usage: AuditRepository FOLDER [MODEL [INTO]]")
            return
        }
        let folder = arguments[0]
        let name = arguments.count > 1 ? arguments[1] : "tiny-python"
        let model =
            name == "tiny-python"
            ? try loadModel(from: .tinyPython)
            : try loadModel(from: ModelLibrary.standard.files(named: name))
        let into = arguments.count > 2 ? arguments[2] : "."
        let library = GrammarLibrary.standard
        var log = try AuditLog(path: into + "/audit.jsonl", model: model.identity.fingerprint)
        let files = SourceWalk.files(below: folder)
        for (number, file) in files.enumerated() {
            report("\(number + 1) of \(files.count): \(file.path)")
            guard let contents = try? FileContents.open(folder + "/" + file.path) else { continue }
            let bytes = contents.copy(0..<contents.byteCount)
            guard let text = String(validating: bytes, as: UTF8.self), !bytes.isEmpty
            else { continue }
            let digest = AuditLog.digest(bytes)
            guard !log.holds(file.path, digest) else { continue }
            do {
                try log.add(
                    try audit(text, bytes, path: file.path, digest, file.language, model, library))
            } catch let failure as SyntaxFailure {
                report("\(file.path): \(failure)\n")
            }
        }
        let entries = log.entries(of: files.map(\.path))
        let page = AuditPage.html(entries, folder: folder, model: model.identity.name)
        try FileReplacement.write(page, to: into + "/audit.html")
        report("\(entries.count) files; the ranking is in \(into)/audit.html\n")
    }

    /// Measures one file, in windows where it is longer than the model's context, and finds where the model
    /// was least sure.
    static func audit(
        _ text: String, _ bytes: [UInt8], path: String, _ digest: String, _ language: String,
        _ model: ModelContext, _ library: GrammarLibrary
    ) throws -> AuditEntry {
        let source = try SyntaxSource(bytes, by: library.grammar(for: language))
        let trace = try model.score(text) { done, all in
            report("    \(path): \(done) of \(all) tokens")
        }
        let aggregator = CodeAggregator(levels: [.file], metrics: ["surprisal"])
        let folded = aggregator.report(of: trace, over: [source])
        return AuditEntry(
            path: path, digest: digest, model: model.identity.fingerprint, language: language,
            tokens: trace.tokens.count, surprisal: folded.whole.first?.statistic.mean ?? 0,
            errorShare: folded.regions[0].errorShare,
            spots: aggregator.hotSpots(count: 20, minimumTokens: 3, in: trace, over: [source]))
    }

    /// Progress goes over itself on standard error.
    static func report(_ line: String) {
        StandardError.write("\r\u{1B}[K" + line)
    }
}
