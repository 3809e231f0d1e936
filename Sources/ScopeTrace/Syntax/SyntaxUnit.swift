/// One unit of a level: a node, a line or a category, whose values were drawn together.
public struct SyntaxUnit: Hashable, Codable, Sendable {
    /// What it is: the node's kind, `line`, or the category's name.
    public var name: String
    /// What it is called in the text, such as a function's name; nil where it has no name.
    public var label: String?
    /// The number of its document; nil for a category, which lies in all.
    public var region: Int?
    /// Its node in the region's tree; nil where it is none.
    public var node: Int?
    /// Its bytes in the region; nil for a category, whose bytes lie apart.
    public var span: Range<Int>?
    /// The line in the region where it begins, from 1; nil for a category.
    public var line: Int?
    /// The unit of the same level that it lies in; nil where it lies in none.
    public var parent: Int?

    /// Makes a unit.
    public init(
        name: String, label: String? = nil, region: Int? = nil, node: Int? = nil,
        span: Range<Int>? = nil, line: Int? = nil, parent: Int? = nil
    ) {
        self.name = name
        self.label = label
        self.region = region
        self.node = node
        self.span = span
        self.line = line
        self.parent = parent
    }
}
