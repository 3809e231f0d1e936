/// One line on standard error that says what is going on, rewritten in place.
struct Progress: Sendable {
    let isShown: Bool

    init(_ options: ParsedOptions) {
        isShown = !options.contains("quiet") && Terminal.isTerminal(2)
    }

    func show(_ text: String) {
        if isShown { Terminal.write("\r\u{1B}[K\(text)", to: 2) }
    }

    func clear() {
        if isShown { Terminal.write("\r\u{1B}[K", to: 2) }
    }
}
