import TokenScope

/// The source files of a folder.
public enum SourceWalk {
    /// Folders that hold what others wrote, or what can be built again.
    private static let skipped: Set = [
        "node_modules", "target", "build", "dist", "vendor", "__pycache__", "venv",
    ]

    /// The files whose names say that they are code, with paths from the folder, in order.
    ///
    /// What begins with a point is passed over; folders deeper than 32 are, too, so that links in circles
    /// end.
    ///
    /// - Parameter folder: The folder.
    /// - Returns: Paths from the folder and the names of the languages.
    /// - Complexity: One look-up in the file system for each name.
    public static func files(below folder: String) -> [(path: String, language: String)] {
        var found: [(path: String, language: String)] = []
        var open = [(path: "", depth: 0)]
        while let (path, depth) = open.popLast() {
            let place = path.isEmpty ? folder : folder + "/" + path
            guard let contents = try? FileFolder(directory: place) else { continue }
            let prefix = path.isEmpty ? "" : path + "/"
            for name in contents.fileNames where !name.hasPrefix(".") {
                guard let language = CodeLanguage.ofFile(name) else { continue }
                found.append((prefix + name, language.name))
            }
            for name in contents.folderNames
            where !name.hasPrefix(".") && !skipped.contains(name) && depth < 32 {
                open.append((prefix + name, depth + 1))
            }
        }
        return found.sorted { $0.path < $1.path }
    }
}
