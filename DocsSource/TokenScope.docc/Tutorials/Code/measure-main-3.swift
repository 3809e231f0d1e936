import TinyPythonModel
import TokenScope

var session = try DecodingSession(
    loadModel(from: .tinyPython), prompt: "def area(width, height):\n",
    parameters: GenerateParameters(maxTokens: 40, temperature: 0.6, seed: 3))
session.attachStandardMetrics()
session.attach(StreakObserver())
while let token = try session.next() {
    print(token.text, terminator: "")
}

if let streak = session.trace[.streak] {
    for token in session.trace.tokens {
        print(token.text.debugDescription, streak[token.index] ?? 0)
    }
}
print("the longest:", session.trace.summary[.longestStreak] ?? 0)
