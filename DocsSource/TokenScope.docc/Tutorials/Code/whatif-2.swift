import TinyPythonModel
import TokenScope

var explorer = try BranchExplorer(loadModel(from: .tinyPython)) { session in
    session.attachStandardMetrics()
    session.attach(AlternativesObserver(count: 2))
}
let written = try explorer.write(
    prompt: "<|endoftext|>def area(width, height):\n    return", .greedy(maxTokens: 16))
let leaf = written.leaves[0]
print(explorer.tree.trace(of: leaf).text)

let path = explorer.tree.path(to: leaf)
for node in path {
    guard let token = explorer.tree[node]?.token else { continue }
    print(token.text.debugDescription, explorer.tree[node, .margin] ?? 1)
}
