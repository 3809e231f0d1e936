public import ScopeFiles

/// One folder of golden data, such as `compact/llama`.
public struct FixtureFolder: Sendable, Hashable, CustomStringConvertible {
    /// The short name of the root it belongs to.
    public let root: String

    /// The folder's own name.
    public let name: String

    /// Where it lies.
    public let path: String

    /// Names the folder in the output of tests.
    public var description: String { "\(root)/\(name)" }

    /// Names a folder.
    public init(root: String, name: String, path: String) {
        self.root = root
        self.name = name
        self.path = path
    }

    /// The path of a file in the folder.
    public func path(of file: String) -> String { "\(path)/\(file)" }

    /// Whether the folder holds a file.
    public func contains(_ file: String) -> Bool {
        let kind = kindOfFile(at: path(of: file))
        return kind.exists && !kind.isDirectory
    }

    /// The folder as a loader takes it.
    public func folder() throws(FileError) -> FileFolder { try FileFolder(directory: path) }

    /// A folder below this one as a loader takes it.
    public func folder(_ name: String) throws(FileError) -> FileFolder {
        try FileFolder(directory: path(of: name))
    }

    /// A file's bytes; `file` may lead into folders below this one.
    public func contents(_ file: String) throws(FileError) -> FileContents {
        try FileContents.open(path(of: file))
    }

    /// A file's JSON value.
    public func json(_ file: String) throws(FileError) -> JSONValue {
        try JSONDocument(contents(file)).root
    }

    /// A file's tensors.
    public func tensors(_ file: String) throws(FileError) -> SafetensorsFile {
        try SafetensorsFile(contents(file))
    }
}
