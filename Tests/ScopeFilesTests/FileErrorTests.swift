import ScopeFiles
import Testing

@Suite struct FileErrorTests {
    @Test(arguments: [
        (
            FileError.malformed(
                file: "config.json", field: "hidden_size", position: 120,
                reason: "must be a positive integer, found \"8\""),
            "config.json: hidden_size: must be a positive integer, found \"8\" (byte 120)"
        ),
        (.malformed(file: "a", reason: "is empty"), "a: is empty"),
        (.missing(file: "model.safetensors"), "model.safetensors: no such file"),
        (.cancelled(file: "a"), "a: reading was cancelled"),
        (.changed(file: "a"), "a: the file changed after it was opened; load it again"),
        (.unreadable(file: "a", reason: "is a directory"), "a: is a directory"),
        (.tooLarge(file: "a", field: "header", reason: "9 bytes"), "a: header: 9 bytes"),
        (.unsupported(file: "a", field: "x dtype", reason: "unknown"), "a: x dtype: unknown"),
    ])
    func saysWhatIsWrongInOneLine(error: FileError, text: String) {
        #expect(error.description == text)
        #expect("\(error)" == text)
        #expect(text.hasPrefix(error.file))
        #expect(error.field.map { text.contains($0) } != false)
    }
}
