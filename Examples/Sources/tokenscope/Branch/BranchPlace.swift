import TokenScope

extension BranchTree {
    /// The node that WHERE names: a number, a name, or one of these with a token's place behind a colon.
    func place(_ text: String) throws(ToolError) -> BranchNode.ID {
        if let id = names[text] { return id }
        if let number = Int(text) {
            guard let id = BranchNode.ID(rawValue: number), contains(id) else {
                throw .input("the tree has no node \(number)")
            }
            return id
        }
        guard let colon = text.lastIndex(of: ":") else {
            throw .input("no branch is named \"\(TerminalText.visible(text))\"")
        }
        let (branch, place) = (String(text[..<colon]), text[text.index(after: colon)...])
        guard let number = Int(place), number >= 0 else {
            throw .usage("WHERE:I takes the place of a token, from 0, not \"\(place)\"")
        }
        guard let newest = leaves.last else { throw .input("the tree has no nodes") }
        let leaf = branch.isEmpty ? newest : try self.place(branch)
        guard let id = node(at: TokenIndex(number), onPathTo: leaf) else {
            let count = (self[leaf]?.token.index.rawValue ?? -1) + 1
            throw .input("the branch to node \(leaf) has \(count) tokens, and none at \(number)")
        }
        return id
    }
}
