extension CodeLanguage {
    /// The languages that are known by name; a grammar of any other works by its own name.
    public static let all: [CodeLanguage] = [
        CodeLanguage(
            name: "python", extensions: ["py", "pyi", "pyw"],
            fileNames: ["SConstruct", "SConscript", "wscript"],
            aliases: ["py", "py3", "python3", "sage"],
            interpreters: ["python", "python2", "python3", "pypy", "pypy3"]),
        CodeLanguage(
            name: "javascript", extensions: ["js", "mjs", "cjs", "jsx"],
            aliases: ["js", "node", "ecmascript"], interpreters: ["node", "nodejs"]),
        CodeLanguage(
            name: "typescript", extensions: ["ts", "mts", "cts"], aliases: ["ts"],
            interpreters: ["deno", "ts-node", "tsx"]),
        CodeLanguage(
            name: "tsx", extensions: ["tsx"], aliases: ["typescriptreact", "typescript-react"]),
        CodeLanguage(name: "java", extensions: ["java"], aliases: ["jsh"]),
        CodeLanguage(name: "c", extensions: ["c", "h"], aliases: ["ansi-c"]),
        CodeLanguage(
            name: "cpp",
            extensions: [
                "cpp", "cc", "cxx", "hpp", "hh", "hxx", "C", "H", "ipp", "inl", "tpp", "cu",
            ],
            aliases: ["c++", "cplusplus", "cuda"]),
        CodeLanguage(name: "go", extensions: ["go"], aliases: ["golang"]),
        CodeLanguage(
            name: "rust", extensions: ["rs"], aliases: ["rs"], interpreters: ["rust-script"]),
        CodeLanguage(name: "swift", extensions: ["swift", "swiftinterface"]),
        CodeLanguage(
            name: "bash", extensions: ["sh", "bash", "ksh", "zsh"],
            fileNames: [".bashrc", ".profile", ".bash_profile", "PKGBUILD"],
            aliases: ["shell", "shellscript", "console", "zsh"],
            interpreters: ["sh", "bash", "dash", "ash", "ksh", "zsh"]),
        CodeLanguage(
            name: "c_sharp", extensions: ["cs", "csx"], aliases: ["csharp", "c#"],
            interpreters: ["dotnet-script"]),
        CodeLanguage(name: "commonlisp", extensions: ["lisp", "cl", "lsp"], aliases: ["lisp"]),
        CodeLanguage(name: "css", extensions: ["css"]),
        CodeLanguage(
            name: "dockerfile", extensions: ["dockerfile"],
            fileNames: ["Dockerfile", "Containerfile"], aliases: ["docker"]),
        CodeLanguage(name: "dot", extensions: ["dot", "gv"], aliases: ["graphviz"]),
        CodeLanguage(name: "elisp", extensions: ["el"], aliases: ["emacs-lisp"]),
        CodeLanguage(name: "elixir", extensions: ["ex", "exs"], interpreters: ["elixir"]),
        CodeLanguage(name: "elm", extensions: ["elm"]),
        CodeLanguage(
            name: "embedded_template", extensions: ["erb", "ejs"], aliases: ["erb", "ejs"]),
        CodeLanguage(
            name: "erlang", extensions: ["erl", "hrl"], fileNames: ["rebar.config"],
            interpreters: ["escript"]),
        CodeLanguage(
            name: "fixed_form_fortran", extensions: ["f", "for", "f77"], aliases: ["fortran77"]),
        CodeLanguage(
            name: "fortran", extensions: ["f90", "f95", "f03", "f08"], aliases: ["fortran90"]),
        CodeLanguage(
            name: "gomod", fileNames: ["go.mod"], aliases: ["go.mod", "go-mod"]),
        CodeLanguage(name: "hack", extensions: ["hack", "hhi"]),
        CodeLanguage(
            name: "haskell", extensions: ["hs"], aliases: ["hs"],
            interpreters: ["runhaskell", "runghc"]),
        CodeLanguage(name: "hcl", extensions: ["hcl", "tf", "tfvars"], aliases: ["terraform"]),
        CodeLanguage(name: "html", extensions: ["html", "htm", "xhtml"]),
        CodeLanguage(name: "jsdoc"),
        CodeLanguage(
            name: "json", extensions: ["json", "jsonl", "ndjson", "webmanifest"],
            aliases: ["jsonc", "json5"]),
        CodeLanguage(
            name: "julia", extensions: ["jl"], aliases: ["jl"], interpreters: ["julia"]),
        CodeLanguage(name: "kotlin", extensions: ["kt", "kts"], aliases: ["kt"]),
        CodeLanguage(
            name: "lua", extensions: ["lua", "rockspec"], interpreters: ["lua", "luajit"]),
        CodeLanguage(
            name: "make", extensions: ["mk", "mak"],
            fileNames: ["Makefile", "makefile", "GNUmakefile"], aliases: ["makefile"],
            interpreters: ["make"]),
        CodeLanguage(name: "markdown", extensions: ["md", "markdown"], aliases: ["md"]),
        CodeLanguage(name: "objc", extensions: ["m"], aliases: ["objective-c", "objectivec"]),
        CodeLanguage(name: "ocaml", extensions: ["ml"], interpreters: ["ocaml"]),
        CodeLanguage(name: "ocaml_interface", extensions: ["mli"]),
        CodeLanguage(
            name: "perl", extensions: ["pl", "pm"], aliases: ["pl"], interpreters: ["perl"]),
        CodeLanguage(name: "php", extensions: ["php", "phtml"], interpreters: ["php"]),
        CodeLanguage(name: "ql", extensions: ["ql", "qll"], aliases: ["codeql"]),
        CodeLanguage(
            name: "r", extensions: ["r", "R"], fileNames: [".Rprofile"],
            interpreters: ["Rscript"]),
        CodeLanguage(name: "regex", aliases: ["regexp"]),
        CodeLanguage(name: "rst", extensions: ["rst"], aliases: ["restructuredtext"]),
        CodeLanguage(
            name: "ruby", extensions: ["rb", "rake", "gemspec"],
            fileNames: ["Rakefile", "Gemfile"], aliases: ["rb"],
            interpreters: ["ruby", "jruby"]),
        CodeLanguage(name: "scala", extensions: ["scala", "sc"], interpreters: ["scala"]),
        CodeLanguage(name: "sql", extensions: ["sql"], aliases: ["postgresql", "mysql"]),
        CodeLanguage(name: "sqlite", aliases: ["sqlite3"]),
        CodeLanguage(name: "toml", extensions: ["toml"], fileNames: ["Cargo.lock"]),
        CodeLanguage(name: "tsq", extensions: ["scm"]),
        CodeLanguage(name: "yaml", extensions: ["yaml", "yml"], aliases: ["yml"]),
        CodeLanguage(name: "zig", extensions: ["zig"]),
    ]
}
