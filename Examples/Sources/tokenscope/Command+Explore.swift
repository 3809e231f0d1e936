import Dispatch
import ExplorerEngine
import ExplorerServer
import TokenScope

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension Command {
    static let explore = Command(
        name: "explore",
        operands: "",
        summary: "open the Explorer in the browser",
        discussion: """
            Serves the Explorer to a browser on this machine, and opens it: prompts are continued
            while you watch, tokens replaced, branches compared, predictions explained. The server
            listens on the loopback address alone, which nobody outside this machine can reach;
            its own address holds a secret, without which it answers nothing. Ctrl-C ends it.

            It begins with the embedded model, or the one that --model names; others that are on
            this machine can be loaded from the page. Nothing is ever downloaded. How a model is
            opened (--weights, --storage and so on) is the same for all of them.
            """,
        flags: ParsedOptions.modelFlags + [
            Flag(
                name: "models", value: "FOLDER",
                help: "offer the models in this folder (default: the usual places, as of "
                    + "tokenscope models)"),
            Flag(
                name: "host", value: "ADDRESS",
                help: "127.0.0.1 (default) or ::1: the loopback address to listen on"),
            Flag(name: "port", value: "N", help: "the port (default 0: any that is free)"),
            Flag(name: "no-open", value: nil, help: "print the address and open no browser"),
            Flag(
                name: "sessions", value: "FOLDER",
                help: "where sessions are saved (default tokenscope/sessions in the folder for "
                    + "users' data)"),
            Flag(
                name: "open", value: "FILE",
                help:
                    "open a session, or traces that this or another tool recorded (see tokenscope view)"
            ),
            Flag(name: "help", value: nil, help: "this text"),
        ],
        run: { (options) throws(ToolError) in
            guard options.operands.isEmpty else {
                throw .usage("explore takes no arguments; --open names a file")
            }
            let port = try options.number("port", as: Int.self) ?? 0
            guard let port = UInt16(exactly: port) else {
                throw .usage("--port takes a number from 0 to 65535, not \(port)")
            }
            let name = options["host"] ?? LoopbackAddress.ipv4.rawValue
            guard let address = LoopbackAddress(rawValue: name) else {
                let known = LoopbackAddress.allCases.map(\.rawValue).joined(separator: " or ")
                throw .usage(
                    "--host takes \(known), which other machines cannot reach, not \"\(name)\"")
            }
            let workspace = ExplorerWorkspace(
                .init(
                    modelFolders: try options["models"].map { (path) throws(ToolError) in
                        try folders([path])
                    }, model: options["model"], loading: try options.modelOptions(),
                    sessionFolder: options["sessions"] ?? sessionFolder()))
            let server: ExplorerServer
            do {
                try workspace.start()
                if let path = options["open"] { _ = try workspace.open(path, named: path) }
                server = try ExplorerServer(workspace, on: address, port: port)
            } catch {
                workspace.close()
                throw .input("\(error)")
            }
            serve(server, opensBrowser: !options.contains("no-open"))
        }
    )

    /// Answers until the process is told to end.
    private static func serve(_ server: ExplorerServer, opensBrowser: Bool) {
        let isTerminal = Terminal.isTerminal(1)
        Terminal.write(
            isTerminal
                ? "The Explorer is at \(server.address)\nCtrl-C ends it.\n"
                : "\(server.address)\n")
        if opensBrowser, isTerminal { Browser.open(server.address) }
        signal(SIGTERM, SIG_IGN)
        let ending = DispatchSemaphore(value: 0)
        let source = DispatchSource.makeSignalSource(signal: SIGTERM, queue: .global())
        source.setEventHandler { ending.signal() }
        source.activate()
        while !Task.isCancelled, ending.wait(timeout: .now() + .milliseconds(50)) == .timedOut {}
        source.cancel()
        server.stop()
    }

    /// The folder for users' data, as the specification of these folders has it.
    private static func sessionFolder() -> String {
        let data = Terminal.variable("XDG_DATA_HOME").flatMap { $0.hasPrefix("/") ? $0 : nil }
        let home = Terminal.variable("HOME") ?? "."
        return (data ?? home + "/.local/share") + "/tokenscope/sessions"
    }
}
