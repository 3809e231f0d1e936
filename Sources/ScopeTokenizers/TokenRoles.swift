internal import ScopeTrace

/// The roles of added tokens, by configuration and by the names that families use.
struct TokenRoles: Sendable {
    private let roles: [Int: TokenRole]

    /// Assigns the roles.
    ///
    /// - Parameters:
    ///   - tokens: the added tokens.
    ///   - bos: the token that begins sequences.
    ///   - eos: the token that ends sequences; it wins over `bos`.
    ///   - markers: tokens that the file itself gives a role; they win over names.
    init(_ tokens: [AddedToken], bos: Int?, eos: Int?, markers: [Int: TokenRole] = [:]) {
        var roles: [Int: TokenRole] = [:]
        for token in tokens {
            let name = Self.plainName(String(decoding: token.content, as: UTF8.self))
            if Self.isFillInTheMiddle(name) {
                roles[token.id] = .fim
            } else if Self.templateNames.contains(name) {
                roles[token.id] = .template
            } else if token.isSpecial {
                roles[token.id] = .special
            }
        }
        roles.merge(markers) { _, given in given }
        if let bos { roles[bos] = .bos }
        if let eos { roles[eos] = .eos }
        self.roles = roles
    }

    /// The role of a token.
    subscript(id: Int) -> TokenRole { roles[id] ?? .text }

    /// A token's name in lower case without what families dress it in, nothing if it is undressed.
    ///
    /// `<|fim▁begin|>` and `<fim-begin>` both become `fim_begin`.
    private static func plainName(_ content: String) -> String {
        let dressing = "<>|｜[]"
        guard let first = content.first(where: { $0 != "▁" }), dressing.contains(first) else {
            return ""
        }
        let name = content.lowercased().filter { !dressing.contains($0) }
        let joined = String(name.map { $0 == "▁" || $0 == "-" || $0 == " " ? "_" : $0 })
        return String(joined.drop { $0 == "_" })
    }

    private static func isFillInTheMiddle(_ name: String) -> Bool {
        name.hasPrefix("fim_") || fillInTheMiddleNames.contains(name)
    }

    private static let fillInTheMiddleNames: Set<String> = [
        "pre", "suf", "mid", "prefix", "suffix", "middle", "code_prefix", "code_suffix",
        "code_middle", "prefix_token", "suffix_token", "middle_token",
    ]

    private static let templateNames: Set<String> = [
        "im_start", "im_end", "im_sep", "start_header_id", "end_header_id", "eot_id", "eom_id",
        "eot", "python_tag", "start_of_turn", "end_of_turn", "start_of_role", "end_of_role",
        "inst", "/inst", "sys", "/sys", "system_prompt", "/system_prompt", "available_tools",
        "/available_tools", "tool_calls", "/tool_calls", "tool_results", "/tool_results",
        "tool_call", "/tool_call", "tool_response", "/tool_response", "system", "user",
        "assistant", "observation", "tool", "end", "start", "message", "channel", "return",
        "call", "constrain", "end_of_user", "end_of_assistant",
    ]
}
