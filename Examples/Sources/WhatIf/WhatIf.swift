// What would the model have written instead? Each of the tokens that it was least sure of is replaced by
// the runner-up, and the model goes on from there; all of it becomes one tree.
//
//     swift run --package-path Examples WhatIf [PICTURE]
//
// The picture is what-if.svg, or where PICTURE says.
import TinyPythonModel
import TokenScope

@main
struct WhatIf {
    static func main() throws {
        let path = CommandLine.arguments.dropFirst().first ?? "what-if.svg"
        var explorer = try BranchExplorer(loadModel(from: .tinyPython)) { session in
            session.attachStandardMetrics()
            session.attach(AlternativesObserver(count: 2))
        }
        let written = try explorer.write(
            prompt: "<|endoftext|>def area(width, height):\n    return", .greedy(maxTokens: 16))
        guard let leaf = written.leaves.first else { return }
        explorer.tree.name(leaf, "as it is")

        // The three written tokens with the smallest margin between first and second.
        let sampled = explorer.tree.path(to: leaf).filter { explorer.tree.settings(of: $0) != nil }
        let doubtful = sampled.sorted { left, right in
            explorer.tree[left, .margin] ?? 1 < explorer.tree[right, .margin] ?? 1
        }
        for node in doubtful.prefix(3) {
            let ids = explorer.tree[node, .alternatives]?.values ?? []
            guard let token = explorer.tree[node]?.token,
                let second = ids.first(where: { $0 != token.id })
            else { continue }
            let other = try explorer.replace(node, with: [second])
            for end in other.leaves {
                explorer.tree.name(end, "not \(token.text.debugDescription)")
            }
        }

        print(BranchTreeView(depth: .plain).text(of: explorer.tree), terminator: "")
        print("\(explorer.counters.forwardTokens) tokens went through the model")
        try FileReplacement.write(SVGWriter().branches(of: explorer.tree), to: path)
        print("drawn in \(path)")
    }
}
