import TokenScope

extension NamedAttribution {
    /// The names of the settings that the method takes.
    var settingNames: [String] {
        switch name {
        case "fisher": ["rank"]
        case "windowed-occlusion-zero": ["width"]
        case "smoothgrad", "smoothgrad-x-input", "gradient-shap", "kernel-shap", "lime":
            ["samples", "seed"]
        case "random": ["seed"]
        default: []
        }
    }

    /// Writes what the method is.
    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("name", name)
            writer.member("summary", summary)
            writer.key("settings")
            writer.array { writer in
                for name in settingNames { writer.write(name) }
            }
        }
    }

    /// The method that a request names, with its settings.
    static func method(_ request: Fields) throws(ActionError) -> any AttributionMethod {
        let name = try request.required("method")
        guard let named = all.first(where: { $0.name == name }) else {
            throw .notFound("method \(name)", field: "method")
        }
        var settings = Settings()
        if let given = try request.object("settings") {
            if let rank = try given.int("rank", in: 1...4096) { settings.rank = .largest(rank) }
            settings.samples = try given.int("samples", in: 2...65_536)
            settings.seed = try given.seed("seed") ?? 0
            settings.width = try given.int("width", in: 1...4096) ?? settings.width
        }
        return named.make(settings)
    }
}
