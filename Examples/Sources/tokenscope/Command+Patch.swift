import ScopeAttribution
import TokenScope

extension Command {
    static let patch = Command(
        name: "patch",
        operands: "CLEAN CORRUPTED",
        summary: "put parts of one prompt's run into another's, and see what they carry",
        discussion: """
            Runs two prompts of equally many tokens and measures the prediction after them. Then, part by
            part, one run is made again with the part's state taken from the other (activation
            patching), or with the way from a head to a receiver alone (--to: path patching). Effects are
            normalised: 0 is the corrupted prompt's value, 1 the clean one's.
            """,
        flags: [
            Flag(
                name: "id", value: "TEXT",
                help: "the measured token, as the tokenizer spells it (default: what the model "
                    + "holds most probable after CLEAN)"),
            Flag(
                name: "against", value: "TEXT",
                help: "measure the logit of the token less that of this one (default: the "
                    + "logarithm of the token's probability)"),
            Flag(
                name: "over", value: "PARTS",
                help: "residual (default), attention, feed-forward: at each layer and token; "
                    + "heads: at each layer, all tokens together"),
            Flag(
                name: "to", value: "RECEIVER",
                help: "path patching from each head to logits, or to the queries, keys or values "
                    + "of heads, as in values:3.0,3.1 (layer.head)"),
            Flag(
                name: "direct", value: nil,
                help: "with --to: hold feed-forward parts as well, so that only the residual "
                    + "stream carries the change"),
            Flag(
                name: "noising", value: nil,
                help: "put corrupted states into the clean run (default: clean ones into the "
                    + "corrupted run; with --to this is the default)"),
            Flag(
                name: "denoising", value: nil,
                help: "with --to: put clean states into the corrupted run"),
            Flag(
                name: "layers", value: "LAYERS",
                help: "layers from 0 (\"0,2-4\"), \"last\" or \"all\" (default)"),
            Flag(
                name: "tokens", value: "A-B",
                help: "the tokens whose states are patched, A and B among them (default all)"),
            Flag(
                name: "format", value: "FORMAT",
                help: "table: effects (default); json; svg: a picture"),
        ] + ParsedOptions.modelFlags
            + commonFlags.filter { ["bos", "quiet", "help"].contains($0.name) },
        run: { (options) throws(ToolError) in
            let run = try PatchingRun(options)
            let matrix: PatchingMatrix
            do throws(AttributionFailure) {
                matrix = try run.matrix()
            } catch {
                run.progress.clear()
                throw ToolError(error)
            }
            run.progress.clear()
            try run.write(matrix)
        }
    )
}
