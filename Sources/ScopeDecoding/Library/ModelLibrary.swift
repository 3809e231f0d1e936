internal import ScopeFiles

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Where the models of this machine lie: the Hugging Face cache, and folders that other tools keep
/// GGUF files in.
///
/// Nothing is ever downloaded; a model that is not on disk is not found.
public struct ModelLibrary: Equatable, Sendable {
    /// The folder with an entry `models--OWNER--NAME` for each downloaded model.
    public var huggingFaceCache: String
    /// Further folders that a search looks through.
    public var folders: [String]

    /// Creates a library.
    ///
    /// - Parameters:
    ///   - huggingFaceCache: The folder with entries `models--OWNER--NAME`; need not be there.
    ///   - folders: Further folders that a search looks through; need not be there.
    public init(huggingFaceCache: String, folders: [String] = []) {
        self.huggingFaceCache = huggingFaceCache
        self.folders = folders
    }

    /// Creates the library that a process with these variables has.
    ///
    /// The cache is where the Python package huggingface_hub has it: `HF_HUB_CACHE`, else `hub` in
    /// `HF_HOME`, else `huggingface/hub` in `XDG_CACHE_HOME`, else in `~/.cache`. The further folders
    /// are those of llama.cpp (`LLAMA_CACHE`, else its place in the user's cache) and LM Studio,
    /// `~/models` and `models` in the current folder. Variables that are empty count as absent.
    ///
    /// - Parameter environment: The variables by name, `HOME` among them.
    public init(environment: [String: String]) {
        func value(_ name: String) -> String? {
            environment[name].flatMap { $0.isEmpty ? nil : expandingHome($0) }
        }
        let home = environment["HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? "."
        func expandingHome(_ path: String) -> String {
            if path == "~" { return home }
            return path.hasPrefix("~/") ? home + path.dropFirst() : path
        }
        let cache = value("XDG_CACHE_HOME") ?? home + "/.cache"
        let hub = (value("HF_HOME") ?? cache + "/huggingface") + "/hub"
        huggingFaceCache = value("HF_HUB_CACHE") ?? value("HUGGINGFACE_HUB_CACHE") ?? hub
        folders = [
            value("LLAMA_CACHE") ?? Self.llamaCache(home: home, cache: cache),
            home + "/.cache/lm-studio", home + "/.lmstudio/models", home + "/models", "models",
        ]
    }

    /// The library of this process.
    public static var standard: ModelLibrary {
        ModelLibrary(environment: ProcessInfo.processInfo.environment)
    }
}
