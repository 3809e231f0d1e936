import DatasetEngine
import TokenScope

extension Command {
    static let audit = Command(
        name: "audit",
        operands: "PATH",
        summary: "look for suspicious and insecure code, for continuous integration",
        discussion: """
            Measures every source file below PATH, or the file PATH, and lists findings: lines whose numbers
            look as they do where code was changed by mistake, insecure forms where the language has
            safe ones, with the model's mass on either, and strings that look random but that the model
            knows by heart, which reports show masked. Each has its evidence; the weights are those of
            the embedded model. Languages need a grammar (tokenscope grammar).

            With --against, two models with one vocabulary read the files instead, and what is listed are the
            tokens that they would write differently; then by category of syntax how far apart they are,
            and which part of the second model makes other things of the same input than that of the
            first. --model is A, --against B; tokenscope compare shows one text token by token.

            A baseline is a file of known findings, which stay known while lines around them move. With
            --baseline only new findings count; --write-baseline writes those of this run.

            Exit codes: 0 nothing that counts; 1 at least one new finding at the level of --fail-on or
            above; 2 wrong arguments, files or models, or not all files could be read, or the run was
            interrupted (reports then hold what there is).
            """,
        flags: [
            Flag(
                name: "fail-on", value: "LEVEL",
                help:
                    "note, warning (default) or error: the least level that makes the exit code 1; "
                    + "none for never"),
            Flag(name: "baseline", value: "FILE", help: "findings that are known"),
            Flag(
                name: "write-baseline", value: "FILE",
                help: "write the findings of this run as a baseline; the exit code is then 0"),
            Flag(name: "sarif", value: "FILE", help: "write a SARIF 2.1.0 log"),
            Flag(name: "html", value: "FILE", help: "write a page to read"),
            Flag(
                name: "rules", value: "NAMES",
                help: "only these rules, separated by commas; --rules list names them all"),
            Flag(
                name: "per-file", value: "N",
                help: "at most N suspicious lines of a file, the highest scores first (default 5)"),
            Flag(
                name: "branch", value: "N",
                help: "write N tokens with the safe form in place of each insecure one (default 0)"),
            Flag(
                name: "explain", value: "N",
                help:
                    "say of the N gravest findings which earlier tokens the model's first choice there "
                    + "rests on (default 0)"),
            Flag(
                name: "against", value: "MODEL",
                help: "look for where MODEL differs from the model of --model; no other rules apply"
            ),
            Flag(
                name: "weights-b", value: "FORMAT", help: "as --weights, of the model of --against"),
            Flag(
                name: "limit", value: "X",
                help:
                    "with --against, the Jensen-Shannon divergence in nats from which on a token is "
                    + "listed, at most 0.69 (default 0.25)"),
            Flag(
                name: "differential", value: "FILE",
                help: "with --against, write categories and parts as JSON"),
            Flag(
                name: "picture", value: "FILE",
                help: "with --against, write parts and categories as a picture (SVG)"),
            Flag(name: "quiet", value: nil, help: "no progress on standard error"),
            Flag(name: "help", value: nil, help: "this text"),
        ] + ParsedOptions.modelFlags,
        run: { (options) throws(ToolError) in
            do throws(ToolError) {
                var run = try AuditRun(options)
                try run.run()
            } catch .run(let message) {
                // 1 says that something was found.
                throw .input(message)
            }
        }
    )
}
