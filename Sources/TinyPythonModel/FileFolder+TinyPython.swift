public import ScopeFiles

extension FileFolder {
    /// The embedded model: a very small Python code model, 3.2 million parameters in float16.
    ///
    /// The folder's files lie in the program's read-only pages, so nothing is read from disk and
    /// weights are used in place. It is a model for demonstrations and tests, trained from scratch
    /// for that purpose; half of what it writes parses, and it is no coding assistant. Architecture:
    /// Llama with 6 layers, 192 hidden units, a vocabulary of 4096 and a context of 1024 tokens.
    /// The card with its training data and results stands beside the files in the source tree, in
    /// `Sources/CTinyPythonModel/model/MODEL_CARD.md`.
    public static var tinyPython: FileFolder {
        FileFolder(name: "tiny-python", files: embeddedFiles())
    }
}
