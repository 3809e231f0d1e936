/// A chat template: turns a conversation into the text a model was trained to continue.
///
/// Templates are written in Jinja2; this reads the part of it that templates of the field use, and
/// renders as `apply_chat_template` of the Python package transformers does. What is not
/// understood is refused by name, when the template is read where possible. Work, depth and text
/// are bounded, so that any template ends in text or in an error.
public struct ChatTemplate: Sendable {
    /// What messages call the template: the file it comes from, or a name of the caller's.
    public let name: String

    /// Tokens a template can name, such as `bos_token`, by that name.
    public let specialTokens: [String: String]

    private let program: TemplateProgram

    /// A second template, for conversations with tools.
    private let toolProgram: TemplateProgram?

    /// The longest template that is read, in bytes.
    static let maximumSource = TokenizerLimits.templateByteCount

    /// Reads a template.
    ///
    /// - Parameters:
    ///   - source: the template's text.
    ///   - toolSource: another template, which is taken when tools are given.
    ///   - name: what messages call the template.
    ///   - specialTokens: tokens by the name under which the template knows them.
    /// - Throws: ``ChatTemplateError``: ``ChatTemplateError/malformed(template:line:reason:)`` or
    ///   ``ChatTemplateError/unsupported(template:line:construct:)``.
    /// - Complexity: O(bytes).
    public init(
        source: String, toolSource: String? = nil, name: String = "chat template",
        specialTokens: [String: String] = [:]
    ) throws(ChatTemplateError) {
        self.name = name
        self.specialTokens = specialTokens
        program = try Self.program(source, name: name)
        if let toolSource {
            toolProgram = try Self.program(toolSource, name: name)
        } else {
            toolProgram = nil
        }
    }

    private static func program(
        _ source: String, name: String
    ) throws(ChatTemplateError) -> TemplateProgram {
        guard source.utf8.count <= maximumSource else {
            throw .tooLarge(
                template: name, line: 1, reason: "is longer than \(maximumSource) bytes")
        }
        var lexer = TemplateLexer(source)
        let tokens: [TemplateToken]
        do {
            tokens = try lexer.readTokens()
        } catch {
            throw error.located(in: name, line: lexer.line)
        }
        var parser = TemplateParser(tokens)
        do {
            return try parser.parse()
        } catch {
            throw error.located(in: name, line: parser.line)
        }
    }

    /// Renders a conversation of plain messages.
    ///
    /// - Parameters:
    ///   - messages: the turns so far.
    ///   - addGenerationPrompt: whether to end with what opens the model's next turn.
    /// - Returns: the text, special tokens spelled out.
    /// - Throws: ``ChatTemplateError``.
    /// - Complexity: set by the template, and bounded.
    public func render(
        messages: [ChatMessage], addGenerationPrompt: Bool = false
    ) throws(ChatTemplateError) -> String {
        try render(messages: messages.map(\.value), addGenerationPrompt: addGenerationPrompt)
    }

    /// Renders a conversation.
    ///
    /// - Parameters:
    ///   - messages: the turns so far, objects with `role`, `content` and what else the template
    ///     reads.
    ///   - tools: descriptions of the tools the model may call, as the template expects them.
    ///   - addGenerationPrompt: whether to end with what opens the model's next turn.
    ///   - variables: further variables of the template; those named in these parameters win.
    ///   - date: what `strftime_now` shows; without it a template that asks for the date is
    ///     refused.
    /// - Returns: the text, special tokens spelled out.
    /// - Throws: ``ChatTemplateError``; a message of the template itself comes as
    ///   ``ChatTemplateError/raised(template:line:message:)``.
    /// - Complexity: set by the template, and bounded.
    public func render(
        messages: [ChatValue], tools: [ChatValue]? = nil, addGenerationPrompt: Bool = false,
        variables: [String: ChatValue] = [:], date: ChatDate? = nil
    ) throws(ChatTemplateError) -> String {
        var all: [String: ChatValue] = specialTokens.mapValues { .string($0) }
        all.merge(variables) { _, given in given }
        all["messages"] = .array(messages)
        all["tools"] = tools.map { .array($0) } ?? .null
        all["documents"] = variables["documents"] ?? .null
        all["add_generation_prompt"] = .bool(addGenerationPrompt)
        var limits = TemplateLimits()
        limits.work += messages.count * TemplateLimits.workForMessage
        return try render(all, isForTools: tools != nil, date: date, limits: limits)
    }

    func render(
        _ variables: [String: ChatValue], isForTools: Bool, date: ChatDate?,
        limits: TemplateLimits
    ) throws(ChatTemplateError) -> String {
        let program = isForTools ? toolProgram ?? program : program
        var values: [String: TemplateValue] = [:]
        do {
            for (name, value) in variables { values[name] = try TemplateValue(value) }
        } catch {
            throw error.located(in: name, line: 1)
        }
        var evaluator = TemplateEvaluator(program, variables: values, date: date, limits: limits)
        do {
            try evaluator.run()
        } catch {
            throw error.located(in: name, line: evaluator.line)
        }
        return String(decoding: evaluator.output, as: UTF8.self)
    }
}

extension TemplateValue {
    /// Copies a value from outside.
    init(_ value: ChatValue, level: Int = 0) throws(TemplateFault) {
        guard level < TemplateLimits.valueDepth else {
            throw .tooLarge("a value is nested deeper than \(TemplateLimits.valueDepth) levels")
        }
        switch value {
        case .null: self = .null
        case .bool(let flag): self = .bool(flag)
        case .int(let number): self = .int(number)
        case .double(let number): self = .double(number)
        case .string(let text): self = .string(TemplateText(text))
        case .array(let elements):
            var values: [TemplateValue] = []
            values.reserveCapacity(elements.count)
            for element in elements {
                values.append(try TemplateValue(element, level: level + 1))
            }
            self = .list(TemplateList(values))
        case .object(let members):
            var dictionary = TemplateDictionary()
            for member in members {
                dictionary.set(
                    TemplateText(member.key),
                    to: try TemplateValue(member.value, level: level + 1))
            }
            self = .dictionary(dictionary)
        }
    }
}
