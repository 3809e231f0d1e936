/// How a byte-pair encoding of a GGUF file cuts and normalises text: what `tokenizer.ggml.pre`
/// stands for.
///
/// The format holds the name alone. The patterns are those of the `tokenizer.json` of the families,
/// in the syntax that these are written in.
struct GGUFPreTokenizer: Sendable {
    /// Each splits what the one before has left; matches stay.
    let patterns: [String]
    /// Whether a word that is a token as it stands is taken at once.
    var ignoresMerges = false
    /// Whether text is put into Unicode's form C before it is cut.
    var composes = false
    /// Whether BOS goes before a text where the file does not say.
    var addsBOS = false
    /// Whether tokens are spelled in the byte alphabet; otherwise blanks become U+2581 and
    /// characters that no token spells become their bytes.
    var isByteLevel = true

    private static let contractions = "(?i:'s|'t|'re|'ve|'m|'ll|'d)"
    private static let digitByDigit = #"\p{N}"#
    private static let blanks = #"\s+(?!\S)|\s+"#
    private static let lineEnds = #"\s*[\r\n]+|\s+(?!\S)|\s+"#

    /// The pattern that GPT-4 introduced, with the digits that go together.
    private static func gpt4(
        contractions: String? = contractions, letters: String = #"\p{L}"#,
        digits: String = #"\p{N}{1,3}"#, marks: String = #" ?[^\s\p{L}\p{N}]+[\r\n]*"#,
        ends: String = lineEnds
    ) -> String {
        let parts = [contractions, #"[^\r\n\p{L}\p{N}]?\#(letters)+"#, digits, marks, ends]
        return parts.compactMap(\.self).joined(separator: "|")
    }

    /// The pattern that GPT-4o introduced: words end where upper case begins.
    private static func gpt4o(contractions: String, digits: String) -> String {
        let upper = #"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]"#
        let lower = #"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"#
        return cased(upper: upper, lower: lower, contractions: contractions, digits: digits)
            + #"| ?[^\s\p{L}\p{N}]+[\r\n/]*|"# + lineEnds
    }

    private static func cased(
        upper: String, lower: String, contractions: String, digits: String
    ) -> String {
        let before = #"[^\r\n\p{L}\p{N}]?"#
        return "\(before)\(upper)*\(lower)+\(contractions)|"
            + "\(before)\(upper)+\(lower)*\(contractions)|\(digits)"
    }

    /// The last step of DeepSeek-V3.
    private static func deepSeek(lineBreaks: String, ends: String) -> String {
        ##"[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+"##
            + #"| ?[\p{P}\p{S}]+\#(lineBreaks)|\#(ends)"#
    }

    private static let gpt2 = PreTokenizer.gpt2Pattern
    private static let threeDigits = #"\p{N}{1,3}"#
    private static let oneLine = #"[^\n]+|[\n]+"#

    /// What a name stands for.
    ///
    /// - Parameter name: a value of `tokenizer.ggml.pre` that llama.cpp knows.
    /// - Returns: the steps; nil for a name that is not known, or whose steps cannot be done here.
    static func named(_ name: String) -> Self? {
        switch name {
        case "default":
            Self(patterns: [#"[\p{P}\$\+<=>\^~\|]+"#, gpt2, #"\p{N}+"#, "[0-9][0-9][0-9]"])
        case "gpt-2", "phi-2", "jina-es", "jina-de", "gigachat", "jina-v2-es", "jina-v2-de",
            "a.x-4.0", "mellum", "modern-bert", "exaone4", "jais", "trillion", "granite-docling":
            Self(patterns: [gpt2])
        case "mpt", "olmo":
            Self(patterns: [gpt2], composes: true)
        case "starcoder", "refact", "smollm", "codeshell", "exaone", "minerva-7b", "mellum2":
            Self(patterns: [digitByDigit, gpt2])
        case "command-r":
            Self(patterns: [digitByDigit, gpt2], composes: true)
        case "falcon":
            Self(patterns: [#"[\p{P}\$\+<=>\^~\|`]+"#, gpt2, "[0-9][0-9][0-9]"])
        case "bloom", "poro-chat", "gpt3-finnish":
            Self(patterns: [bloom])
        case "viking":
            Self(patterns: [bloom, digitByDigit])
        case "llama3", "llama-v3", "llama-bpe", "falcon3", "falcon-h1", "pixtral", "midm-2.0",
            "lfm2", "jina-v5-nano":
            Self(patterns: [gpt4()], ignoresMerges: true, addsBOS: true)
        case "dbrx", "smaug-bpe", "chatglm-bpe":
            Self(patterns: [gpt4()])
        case "glm4", "glm5":
            Self(patterns: [gpt4()], ignoresMerges: true)
        case "minicpm5":
            Self(patterns: [threeDigits, gpt4(digits: #"\p{N}+"#)], ignoresMerges: true)
        case "qwen2", "stablelm2", "hunyuan", "f2llmv2":
            Self(patterns: [gpt4(digits: digitByDigit)], composes: true)
        case "deepseek-r1-qwen", "kormo", "megrez", "solar-open", "grok-2":
            Self(patterns: [gpt4(digits: digitByDigit)])
        case "qwen35":
            Self(
                patterns: [
                    gpt4(
                        letters: #"[\p{L}\p{M}]"#, digits: digitByDigit,
                        marks: #" ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*"#)
                ], composes: true)
        default: further(name)
        }
    }

    private static func further(_ name: String) -> Self? {
        switch name {
        case "ufakzeka":
            Self(patterns: [gpt4(contractions: nil, digits: digitByDigit)])
        case "laguna":
            Self(patterns: [oneLine, gpt4(digits: digitByDigit)])
        case "seed-coder":
            Self(patterns: [gpt4(digits: digitByDigit, marks: #" ?[^\s\p{L}\p{N}\r\n]+"#)])
        case "bailingmoe", "bailingmoe2", "llada-moe":
            Self(patterns: [
                gpt4(
                    contractions: "'(?i:[sdmt]|ll|ve|re)", digits: digitByDigit,
                    ends: #"\s*[\r\n]|"# + blanks)
            ])
        case "exaone-moe":
            Self(patterns: [
                gpt4(
                    letters: #"(?:\p{L}\p{M}*(?: \p{L}\p{M}*)*)"#, digits: digitByDigit,
                    marks: #" ?[^\s\p{L}\p{N}]+[\r\n/]?"#, ends: #"\s*[\r\n]|"# + blanks)
            ])
        case "jais-2":
            Self(patterns: [
                gpt4(ends: #"\s*[\r\n]+"#)
                    + [512, 256, 128, 64, 32, 16, 8, 4].map { #"|\s{\#($0)}(?!\S)"# }.joined()
                    + #"|\s{1,2}(?!\S)|\s{1}"#
            ])
        case "gpt-4o", "llama4", "kanana2", "talkie", "minimax-m2":
            Self(patterns: [gpt4o(contractions: contractions + "?", digits: threeDigits)])
        case "granite-embed-multi-97m":
            Self(
                patterns: [gpt4o(contractions: contractions + "?", digits: threeDigits)],
                ignoresMerges: true)
        case "tekken":
            Self(
                patterns: [gpt4o(contractions: "", digits: digitByDigit)], ignoresMerges: true,
                addsBOS: true)
        case "youtu":
            Self(
                patterns: [
                    youtu,
                    gpt4o(contractions: contractions + "?", digits: digitByDigit),
                ], ignoresMerges: true)
        case "kimi-k2":
            // As GPT-4o, but Chinese characters stand by themselves.
            Self(patterns: [
                "[\(han)]+|"
                    + cased(
                        upper: #"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}&&[^\#(han)]]"#,
                        lower: #"[\p{Ll}\p{Lm}\p{Lo}\p{M}&&[^\#(han)]]"#,
                        contractions: contractions + "?", digits: threeDigits)
                    + #"| ?[^\s\p{L}\p{N}]+[\r\n]*|"# + lineEnds
            ])
        case "deepseek-coder":
            Self(patterns: [
                #"[\r\n]"#, #"\s?\p{L}+"#, #"\s?\p{P}+"#, deepSeekScripts, digitByDigit,
            ])
        case "deepseek-llm":
            Self(patterns: [
                #"[\r\n]"#, #"\s?["# + deepSeekLetters + "]+", deepSeekMarks, #"\s+$"#,
                deepSeekScripts, digitByDigit,
            ])
        case "deepseek-v3", "hunyuan-dense", "joyai-llm", "hy_v4":
            Self(patterns: [threeDigits, cjk, deepSeek(lineBreaks: #"[\r\n]*"#, ends: lineEnds)])
        case "spark2_5":
            Self(patterns: [
                threeDigits, cjk, deepSeek(lineBreaks: "", ends: #"[\r\n]|"# + blanks),
                digitByDigit,
            ])
        case "chameleon":
            Self(
                patterns: [
                    "<sentinel:[0-9]+>", "IMGIMG[A-I]{1,4}Z", #"[\t\n]|    |  "#, digitByDigit,
                    #"[\p{P}!-/:-@\[-`{-~]"#, gpt2,
                ], addsBOS: true)
        case "gemma4", "granite-embed-multi-311m":
            Self(patterns: [], addsBOS: true, isByteLevel: false)
        case "sarvam-moe":
            Self(patterns: [], isByteLevel: false)
        default: nil
        }
    }
}
