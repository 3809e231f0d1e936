extension GrammarLibrary {
    /// Folders of all sorts of libraries, where `LANGUAGE.so` would be anything.
    static let systemFolders: [String] = {
        #if os(macOS)
            return ["/opt/homebrew/lib", "/usr/local/lib"]
        #elseif arch(x86_64)
            return ["/usr/local/lib", "/usr/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/lib"]
        #elseif arch(arm64)
            return ["/usr/local/lib", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib"]
        #else
            return ["/usr/local/lib", "/usr/lib64", "/usr/lib"]
        #endif
    }()

    /// What the names of libraries end with.
    static let suffixes: [String] = {
        #if canImport(Darwin)
            return [".dylib", ".so"]
        #else
            return [".so"]
        #endif
    }()
}
