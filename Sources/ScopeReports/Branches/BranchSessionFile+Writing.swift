import ScopeFiles
public import ScopeTrace

extension BranchSessionFile {
    /// A session as the file's bytes, with a line for each node and for each of the other lists' elements.
    ///
    /// - Parameter session: The session.
    /// - Returns: JSON text in UTF-8.
    /// - Complexity: O(*n*) in the length of the text.
    public static func bytes(of session: BranchSession) -> [UInt8] {
        let parts = session.tree.parts
        var text = Text()
        text.member("format") { $0.write(format) }
        text.member("version") { $0.write(formatVersion) }
        if let model = session.model { text.member("model") { $0.write(model) } }
        text.member("header") { writer in
            writer.object { $0.writeMembers(of: parts.header) }
        }
        text.member("next_node") { $0.write(parts.nextID) }
        text.list("settings", parts.settings) { $0.write($1) }
        text.list("nodes", parts.nodes) { $0.write($1) }
        text.list("metrics", parts.metrics.columns) { $0.write($1) }
        text.list("names", parts.names) { writer, label in
            writer.object { writer in
                writer.member("node", label.node)
                writer.member("name", label.value)
            }
        }
        text.list("notes", parts.notes) { writer, label in
            writer.object { writer in
                writer.member("node", label.node)
                writer.member("text", label.value)
            }
        }
        text.list("edits", parts.edits) { $0.write($1) }
        text.list("ends", parts.ends) { $0.write($1) }
        text.list("document_maps", parts.documentMaps) { writer, label in
            writer.object { writer in
                writer.member("node", label.node)
                writer.member("map", DocumentMap?.some(label.value))
            }
        }
        text.list("requests", session.requests) { $0.write($1) }
        return text.finish()
    }

    /// One object with its members, and the elements of its lists, in lines of their own.
    private struct Text {
        private var bytes = [UInt8(ascii: "{")]
        private var isFirst = true

        mutating func member(_ name: String, _ body: (inout JSONWriter) -> Void) {
            begin(name)
            append(body)
        }

        mutating func list<Element>(
            _ name: String, _ elements: [Element], _ body: (inout JSONWriter, Element) -> Void
        ) {
            begin(name)
            bytes.append(UInt8(ascii: "["))
            for (place, element) in elements.enumerated() {
                bytes += place == 0 ? "\n".utf8 : ",\n".utf8
                append { body(&$0, element) }
            }
            bytes.append(UInt8(ascii: "]"))
        }

        mutating func finish() -> [UInt8] {
            bytes += "}\n".utf8
            return bytes
        }

        private mutating func begin(_ name: String) {
            if !isFirst { bytes += ",\n".utf8 }
            isFirst = false
            bytes.appendJSON(string: name)
            bytes.append(UInt8(ascii: ":"))
        }

        private mutating func append(_ body: (inout JSONWriter) -> Void) {
            var writer = JSONWriter()
            body(&writer)
            bytes += writer.finish()
        }
    }
}

extension JSONWriter {
    fileprivate mutating func write(_ node: BranchTreeParts.Node) {
        object { writer in
            writer.member("id", node.id)
            writer.member("parent", node.parent)
            writer.member("token", node.token)
            // For people: the bytes are what counts.
            writer.member("text", String(decoding: node.bytes, as: UTF8.self))
            writer.member("bytes", node.bytes.map(Int.init))
            if let span = node.sourceSpan {
                writer.member("source_start", span.lowerBound)
                writer.member("source_end", span.upperBound)
            }
            writer.member("origin", node.origin.rawValue)
            writer.member("role", node.role.rawValue)
            writer.member("settings", node.settings)
        }
    }

    fileprivate mutating func write(_ column: AnyMetricColumn) {
        object { writer in
            writer.member("name", column.name)
            writer.member("unit", column.unit.rawValue)
            writer.member("kind", column.kind.name)
            writer.key("values")
            let end = (0..<column.count).last { column[$0] != nil } ?? -1
            writer.array { writer in
                for row in 0..<(end + 1) {
                    if let cell = column[row] { writer.write(cell) } else { writer.writeNull() }
                }
            }
        }
    }

    fileprivate mutating func write(_ edit: BranchTreeParts.Label<BranchEdit>) {
        object { writer in
            writer.member("node", edit.node)
            writer.member("kind", edit.value.kind.rawValue)
            writer.member("first", edit.value.first?.rawValue)
            writer.member("last", edit.value.last?.rawValue)
            writer.member("before", edit.value.border.before)
            writer.member("after", edit.value.border.after)
        }
    }

    fileprivate mutating func write(_ end: BranchTreeParts.Label<BranchEnd>) {
        object { writer in
            writer.member("node", end.node)
            if let reason = end.value.stopReason { writer.member("stop_reason", reason.rawValue) }
            if let match = end.value.stopMatch {
                writer.member("stop_text", match.text)
                writer.member("stop_start", match.start)
            }
            writer.key("summary")
            writer.array { writer in
                for entry in end.value.summary.entries {
                    writer.object { writer in
                        writer.member("name", entry.name)
                        writer.member("unit", entry.unit.rawValue)
                        writer.member("value", entry.value)
                    }
                }
            }
        }
    }

    fileprivate mutating func write(_ request: BranchSession.Request) {
        object { writer in
            writer.member("kind", request.kind)
            writer.key("arguments")
            writer.write(OpaqueValue.object(request.arguments))
            writer.member("nodes", request.nodes.map(\.rawValue))
        }
    }
}
