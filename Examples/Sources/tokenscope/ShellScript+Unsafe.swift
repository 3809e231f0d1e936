import CToolScripts

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A script of the package, run by bash with the tool's own standard streams.
struct ShellScript {
    let text: String

    /// The script that builds grammars: the library does no networking, the script does it by pip.
    static var grammars: ShellScript {
        ShellScript(text: unsafe String(cString: tool_grammar_script()))
    }

    /// Runs the script to its end.
    func run(_ arguments: [String]) throws(ToolError) {
        let owned = unsafe (["bash", "-c", text, "grammars"] + arguments).map { unsafe strdup($0) }
        defer { unsafe owned.forEach { unsafe free($0) } }
        var words = unsafe owned + [nil]
        var child: pid_t = 0
        let fault = unsafe posix_spawnp(&child, "bash", nil, nil, &words, environ)
        guard fault == 0 else {
            throw .run("bash: \(unsafe String(cString: strerror(fault)))")
        }
        var status: CInt = 0
        while unsafe waitpid(child, &status, 0) < 0 {
            guard errno == EINTR else { throw .run("bash: its end was lost") }
        }
        guard status == 0 else { throw .run("grammars: not all could be installed") }
    }
}
