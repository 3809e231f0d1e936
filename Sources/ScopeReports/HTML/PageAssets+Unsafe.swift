import CScopePage

/// The files of the page, embedded in the program.
enum PageAssets {
    /// One file.
    struct File {
        let name: String
        let text: String
    }

    /// All files; scripts in an order in which none imports one that comes later.
    static let files: [File] = (0..<tscope_page_file_count()).map { index in
        let file = unsafe tscope_page_file_at(index)
        let bytes = unsafe UnsafeBufferPointer(start: file.bytes, count: file.length)
        return unsafe File(
            name: String(cString: file.name), text: String(decoding: bytes, as: UTF8.self))
    }

    /// The text of a file that is known to be there.
    static func text(_ name: String) -> String {
        guard let file = files.first(where: { $0.name == name }) else {
            preconditionFailure("the page has no file \(name)")
        }
        return file.text
    }
}
