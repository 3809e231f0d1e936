import ExplorerEngine
import TokenScope

/// The methods that the command line may ask for.
struct AttributionChoice {
    let method: any AttributionMethod

    /// The methods, one a line.
    static var help: String {
        NamedAttribution.all.map { method in
            let name = "  " + method.name
            let space = String(repeating: " ", count: max(1, 36 - name.count))
            return name + space + method.summary
        }.joined(separator: "\n")
    }

    init(_ options: ParsedOptions, checksFlags: Bool = true) throws(ToolError) {
        method = try Self.method(
            options["method"] ?? "fisher", options, checksFlags: checksFlags)
    }

    /// A method by its name, whatever `--method` says.
    init(named name: String, _ options: ParsedOptions) throws(ToolError) {
        method = try Self.method(name, options, checksFlags: true)
    }

    /// The methods of a list.
    static func list(
        _ names: String, _ options: ParsedOptions
    ) throws(ToolError) -> [any AttributionMethod] {
        let settings = try settings(options)
        if names == "all" { return NamedAttribution.all.map { $0.make(settings) } }
        var list: [any AttributionMethod] = []
        for name in names.split(separator: ",") {
            list.append(try method(String(name), options, checksFlags: false))
        }
        guard !list.isEmpty else { throw .usage("--compare takes methods, or all") }
        return list
    }

    private static func method(
        _ name: String, _ options: ParsedOptions, checksFlags: Bool
    ) throws(ToolError) -> any AttributionMethod {
        // The short name of the first release.
        let name = name == "leave-one-out" ? "leave-one-out-zero" : name
        if checksFlags {
            for (flag, names) in [
                ("rank", ["fisher"]), ("width", ["windowed-occlusion-zero"]),
                (
                    "samples",
                    ["smoothgrad", "smoothgrad-x-input", "gradient-shap", "kernel-shap", "lime"]
                ),
            ] where options.contains(flag) && !names.contains(name) {
                throw .usage("--\(flag) goes with --method \(names.joined(separator: " or "))")
            }
        }
        guard let named = NamedAttribution.all.first(where: { $0.name == name }) else {
            let known = NamedAttribution.all.map(\.name).joined(separator: ", ")
            throw .usage("a method is one of \(known), not \"\(name)\"")
        }
        return named.make(try settings(options))
    }

    /// More would be a slip of the finger.
    private static let mostDraws = 65_536

    private static func settings(_ options: ParsedOptions) throws(ToolError)
        -> NamedAttribution.Settings
    {
        var settings = NamedAttribution.Settings()
        if options["rank"] == "full" {
            settings.rank = .full
        } else if let rank = try options.number("rank", as: Int.self) {
            guard (1...mostDraws).contains(rank) else {
                throw .usage("--rank takes a number from 1 to \(mostDraws), or full")
            }
            settings.rank = .largest(rank)
        }
        settings.samples = try options.number("samples", as: Int.self)
        if let samples = settings.samples, !(2...mostDraws).contains(samples) {
            throw .usage("--samples takes a number from 2 to \(mostDraws)")
        }
        settings.seed = try options.number("seed", as: UInt64.self) ?? 0
        settings.width = try options.number("width", as: Int.self) ?? 3
        guard (1...mostDraws).contains(settings.width) else {
            throw .usage("--width takes a number from 1 to \(mostDraws)")
        }
        return settings
    }
}
