import ScopeFiles
public import ScopeTrace

/// Writes where two models part over a corpus as one JSON object.
///
/// Its members are `format` and `format_version`, `a` and `b` with `name`, `family`, `fingerprint`, `parameters`
/// and `weights`, `files`, `whole` and `categories` (the ones that differ most first), `parts` in the models'
/// order, `most_changed_part`, and `parts_fault` where parts could not be compared. A category has `name`, `tokens`
/// and the measures `kl`, `js`, `disagreement`, `surprisal_change` and `part_differences`, each with `value`,
/// `lower` and `upper` (null where there is no interval). A part has `part`, `difference`, and, of a block,
/// `attention` and `feed_forward`. What there is not is null.
///
/// Infinite numbers are the strings "Infinity" and "-Infinity". The same difference gives the same bytes.
public struct DifferentialWriter: Sendable {
    /// What the member `format` says.
    public static let format = "tokenscope.differential"

    /// The format's version, in the member `format_version`.
    public static let formatVersion = 1

    /// Makes a writer.
    public init() {}

    /// The object.
    ///
    /// - Parameter differential: The difference.
    /// - Returns: JSON in UTF-8, ended by a line break.
    /// - Complexity: O(categories × parts).
    public func document(of differential: ModelDifferential) -> String {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("format", Self.format)
            writer.member("format_version", Self.formatVersion)
            writer.key("a")
            writer.write(differential.a)
            writer.key("b")
            writer.write(differential.b)
            writer.member("files", differential.fileCount)
            writer.key("whole")
            if let whole = differential.whole { writer.write(whole) } else { writer.writeNull() }
            writer.key("categories")
            writer.array { writer in
                for category in differential.categories { writer.write(category) }
            }
            writer.key("parts")
            if let parts = differential.parts { writer.write(parts) } else { writer.writeNull() }
            writer.key("most_changed_part")
            if let part = differential.mostChangedPart {
                writer.write(part.description)
            } else {
                writer.writeNull()
            }
            if let fault = differential.partsFault { writer.member("parts_fault", fault) }
        }
        return String(decoding: writer.finish(), as: UTF8.self) + "\n"
    }
}

extension JSONWriter {
    /// Writes what each part of two models makes of the same input.
    mutating func write(_ parts: [PartDifference]) {
        array { writer in
            for part in parts {
                writer.object { writer in
                    writer.member("part", part.part.description)
                    writer.member("difference", part.difference)
                    if let value = part.attention { writer.member("attention", value) }
                    if let value = part.feedForward { writer.member("feed_forward", value) }
                }
            }
        }
    }

    fileprivate mutating func write(_ category: ModelDifferential.Category) {
        object { writer in
            writer.member("name", category.name)
            writer.member("tokens", category.tokenCount)
            for (name, estimate) in [
                ("kl", category.divergence), ("js", category.jensenShannon),
                ("disagreement", category.disagreement),
                ("surprisal_change", category.surprisalChange),
            ] {
                writer.key(name)
                writer.write(estimate)
            }
            writer.key("part_differences")
            guard let parts = category.partDifferences else { return writer.writeNull() }
            writer.array { writer in for part in parts { writer.write(part) } }
        }
    }

    private mutating func write(_ estimate: BootstrapEstimate) {
        object { writer in
            writer.member("value", estimate.value)
            writer.member(orNull: "lower", estimate.interval?.lower)
            writer.member(orNull: "upper", estimate.interval?.upper)
        }
    }
}
