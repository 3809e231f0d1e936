import CToolOptions

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// One flag of a command.
struct Flag: Sendable {
    let name: String
    /// What stands for the value in the help text; nil for a flag without one.
    let value: String?
    let help: String
}

/// What the command line says, flags apart from operands.
struct ParsedOptions {
    private(set) var values: [String: String] = [:]
    private var lists: [String: [String]] = [:]
    private(set) var operands: [String] = []

    func contains(_ name: String) -> Bool { values[name] != nil }

    /// The value of a flag; where it is given several times, the last one.
    subscript(name: String) -> String? { values[name] }

    /// All values of a flag that may be given several times, in order.
    func all(_ name: String) -> [String] { lists[name] ?? [] }

    /// Parses arguments by the C library's `getopt_long`, which takes flags before and after
    /// operands, abbreviations, `--flag=value`, and `--` as the end of flags.
    init(_ arguments: [String], flags: [Flag]) throws(ToolError) {
        let names = unsafe flags.map { unsafe strdup($0.name) }
        let table = unsafe zip(names, flags).map { name, flag in
            unsafe tool_flag(name: name, takes_value: flag.value == nil ? 0 : 1)
        }
        // The parser reorders the words, so those to be freed are kept apart.
        let owned = unsafe (["tokenscope"] + arguments).map { unsafe strdup($0) }
        var words = unsafe owned + [nil]
        defer {
            unsafe (names + owned).forEach { unsafe free($0) }
        }
        let count = Int32(arguments.count + 1)
        var next: Int32 = 1
        var isFirst: Int32 = 1
        while true {
            var value: UnsafePointer<CChar>?
            let found = unsafe tool_next_option(
                count, &words, table, Int32(table.count), isFirst, &value, &next)
            isFirst = 0
            if found == TOOL_OPTION_END { break }
            guard found >= 0 else {
                let word = unsafe words[max(1, Int(next) - 1)].map { unsafe String(cString: $0) }
                throw .usage(Self.complaint(found, word ?? ""))
            }
            let text = unsafe value.map { unsafe String(cString: $0) } ?? ""
            values[flags[Int(found)].name] = text
            lists[flags[Int(found)].name, default: []].append(text)
        }
        for place in Int(next)..<Int(count) {
            if let word = unsafe words[place] { operands.append(unsafe String(cString: word)) }
        }
    }

    private static func complaint(_ code: Int32, _ argument: String) -> String {
        code == TOOL_OPTION_NEEDS_VALUE
            ? "\(argument) needs a value" : "\(argument) is not a flag of this command"
    }
}
