import ScopeCode
import ScopeFiles
import ScopeTrace
import TestFixtures

/// A source of the golden trees with its tree, as another program wrote it down.
struct GoldenSource: CustomStringConvertible, Sendable {
    let name: String
    let source: SyntaxSource

    var description: String { name }

    static let all: [GoldenSource] = Fixtures.roots.flatMap { root in
        let folder = root.category("ast")
        guard let index = try? folder.json("index.json"),
            let files = try? index.required("files").elements()
        else { return [GoldenSource]() }
        return files.compactMap { file in
            guard let name = try? file.required("source").string(),
                let tree = try? file.required("tree").string()
            else { return nil }
            return try? GoldenSource(folder, name: name, tree: tree)
        }
    }

    private init(_ folder: FixtureFolder, name: String, tree: String) throws {
        let contents = try folder.contents(name)
        let text = contents.copy(0..<contents.byteCount)
        let rows = try folder.json(tree).required("nodes").elements().map {
            Array(try $0.elements())
        }
        self.name = "\(folder.root)/\(name)"
        source = SyntaxSource(tree: try SyntaxTree(rows: rows), text: text)
    }
}

extension SyntaxTree {
    /// Rows of type, named, start, end, two points, missing, has error, error, extra, field, depth and
    /// parent, in pre-order.
    init(rows: [[JSONValue]]) throws {
        var (kinds, fields) = ([String: Int](), [String: Int]())
        var (kindNames, fieldNames) = ([String](), [String]())
        var nodes: [Node] = []
        for row in rows {
            let kind = try row[0].string()
            if kinds[kind] == nil {
                kinds[kind] = kindNames.count
                kindNames.append(kind)
            }
            var field: Int?
            if case .string = row[10].kind {
                let name = try row[10].string()
                if fields[name] == nil {
                    fields[name] = fieldNames.count
                    fieldNames.append(name)
                }
                field = fields[name]
            }
            var traits: Traits = []
            for (column, trait) in [
                (1, Traits.named), (6, .missing), (7, .hasError), (8, .error), (9, .extra),
            ] where try row[column].bool() {
                traits.insert(trait)
            }
            let parent = try row[12].int()
            nodes.append(
                Node(
                    kind: kinds[kind] ?? 0, field: field,
                    span: try row[2].int()..<row[3].int(), parent: parent < 0 ? nil : parent,
                    end: nodes.count + 1, traits: traits))
        }
        for index in nodes.indices.reversed() {
            if let parent = nodes[index].parent {
                nodes[parent].end = max(nodes[parent].end, nodes[index].end)
            }
        }
        self.init(
            language: "python", kindNames: kindNames, fieldNames: fieldNames, nodes: nodes)
    }
}
