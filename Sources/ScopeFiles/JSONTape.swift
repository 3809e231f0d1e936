/// The structure of a JSON text: where each value starts and what follows it.
///
/// Nodes lie in the order of the text. A string, number or literal has one node, (start, end). An
/// array or object has two, (start, node after its last descendant) and (end, count), and then the
/// nodes of its elements, or of its keys and values in turn.
final class JSONTape: Sendable {
    struct Node {
        /// Byte offset of the value; of the second node of a container, of the byte after it.
        var start: UInt32
        /// Byte offset after a scalar; next node of a container; count in its second node.
        var link: UInt32
    }

    /// The text alone.
    let contents: FileContents
    /// Where the text starts in its file.
    let base: Int
    let nodes: [Node]
    let rootName: String?

    init(contents: FileContents, base: Int, nodes: [Node], rootName: String?) {
        self.contents = contents
        self.base = base
        self.nodes = nodes
        self.rootName = rootName
    }

    /// Where a value starts in the text.
    func start(_ node: Int) -> Int { Int(nodes[node].start) }

    func kind(_ node: Int) -> JSONValue.Kind {
        switch contents[start(node)] {
        case UInt8(ascii: "{"): .object
        case UInt8(ascii: "["): .array
        case UInt8(ascii: "\""): .string
        case UInt8(ascii: "t"), UInt8(ascii: "f"): .bool
        case UInt8(ascii: "n"): .null
        default: .number
        }
    }

    func isContainer(_ node: Int) -> Bool {
        let first = contents[start(node)]
        return first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
    }

    /// The node after this value and all inside it.
    func next(_ node: Int) -> Int {
        isContainer(node) ? Int(nodes[node].link) : node + 1
    }

    /// How many elements or members a container has.
    func count(_ container: Int) -> Int { Int(nodes[container + 1].link) }

    /// Where a value lies in the text.
    func range(_ node: Int) -> Range<Int> {
        start(node)..<Int(isContainer(node) ? nodes[node + 1].start : nodes[node].link)
    }
}
