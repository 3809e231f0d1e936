import ScopeCode
import Testing

/// The names that files, fences and first lines give to languages.
@Suite struct CodeLanguageTests {
    @Test(
        "A fence's word names a language",
        arguments: [
            ("python", "python"), ("Py", "python"), ("{.python .numberLines}", "python"),
            ("python3", "python"), ("c++", "cpp"), ("C#", "c_sharp"), ("golang", "go"),
            ("rs", "rust"), ("ts", "typescript"), ("tsx", "tsx"), ("jsx", "javascript"),
            ("shell", "bash"), ("python,ignore", "python"), ("python {title=x}", "python"),
        ])
    func fence(word: String, language: String) {
        #expect(CodeLanguage.named(word)?.name == language)
    }

    @Test(
        "A word that names none gives none", arguments: ["", "text", "output", "{}", "....", "🐍"])
    func noLanguage(word: String) {
        #expect(CodeLanguage.named(word) == nil)
    }

    @Test(
        "A file's name tells its language",
        arguments: [
            ("a.py", "python"), ("/x/y/Makefile", "make"), ("a.b.ts", "typescript"),
            ("A.PY", "python"), ("a.c", "c"), ("a.C", "cpp"), ("a.h", "c"),
            ("Dockerfile", "docker"),
            (".bashrc", "bash"), ("a.tar.rs", "rust"),
        ])
    func file(path: String, language: String) {
        #expect(CodeLanguage.ofFile(path)?.name.hasPrefix(language) == true)
    }

    @Test(
        "A first line tells it where the name does not",
        arguments: [
            ("#!/usr/bin/env python3\n", "python"), ("#!/bin/sh", "bash"),
            ("#!/usr/bin/env -S node --flag\r\n", "javascript"),
            ("#! /usr/local/bin/python3.11 -u\n", "python"),
            ("#!/usr/bin/env LANG=C ruby\n", "ruby"), ("#!/usr/bin/swift\n", "swift"),
        ])
    func shebang(line: String, language: String) {
        #expect(CodeLanguage.ofFile("script", contents: Array(line.utf8))?.name == language)
    }

    @Test(
        "No first line, no language",
        arguments: ["", "#", "#!", "#!\n", "#!/bin/unknown", "# !/bin/sh"])
    func noShebang(line: String) {
        #expect(CodeLanguage.ofFile("script", contents: Array(line.utf8)) == nil)
    }

    @Test("No two languages claim the same name, extension or file")
    func table() {
        var names: [String: String] = [:]
        for language in CodeLanguage.all {
            let claims =
                [language.name] + language.aliases.filter { $0 != language.name }
            for claim in Set(claims) {
                #expect(names.updateValue(language.name, forKey: claim) == nil, "\(claim)")
            }
        }
        for list in [CodeLanguage.all.flatMap(\.extensions), CodeLanguage.all.flatMap(\.fileNames)]
        {
            #expect(Set(list).count == list.count)
        }
    }
}
