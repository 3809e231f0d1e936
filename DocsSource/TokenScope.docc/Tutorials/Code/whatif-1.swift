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
