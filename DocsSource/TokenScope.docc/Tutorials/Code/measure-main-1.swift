import TinyPythonModel
import TokenScope

var session = try DecodingSession(
    loadModel(from: .tinyPython), prompt: "def area(width, height):\n",
    parameters: GenerateParameters(maxTokens: 40, temperature: 0.6, seed: 3))
while let token = try session.next() {
    print(token.text, terminator: "")
}
