/// A model's folder: a directory on disk, or files that are already in memory.
public struct FileFolder: Sendable {
    private enum Source {
        case directory(String)
        case memory([String: FileContents])
    }

    /// The folder's name as given, for messages.
    public let name: String

    private let source: Source

    /// Names a directory on disk; its files are opened when they are asked for.
    ///
    /// - Parameters:
    ///   - path: the directory; links are followed.
    ///   - name: what messages call the folder; the path unless given.
    /// - Throws: ``FileError/missing(file:)`` or ``FileError/unreadable(file:reason:)``.
    public init(directory path: String, name: String? = nil) throws(FileError) {
        let kind = kindOfFile(at: path)
        guard kind.exists else { throw .missing(file: path) }
        guard kind.isDirectory else { throw .unreadable(file: path, reason: "is not a directory") }
        self.name = name ?? path
        source = .directory(path)
    }

    /// Makes a folder of files in memory; each is found under its own `name`.
    ///
    /// - Parameters:
    ///   - name: what messages call the folder.
    ///   - files: the files, no two with the same name.
    public init(name: String, files: [FileContents]) {
        self.name = name
        var table: [String: FileContents] = [:]
        for file in files {
            let previous = table.updateValue(file, forKey: file.name)
            precondition(previous == nil, "two files of the folder are named \(file.name)")
        }
        source = .memory(table)
    }

    /// Whether the folder itself holds a file of this name.
    public func contains(_ file: String) -> Bool {
        guard Self.isPlainName(file) else { return false }
        switch source {
        case .directory(let path):
            let kind = kindOfFile(at: "\(path)/\(file)")
            return kind.exists && !kind.isDirectory
        case .memory(let table):
            return table[file] != nil
        }
    }

    /// Opens a file of the folder under its plain name.
    ///
    /// - Parameter file: a name without a path; anything that could lead out of the folder is
    ///   refused. A symbolic link inside the folder is fine.
    /// - Returns: the file, whose `name` is `file`.
    /// - Throws: ``FileError``, see ``FileContents/open(_:name:)``.
    public func contents(of file: String) throws(FileError) -> FileContents {
        guard Self.isPlainName(file) else {
            throw .unreadable(
                file: shownInMessage(file), reason: "is not the name of a file inside the folder")
        }
        switch source {
        case .directory(let path):
            return try FileContents.open("\(path)/\(file)", name: file)
        case .memory(let table):
            guard let contents = table[file] else { throw .missing(file: file) }
            return contents
        }
    }

    /// The names of all files in the folder, sorted; folders inside it are left out.
    ///
    /// - Complexity: one look-up in the file system for each name.
    public var fileNames: [String] {
        switch source {
        case .directory(let path): return (namesInDirectory(path) ?? []).filter(contains).sorted()
        case .memory(let table): return table.keys.sorted()
        }
    }

    /// The names of the folders in the folder, sorted; none of a folder in memory.
    ///
    /// - Complexity: one look-up in the file system for each name.
    public var folderNames: [String] {
        guard case .directory(let path) = source else { return [] }
        return (namesInDirectory(path) ?? []).filter { name in
            Self.isPlainName(name) && kindOfFile(at: "\(path)/\(name)").isDirectory
        }.sorted()
    }

    /// Whether a name can only mean a file directly inside a folder.
    static func isPlainName(_ name: String) -> Bool {
        let forbidden: [UInt8] = [0, UInt8(ascii: "/"), UInt8(ascii: "\\")]
        return !name.isEmpty && name != "." && name != ".."
            && !name.utf8.contains { forbidden.contains($0) }
    }
}
