import TokenScope

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The process's standard streams.
enum Terminal {
    /// Whether a stream goes to a terminal: 1 for standard output, 2 for standard error.
    static func isTerminal(_ descriptor: Int32) -> Bool {
        isatty(descriptor) == 1
    }

    /// Writes text as it is, in as few calls as the system allows.
    static func write(_ text: String, to descriptor: Int32 = 1) {
        let bytes = Array(text.utf8)
        unsafe bytes.withUnsafeBytes { buffer in
            var rest = unsafe buffer[...]
            // Nothing to write, such as a token that only begins a character, is no failed write.
            while unsafe !rest.isEmpty,
                let start = unsafe UnsafeRawBufferPointer(rebasing: rest).baseAddress
            {
                let written = unsafe systemWrite(descriptor, start, rest.count)
                // A reader that has gone ends the output, not the program's sense of order.
                if written <= 0 { exit(written < 0 && errno == EPIPE ? 0 : 1) }
                unsafe rest = unsafe rest.dropFirst(written)
            }
        }
    }

    /// All of standard input, at most 64 MiB.
    static func readStandardInput() -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while bytes.count < 64 << 20 {
            let count = unsafe read(0, &chunk, chunk.count)
            if count <= 0 { break }
            bytes += chunk[..<count]
        }
        return bytes
    }

    /// How many colours standard output shows.
    static var colorDepth: ColorDepth {
        ColorDepth(environment: colorEnvironment, isTerminal: isTerminal(1))
    }

    /// A variable of the process's environment; nil where it is absent or empty.
    static func variable(_ name: String) -> String? {
        unsafe getenv(name).map { unsafe String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The variables that say what colours a terminal shows.
    private static var colorEnvironment: [String: String] {
        var environment: [String: String] = [:]
        for name in ["NO_COLOR", "COLORTERM", "TERM"] {
            if let value = unsafe getenv(name) {
                environment[name] = unsafe String(cString: value)
            }
        }
        return environment
    }

    private static func systemWrite(
        _ descriptor: Int32, _ start: UnsafeRawPointer, _ count: Int
    ) -> Int {
        #if canImport(Glibc)
            return unsafe Glibc.write(descriptor, start, count)
        #else
            return unsafe Darwin.write(descriptor, start, count)
        #endif
    }
}
