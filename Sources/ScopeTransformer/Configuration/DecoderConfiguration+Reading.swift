package import ScopeFiles

extension DecoderConfiguration {
    /// Reads the configuration of the model in `folder`, and no weight.
    package init(from folder: FileFolder) throws(ModelFailure) {
        (self, _) = try ModelFailure.wrappingFiles { () throws(FileError) in
            try DecoderConfiguration.read(
                try JSONDocument(try folder.contents(of: "config.json")), from: folder)
        }
    }

    /// Reads `config.json`, and the ends of text that `generation_config.json` adds.
    static func read(
        _ document: JSONDocument, from folder: FileFolder
    ) throws(FileError) -> (DecoderConfiguration, TensorNames) {
        let kind = try document.root.required("model_type")
        let modelType = try kind.string()
        guard let family = Family.all.first(where: { $0.modelType == modelType }) else {
            let known = Family.all.map(\.modelType).joined(separator: ", ")
            throw kind.unsupported("\(kind.brief) is none of the known families (\(known))")
        }
        var (configuration, names) = try read(document, family)
        var sources = [document.root]
        if folder.contains("generation_config.json") {
            sources.append(
                try JSONDocument(try folder.contents(of: "generation_config.json")).root)
        }
        try configuration.readSpecialTokens(sources)
        return (configuration, names)
    }

    /// Reads the metadata of GGUF files.
    static func read(
        _ document: JSONDocument, of model: GGUFModel
    ) throws(FileError) -> (DecoderConfiguration, TensorNames) {
        let metadata = model.metadata
        let name = try metadata.string(for: "general.architecture")
        guard let architecture = GGUFArchitecture.all.first(where: { $0.name == name }) else {
            let known = GGUFArchitecture.all.map(\.name).joined(separator: ", ")
            throw .unsupported(
                file: metadata.file, field: "general.architecture",
                reason: "\"\(name)\" is none of the known architectures (\(known))")
        }
        do {
            var (configuration, names) = try read(
                document, architecture.family, weights: .gguf(model))
            for key in ["eos_token_id", "eot_token_id"] {
                guard let value = metadata["tokenizer.ggml." + key] else { continue }
                let id = try value.int()
                if !configuration.eosTokenIDs.contains(id) { configuration.eosTokenIDs.append(id) }
            }
            configuration.bosTokenID = try metadata["tokenizer.ggml.bos_token_id"]?.int()
            return (configuration, names)
        } catch .malformed(let file, let field, _, let reason) {
            // A position in the translated metadata is none in the file.
            throw .malformed(file: file, field: GGUFNames.key(of: field, name), reason: reason)
        } catch .unsupported(let file, let field, let reason) {
            throw .unsupported(file: file, field: GGUFNames.key(of: field, name), reason: reason)
        }
    }

    /// Applies a family's row of the table.
    ///
    /// A field that could change the result and is not understood is refused by name: silence about
    /// it would be a wrong number later.
    static func read(
        _ document: JSONDocument, _ family: Family, weights: WeightTable? = nil
    ) throws(FileError) -> (DecoderConfiguration, TensorNames) {
        let root = document.root
        var draft = ConfigurationDraft(
            configuration: DecoderConfiguration(modelType: family.modelType),
            names: family.tensors, weights: weights)
        family.defaults(&draft)
        for field in family.fields {
            if let value = try family.value(of: field, in: root) {
                try field.apply(value, &draft)
            } else if field.presence == .required {
                _ = try root.required(field.name)
            }
        }
        try refuseUnknownFields(of: root, family: family)
        try family.combine(&draft, root)
        try draft.finish(root)
        try family.adjust(&draft, root)
        return (draft.configuration, draft.names)
    }

    private static func refuseUnknownFields(
        of root: JSONValue, family: Family
    ) throws(FileError) {
        let understood = Set(family.fields.map(\.name) + family.otherNames.keys)
        for (key, value) in try root.members() {
            let name = key.string
            if understood.contains(name) || FieldsWithoutEffect.names.contains(name) { continue }
            try FieldsWithoutEffect.checkNeutral(name, value, modelType: family.modelType)
        }
    }

    private mutating func readSpecialTokens(_ sources: [JSONValue]) throws(FileError) {
        for source in sources {
            for id in try Self.ids(source["eos_token_id"]) where !eosTokenIDs.contains(id) {
                eosTokenIDs.append(id)
            }
            if bosTokenID == nil {
                bosTokenID = try Self.ids(source["bos_token_id"]).first
            }
        }
    }

    /// One id, a list of ids, or none.
    private static func ids(_ value: JSONValue?) throws(FileError) -> [Int] {
        guard let value, !value.isNull else { return [] }
        var ids: [Int] = []
        if value.kind == .array {
            for element in try value.elements() { ids.append(try element.int()) }
        } else {
            ids.append(try value.int())
        }
        // Some files write -1 for "none".
        return ids.filter { $0 >= 0 }
    }
}

extension JSONValue {
    /// The error of a member that may be missing.
    func error(_ reason: String, field: String) -> FileError {
        if let member = self[field] { return member.error(reason) }
        switch error(reason) {
        case .malformed(let file, _, let position, let reason):
            return .malformed(file: file, field: field, position: position, reason: reason)
        case let other:
            return other
        }
    }
}
