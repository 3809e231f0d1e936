/// Files that were passed over, by reason, so that a hundred files of one kind are one line.
struct SkippedFiles {
    private var reasons: [String] = []
    private var paths: [String: [String]] = [:]

    private(set) var count = 0

    mutating func add(_ path: String, _ reason: String) {
        if paths[reason] == nil { reasons.append(reason) }
        paths[reason, default: []].append(path)
        count += 1
    }

    /// Each reason with its file, or with how many and the first of them.
    var lines: [String] {
        reasons.map { reason in
            let paths = paths[reason] ?? []
            let first = paths.first ?? ""
            return paths.count == 1
                ? "\(first): \(reason)" : "\(paths.count) files: \(reason) (\(first) …)"
        }
    }
}
