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
let sampled = path.filter { explorer.tree[$0]?.token.origin == .sampled }
let doubtful = sampled.sorted { left, right in
    explorer.tree[left, .margin] ?? 1 < explorer.tree[right, .margin] ?? 1
}
let place = doubtful[0]

let ids = explorer.tree[place, .alternatives]?.values ?? []
let runnerUp = ids[1]
let other = try explorer.replace(place, with: [runnerUp])
print(explorer.tree.trace(of: other.leaves[0]).text)

print(BranchTreeView(depth: .indexed).text(of: explorer.tree))
print(explorer.counters.forwardTokens, "tokens went through the model")

let result = try explorer.counterfactual(replacing: place, with: [runnerUp], upTo: leaf)
print("nats:", -result.effect.replacementLogProbability)
print("moved:", result.effect.downstream.map(\.divergence))
