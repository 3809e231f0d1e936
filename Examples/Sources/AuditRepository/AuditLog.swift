import TokenScope

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What was found in one file.
struct AuditEntry: Codable {
    var path: String
    /// Of the file's bytes, so that a change is seen.
    var digest: String
    /// The model's fingerprint: another model measures anew.
    var model: String
    var language: String
    var tokens: Int
    /// The mean over the file, in nats a token.
    var surprisal: Double
    var errorShare: Double
    var spots: [SyntaxHotSpot]
}

/// A file that grows by a line for each file that was measured.
struct AuditLog {
    private let path: String
    private let model: String
    private var entries: [String: AuditEntry] = [:]
    private var text = ""

    /// Reads what an earlier run left; a last line that it did not finish is measured again.
    init(path: String, model: String) {
        self.path = path
        self.model = model
        guard let contents = try? FileContents.open(path) else { return }
        for line in contents.copy(0..<contents.byteCount).split(separator: 10) {
            guard
                let entry = try? JSONDecoder().decode(AuditEntry.self, from: Data(line)),
                entry.model == model
            else { continue }
            entries[entry.path] = entry
            text += String(decoding: line, as: UTF8.self) + "\n"
        }
    }

    func holds(_ path: String, _ digest: String) -> Bool { entries[path]?.digest == digest }

    /// Adds a file and writes the log, whole or not at all.
    mutating func add(_ entry: AuditEntry) throws {
        entries[entry.path] = entry
        text += String(decoding: try JSONEncoder().encode(entry), as: UTF8.self) + "\n"
        try FileReplacement.write(text, to: path)
    }

    /// The entries of files that are still there.
    func entries(of paths: [String]) -> [AuditEntry] { paths.compactMap { entries[$0] } }

    /// FNV-1a of 64 bits: this is to see changes, not to withstand anybody.
    static func digest(_ bytes: [UInt8]) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return String(hash, radix: 16)
    }
}
