#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A library that may hold grammars, checked before the system loads it: loading runs its code.
struct GrammarFile {
    /// The path that was asked for.
    let path: String
    /// Where it leads, without links; what is checked is what is loaded.
    let resolvedPath: String

    /// Checks who could have written a library.
    ///
    /// The file and the folders that lead to it must belong to the user of the process or to root. The file
    /// and its folder must not be writable by anyone else, and a folder further up only where others
    /// cannot rename what is in it (the sticky bit, as `/tmp` has it). The same holds for the folder of a
    /// symbolic link and for the one it leads to.
    init(path: String) throws(SyntaxFailure) {
        guard path.hasPrefix("/") else {
            throw .untrustedGrammar(file: path, reason: "its path is not absolute")
        }
        guard !path.utf8.contains(0) else {
            throw .unloadableGrammar(file: path, reason: "its path has a NUL in it")
        }
        guard !path.split(separator: "/").contains("..") else {
            throw .untrustedGrammar(file: path, reason: "its path goes up by \"..\"")
        }
        guard let resolved = unsafe realpath(path, nil) else {
            throw .unloadableGrammar(file: path, reason: systemMessage(errno))
        }
        defer { unsafe free(resolved) }
        self.path = path
        resolvedPath = unsafe String(cString: resolved)
        for route in Set([path, resolvedPath]) {
            try Self.checkFolders(of: route, file: path)
        }
        let status = try Self.status(of: resolvedPath, file: path)
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw .unloadableGrammar(file: path, reason: "is not a regular file")
        }
        try Self.check(status, of: "it", file: path)
        if let fault = LibraryHeader.fault(of: resolvedPath) {
            throw .unloadableGrammar(file: path, reason: fault)
        }
    }

    /// Checks the folders from the file's own up to the root.
    private static func checkFolders(of path: String, file: String) throws(SyntaxFailure) {
        var names = path.split(separator: "/").dropLast()
        var isOwn = true
        while true {
            let folder = "/" + names.joined(separator: "/")
            let status = try status(of: folder, file: file)
            try check(status, of: folder, file: file, sparesSticky: !isOwn)
            if names.isEmpty { return }
            names.removeLast()
            isOwn = false
        }
    }

    private static func check(
        _ status: stat, of name: String, file: String, sparesSticky: Bool = false
    ) throws(SyntaxFailure) {
        guard status.st_uid == 0 || status.st_uid == geteuid() else {
            throw .untrustedGrammar(
                file: file, reason: "\(name) belongs to another user (\(status.st_uid))")
        }
        let isSticky = sparesSticky && status.st_mode & S_ISVTX != 0
        guard status.st_mode & (S_IWGRP | S_IWOTH) == 0 || isSticky else {
            let mode = String(status.st_mode & 0o7777, radix: 8)
            throw .untrustedGrammar(
                file: file, reason: "others than its owner may write \(name) (mode \(mode))")
        }
    }

    private static func status(of path: String, file: String) throws(SyntaxFailure) -> stat {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else {
            throw .unloadableGrammar(file: file, reason: "\(path): \(systemMessage(errno))")
        }
        return status
    }

    /// Loads the library, for the life of the process, and takes a language's grammar from it.
    ///
    /// - Returns: The grammar, nil where the library has none of this language.
    func grammar(
        language: String, queryFiles: [String: [String]]
    ) throws(SyntaxFailure) -> Grammar? {
        guard let library = unsafe dlopen(resolvedPath, RTLD_NOW | RTLD_LOCAL) else {
            let reason = unsafe dlerror().map { unsafe String(cString: $0) }
            throw .unloadableGrammar(file: path, reason: reason ?? "cannot be loaded")
        }
        // Never closed: grammars and trees point into it.
        let symbol = "tree_sitter_" + language
        guard let address = unsafe dlsym(library, symbol) else { return nil }
        typealias Function = @convention(c) () -> OpaquePointer?
        let function = unsafe unsafeBitCast(address, to: Function.self)
        guard let pointer = unsafe function() else {
            throw .missingSymbol(file: path, symbol: symbol)
        }
        return try unsafe Grammar(
            language: language, pointer: pointer, queryFiles: queryFiles, file: path)
    }
}

/// The system's words for an error number.
func systemMessage(_ code: CInt) -> String {
    unsafe String(cString: strerror(code))
}
