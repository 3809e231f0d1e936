#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// One flag of a command.
struct Flag {
    let name: String
    /// What stands for the value in the help text; nil for a flag without one.
    let value: String?
    let help: String
}

/// What the command line says, flags apart from operands.
struct ParsedOptions {
    private(set) var values: [String: String] = [:]
    private(set) var operands: [String] = []

    func contains(_ name: String) -> Bool { values[name] != nil }

    subscript(name: String) -> String? { values[name] }

    /// Parses arguments by the C library's `getopt_long`, which takes flags before and after
    /// operands, abbreviations, `--flag=value`, and `--` as the end of flags.
    init(_ arguments: [String], flags: [Flag]) throws(ToolError) {
        var names: [UnsafeMutablePointer<CChar>?] = unsafe flags.map { unsafe strdup($0.name) }
        var words: [UnsafeMutablePointer<CChar>?] =
            unsafe (["tokenscope"] + arguments).map { unsafe strdup($0) } + [nil]
        defer {
            for unsafe name in unsafe names { unsafe free(name) }
        }
        let copies = unsafe words
        defer {
            for unsafe word in unsafe copies { unsafe free(word) }
        }
        var table: [option] = unsafe zip(names, flags).map { name, flag in
            unsafe option(
                name: name, has_arg: flag.value == nil ? 0 : 1, flag: nil, val: 0)
        }
        unsafe table.append(option())
        // 0 and not 1: glibc then forgets where an earlier parse stopped.
        optind = 0
        opterr = 0
        while true {
            var index: Int32 = -1
            let found = unsafe getopt_long(Int32(arguments.count + 1), &words, ":", table, &index)
            if found == -1 { break }
            guard found == 0, index >= 0 else {
                let place = max(1, Int(optind) - 1)
                throw .usage(Self.complaint(found, arguments[min(place, arguments.count) - 1]))
            }
            let flag = flags[Int(index)]
            if flag.value != nil, let argument = unsafe optarg {
                values[flag.name] = unsafe String(cString: argument)
            } else {
                values[flag.name] = ""
            }
        }
        for place in Int(optind)..<arguments.count + 1 {
            if let word = unsafe words[place] { operands.append(unsafe String(cString: word)) }
        }
        unsafe names.removeAll { _ in false }
    }

    private static func complaint(_ code: Int32, _ argument: String) -> String {
        code == Int32(UInt8(ascii: ":"))
            ? "\(argument) needs a value" : "\(argument) is not a flag of this command"
    }
}

extension ParsedOptions {
    /// The number given with a flag.
    func number<Number: LosslessStringConvertible>(
        _ name: String, as type: Number.Type = Number.self
    ) throws(ToolError) -> Number? {
        guard let text = values[name] else { return nil }
        guard let number = Number(text) else {
            throw .usage("--\(name) takes a number, not \"\(text)\"")
        }
        return number
    }
}
