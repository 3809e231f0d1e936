import ScopeFiles
import ScopeTensor
import ScopeTransformer
import TestFixtures
import Testing

/// No field of a configuration is silently ignored: with another value loading refuses by name, or
/// the logits are others, or the field is documented to decide nothing there.
@Suite struct SensitivityTests {
    @Test(arguments: GoldenModel.all)
    func everyFieldCounts(_ fixture: GoldenModel) throws {
        let model = try ChangedModel(fixture)
        try check(model, ConfigurationChange.all(of: model.tree))
        guard fixture.fixture.contains("config.alt.json") else { return }
        let other = try ChangedModel(fixture, "config.alt.json")
        // What both styles say alike has been changed above.
        let changes = ConfigurationChange.all(of: other.tree).filter { changes in
            guard case .key(let key)? = changes.first?.path.first else { return true }
            return other.tree[key] != model.tree[key]
        }
        try check(other, changes)
    }

    private enum Outcome: Equatable {
        case documented
        case otherLogits
        case refused(byItsName: Bool)
        /// The same logits, and nothing says that it may be so.
        case silent
    }

    private func check(_ model: ChangedModel, _ fields: [[ConfigurationChange]]) throws {
        let original = try model.load(model.tree)
        let logits = try model.logits(original)
        var counts = (changes: 0, named: 0, refused: 0, seen: 0, documented: 0)
        for changes in fields {
            let outcomes = try changes.map { change in
                try outcome(of: change, model, original.configuration, logits)
            }
            // Another value may mean the same, where a further one is seen.
            let isSeen = outcomes.contains { $0 != .documented && $0 != .silent }
            for (change, outcome) in zip(changes, outcomes) {
                counts.changes += 1
                switch outcome {
                case .documented: counts.documented += 1
                case .otherLogits: counts.seen += 1
                case .refused(let byItsName):
                    counts.refused += 1
                    counts.named += byItsName ? 1 : 0
                case .silent:
                    #expect(
                        isSeen && change.mayMeanTheSame(in: model),
                        "\(model.name): \(change.label) is ignored")
                }
            }
        }
        print(
            "sensitivity \(model.name): \(fields.count) fields, \(counts.changes) changes, "
                + "\(counts.refused) refused (\(counts.named) by the field's own name), "
                + "\(counts.seen) with other logits, \(counts.documented) documented")
    }

    private func outcome(
        of change: ConfigurationChange, _ model: ChangedModel,
        _ original: DecoderConfiguration, _ logits: [[[Float]]]
    ) throws -> Outcome {
        let changed: DecoderConfiguration
        let isDocumented: Bool
        do {
            changed = try model.configuration(change.tree)
            isDocumented = try isWithoutEffect(change, model, original, changed)
            // The decoder block reads nothing else.
            if isDocumented, changed == original { return .documented }
            if try model.gives(model.load(change.tree), logits) {
                return isDocumented ? .documented : .silent
            }
        } catch ModelFailure.contextExceeded {
            return .otherLogits
        } catch let failure as ModelFailure {
            return .refused(byItsName: try checkName(failure, change, model))
        }
        let mayBeSeen = model.use(of: change.path)?.effect == .length
        #expect(
            !isDocumented || mayBeSeen, "\(model.name): \(change.label) has an effect after all")
        return .otherLogits
    }

    private func isWithoutEffect(
        _ change: ConfigurationChange, _ model: ChangedModel,
        _ original: DecoderConfiguration, _ changed: DecoderConfiguration
    ) throws -> Bool {
        guard let use = model.use(of: change.path) else {
            return model.isWithoutEffect(change.path)
        }
        // Only the longest text is another one.
        if use.effect == .length, original.contextLength != changed.contextLength { return true }
        return try !use.isRead(in: root(model.tree), by: original)
            && !use.isRead(in: root(change.tree), by: changed)
    }

    private func root(_ tree: JSONTree) throws -> JSONValue {
        try JSONDocument(bytes: Array(tree.text.utf8), file: "config.json").root
    }

    /// An error names a field of the configuration or a tensor that no longer fits.
    private func checkName(
        _ failure: ModelFailure, _ change: ConfigurationChange, _ model: ChangedModel
    ) throws -> Bool {
        guard case .file(let error) = failure, let field = error.field else {
            Issue.record("\(model.name): \(change.label): \(failure)")
            return false
        }
        guard error.file == "config.json" else {
            #expect(error.file.hasPrefix("model") || error.file == model.folderName)
            return false
        }
        let name = field.prefix { $0 != "." && $0 != "[" }
        #expect(
            model.knownFields.contains(String(name)), "\(model.name): \(change.label): \(failure)")
        return change.path.contains { $0 == .key(String(name)) }
    }

    @Test(arguments: GoldenModel.all)
    func unknownFieldsAreRefusedByName(_ fixture: GoldenModel) throws {
        let model = try ChangedModel(fixture)
        for holder in [[]] + model.objects {
            let tree = model.tree.replacing(holder + [.key("mystery_scale")], with: .number("2"))
            #expect {
                try model.configuration(tree)
            } throws: { error in
                guard case ModelFailure.file(.unsupported(let file, let field?, _)) = error
                else { return false }
                return file == "config.json" && field.hasSuffix("mystery_scale")
            }
        }
    }
}
