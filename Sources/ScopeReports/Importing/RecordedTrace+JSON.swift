import ScopeFiles

extension RecordedTrace {
    /// The lines that a trace as one JSON value, or several below `samples`, is made of; nil for a document that
    /// is neither.
    static func lines(of root: JSONValue, file: String) -> FileContents? {
        guard root.kind == .object else { return nil }
        let traces = (try? root["samples"]?.elements()).map { Array($0) } ?? [root]
        var bytes: [UInt8] = []
        for trace in traces {
            guard trace.kind == .object, let header = trace["header"], let end = trace["end"],
                let tokens = try? trace["tokens"]?.elements()
            else { return nil }
            for value in [header] + Array(tokens) + [end] {
                var writer = JSONWriter()
                writer.write(value)
                bytes += writer.finish() + [UInt8(ascii: "\n")]
            }
        }
        return FileContents(copying: bytes, name: file)
    }
}
