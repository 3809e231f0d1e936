import CTinyPythonModel
import ScopeFiles

/// The embedded files, each a view of constant memory that lives as long as the process.
func embeddedFiles() -> [FileContents] {
    (0..<tscope_tiny_python_file_count()).map { index in
        let file = unsafe tscope_tiny_python_file_at(index)
        let bytes = unsafe UnsafeRawBufferPointer(start: file.bytes, count: file.length)
        return unsafe FileContents(unsafeStatic: bytes, name: String(cString: file.name))
    }
}
