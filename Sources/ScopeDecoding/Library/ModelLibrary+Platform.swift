extension ModelLibrary {
    /// Where llama.cpp keeps what it has downloaded: its place in the user's cache, which macOS has
    /// elsewhere.
    static func llamaCache(home: String, cache: String) -> String {
        #if canImport(Darwin)
            home + "/Library/Caches/llama.cpp"
        #else
            cache + "/llama.cpp"
        #endif
    }
}
