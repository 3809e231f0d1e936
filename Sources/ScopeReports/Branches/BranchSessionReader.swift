import ScopeFiles
import ScopeTrace

/// Reads version 1 of the format.
struct BranchSessionReader {
    private let root: JSONValue

    init(_ root: JSONValue) {
        self.root = root
    }

    func session() throws(FileError) -> BranchSession {
        var parts = BranchTreeParts(header: try TraceHeader(root.required("header")))
        parts.nextID = try root.required("next_node").naturalNumber()
        for value in try list("settings") { parts.settings.append(try GenerationSettings(value)) }
        for value in try list("nodes") { parts.nodes.append(try BranchTreeParts.Node(value)) }
        parts.metrics = try metrics(of: parts.nodes.count)
        for value in try list("names") {
            parts.names.append(try label(value, value.required("name").string()))
        }
        for value in try list("notes") {
            parts.notes.append(try label(value, value.required("text").string()))
        }
        for value in try list("edits") { parts.edits.append(try label(value, BranchEdit(value))) }
        for value in try list("ends") { parts.ends.append(try label(value, BranchEnd(value))) }
        for value in try list("document_maps") {
            parts.documentMaps.append(try label(value, DocumentMap(value.required("map"))))
        }
        var requests: [BranchSession.Request] = []
        for value in try list("requests") { requests.append(try BranchSession.Request(value)) }
        return BranchSession(
            tree: try tree(of: parts), model: try root["model"]?.string(), requests: requests)
    }

    private func list(_ name: String) throws(FileError) -> JSONElements {
        try root.required(name).elements()
    }

    private func label<Value: Codable>(
        _ object: JSONValue, _ value: Value
    ) throws(FileError) -> BranchTreeParts.Label<Value> {
        .init(node: try object.required("node").naturalNumber(), value: value)
    }

    private func metrics(of count: Int) throws(FileError) -> MetricTable {
        var table = MetricTable()
        var names: Set<String> = []
        for column in try list("metrics") {
            let name = try column.required("name")
            guard try !name.string().isEmpty, names.insert(try name.string()).inserted else {
                throw name.mismatch("a name of its own")
            }
            let kind = MetricKind(name: try column.required("kind").string())
            let values = try column.required("values")
            guard try values.elements().count <= count else {
                throw values.error(
                    "has \(try values.elements().count) values for \(count) nodes")
            }
            var cells: [MetricCell?] = []
            for value in try values.elements() { cells.append(try value.cell(of: kind)) }
            table.appendColumn(
                named: try name.string(),
                unit: MetricUnit(rawValue: try column.required("unit").string()), of: kind,
                cells: cells)
        }
        return table
    }

    private func tree(of parts: BranchTreeParts) throws(FileError) -> BranchTree {
        do throws(BranchTreeError) {
            return try BranchTree(parts)
        } catch {
            throw place(of: error.field ?? "").error(error.reason)
        }
    }

    /// The value that a path such as `nodes[3].parent` leads to, or the last one on the way to it.
    private func place(of path: String) -> JSONValue {
        var value = root
        for part in path.split(separator: ".") {
            let pieces = part.split(whereSeparator: { $0 == "[" || $0 == "]" })
            guard let name = pieces.first else { return value }
            guard let member = value[Self.spelling[String(name)] ?? String(name)] else {
                return value
            }
            value = member
            guard pieces.count > 1, let index = Int(pieces[1]), let elements = try? value.elements()
            else { continue }
            for (place, element) in elements.enumerated() where place == index { value = element }
        }
        return value
    }

    /// What this format calls the parts of a tree that it spells in its own way.
    private static let spelling = [
        "nextID": "next_node", "documentMaps": "document_maps", "sourceSpan": "source_start",
        "stopMatch": "stop_start",
    ]
}

extension BranchTreeParts.Node {
    fileprivate init(_ value: JSONValue) throws(FileError) {
        self.init(
            id: try value.required("id").naturalNumber(),
            parent: try value["parent"]?.naturalNumber(),
            token: try value.required("token").naturalNumber(),
            bytes: try value.required("bytes").bytes(),
            sourceSpan: try value.span("source_start", "source_end"),
            origin: try value.required("origin").oneCase(TokenOrigin.self),
            role: try value.required("role").oneCase(TokenRole.self),
            settings: try value["settings"]?.naturalNumber())
    }
}

extension BranchEdit {
    fileprivate init(_ value: JSONValue) throws(FileError) {
        self.init(
            try value.required("kind").oneCase(Kind.self),
            first: try value["first"].map { value throws(FileError) in try value.node() },
            last: try value["last"].map { value throws(FileError) in try value.node() },
            border: BranchBorder(
                before: try value.required("before").naturalNumber(),
                after: try value.required("after").naturalNumber()))
    }
}

extension BranchEnd {
    fileprivate init(_ value: JSONValue) throws(FileError) {
        self.init(stopReason: try value["stop_reason"]?.oneCase(StopReason.self))
        if let text = value["stop_text"] {
            stopMatch = try StopMatch(text, at: value.required("stop_start"))
        }
        let results = try value.required("summary")
        // A summary is a list, in which each result is looked for.
        guard try results.elements().count <= 1_000 else {
            throw results.error("has \(try results.elements().count) results, more than 1000")
        }
        for entry in try results.elements() {
            let (name, text) = (try entry.required("name"), try entry.required("name").string())
            guard !text.isEmpty, !summary.entries.contains(where: { $0.name == text }) else {
                throw name.mismatch("a name of its own")
            }
            let unit = MetricUnit(rawValue: try entry.required("unit").string())
            summary[MetricKey(text, unit: unit)] =
                try entry.required("value").doubleOrInfinity()
        }
    }
}

extension BranchSession.Request {
    fileprivate init(_ value: JSONValue) throws(FileError) {
        self.init(try value.required("kind").string())
        for (key, argument) in try value.required("arguments").members() {
            arguments[key.string] = try argument.opaque()
        }
        for node in try value.required("nodes").elements() { nodes.append(try node.node()) }
    }
}

extension JSONValue {
    fileprivate func node() throws(FileError) -> BranchNode.ID {
        BranchNode.ID(try naturalNumber())
    }

    /// One of a closed set of names.
    fileprivate func oneCase<Name: RawRepresentable<String> & CaseIterable>(
        _ type: Name.Type
    ) throws(FileError) -> Name {
        guard let name = try optionalCase(type) else {
            throw mismatch("one of " + Name.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return name
    }
}
