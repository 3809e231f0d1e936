import ScopeFiles
import Testing

@testable import ScopeTokenizers

/// Finding a folder's template, its tokens and its errors.
@Suite struct ChatTemplateTests {
    private func folder(_ files: [String: String]) -> FileFolder {
        FileFolder(
            name: "model",
            files: files.map { FileContents(copying: Array($0.value.utf8), name: $0.key) })
    }

    private let messages = [
        ChatMessage(role: "user", content: "Hi"), ChatMessage(role: "assistant", content: "Yo"),
    ]

    @Test func rendersPlainMessages() throws {
        let template = try ChatTemplate(
            source: "{{ bos_token }}{% for m in messages %}[{{ m.role }}] {{ m.content }}\n"
                + "{% endfor %}{% if add_generation_prompt %}[assistant]{% endif %}",
            specialTokens: ["bos_token": "<s>"])
        #expect(try template.render(messages: messages) == "<s>[user] Hi\n[assistant] Yo\n")
        #expect(
            try template.render(messages: messages, addGenerationPrompt: true)
                == "<s>[user] Hi\n[assistant] Yo\n[assistant]")
    }

    @Test func givesVariablesAndTheirDefaults() throws {
        let template = try ChatTemplate(
            source: "{{ tools }} {{ documents }} {{ x }} {{ eos_token is defined }} "
                + "{{ messages | length }} {{ add_generation_prompt }}")
        #expect(try template.render(messages: messages) == "None None  False 2 False")
        let text = try template.render(
            messages: messages.map(\.value), tools: [["name": "f"]], addGenerationPrompt: true,
            variables: ["x": [1, .double(2.5), .null], "messages": "mine", "documents": []])
        #expect(text == "[{'name': 'f'}] [] [1, 2.5, None] False 2 True")
    }

    @Test func foldersWithoutTemplate() throws {
        #expect(try ChatTemplate.from(folder([:])) == nil)
        #expect(try ChatTemplate.from(folder(["tokenizer_config.json": "{}"])) == nil)
        let null = folder(["tokenizer_config.json": #"{"chat_template": null}"#])
        #expect(try ChatTemplate.from(null) == nil)
    }

    @Test func templateFileWinsOverConfiguration() throws {
        let both = folder([
            "tokenizer_config.json": #"{"chat_template": "config", "eos_token": "</s>"}"#,
            "chat_template.jinja": "file {{ eos_token }}\n",
        ])
        let template = try #require(try ChatTemplate.from(both))
        #expect(template.name == "chat_template.jinja")
        #expect(try template.render(messages: messages) == "file </s>")
    }

    @Test func listsHoldTemplatesByName() throws {
        let list = #"""
            {"chat_template": [{"name": "rag", "template": "{% unknown %}"},
             {"name": "default", "template": "plain"}, {"name": "tool_use", "template": "tools"}]}
            """#
        let template = try #require(
            try ChatTemplate.from(folder(["tokenizer_config.json": list])))
        #expect(try template.render(messages: messages) == "plain")
        #expect(try template.render(messages: messages.map(\.value), tools: []) == "tools")
        let nameless = #"{"chat_template": [{"name": "rag", "template": "x"}]}"#
        let error = #expect(throws: ChatTemplateError.self) {
            try ChatTemplate.from(folder(["tokenizer_config.json": nameless]))
        }
        #expect(error?.description.contains("chat_template: lists no template named") == true)
    }

    @Test func tokensAreTextsOrObjects() throws {
        let configuration = #"""
            {"chat_template": "{{ bos_token }}|{{ eos_token }}|{{ pad_token }}|{{ unk_token }}",
             "bos_token": {"content": "<s>", "lstrip": false}, "eos_token": "</s>",
             "pad_token": null}
            """#
        let map = #"{"eos_token": "other", "pad_token": "<pad>", "unk_token": {"content": "?"}}"#
        let old = folder(["tokenizer_config.json": configuration, "special_tokens_map.json": map])
        let template = try #require(try ChatTemplate.from(old))
        #expect(try template.render(messages: messages) == "<s>|</s>||?")
        #expect(
            template.specialTokens == ["bos_token": "<s>", "eos_token": "</s>", "unk_token": "?"])
    }

    @Test(arguments: [
        "[]", #"{"chat_template": 5}"#, #"{"chat_template": "x", "bos_token": 5}"#,
        #"{"chat_template": [{"name": "default"}]}"#, "{",
        #"{"chat_template": "x", "eos_token": {"id": 1}}"#,
    ])
    func brokenConfigurationsNameTheirFile(_ text: String) throws {
        let error = #expect(throws: ChatTemplateError.self) {
            try ChatTemplate.from(folder(["tokenizer_config.json": text]))
        }
        guard case .file(let fault) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(fault.file == "tokenizer_config.json")
    }

    @Test func templateFilesMustBeText() throws {
        let broken = FileFolder(
            name: "model",
            files: [FileContents(copying: [0x61, 0xFF], name: "chat_template.jinja")])
        #expect(throws: ChatTemplateError.self) { try ChatTemplate.from(broken) }
    }

    @Test(arguments: [
        ("a\n{{ 1 +\n }}", 3, "unexpected }}"),
        ("{{ 'a }}", 1, "a string has no end"),
        ("x\n{% if a %}\n\n", 3, "the template ends where 'elif' or 'else' or 'endif' is missing"),
        ("{% endfor %}", 1, "unexpected 'endfor'"),
        ("\n\n{# a", 3, "the comment has no end"),
        ("{% break %}", 1, "'break' outside a loop"),
        ("{{ (1] }}", 1, "unexpected ']'"),
    ])
    func malformedTemplatesNameTheirLine(_ source: String, _ line: Int, _ reason: String) {
        #expect(
            throws: ChatTemplateError.malformed(template: "t", line: line, reason: reason)
        ) { try ChatTemplate(source: source, name: "t") }
    }

    @Test func failuresNameTheirLine() throws {
        let template = try ChatTemplate(
            source: "{% macro m(x) %}\n{{ x.y.z }}\n{% endmacro %}\n\n{{ m({}) }}", name: "t")
        #expect(
            throws: ChatTemplateError.failed(
                template: "t", line: 2, reason: "'dict object' has no attribute 'y'")
        ) { try template.render(messages: messages) }
        let raising = try ChatTemplate(source: "\n{{ raise_exception('no ' ~ 1) }}", name: "t")
        let error = ChatTemplateError.raised(template: "t", line: 2, message: "no 1")
        #expect(throws: error) { try raising.render(messages: messages) }
        #expect(error.description == "t: line 2: the template refuses the conversation: no 1")
    }
}
