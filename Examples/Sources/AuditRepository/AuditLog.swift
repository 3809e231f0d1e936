import DatasetEngine
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
    private let model: String
    private let log: RecordLog
    private var entries: [String: AuditEntry] = [:]

    /// Reads what an earlier run left; a last line that it did not finish is measured again.
    init(path: String, model: String) throws {
        self.model = model
        var entries: [String: AuditEntry] = [:]
        log = try RecordLog(path) { line in
            guard
                let entry = try? JSONDecoder().decode(AuditEntry.self, from: Data(line)),
                entry.model == model
            else { return }
            entries[entry.path] = entry
        }
        self.entries = entries
    }

    func holds(_ path: String, _ digest: String) -> Bool { entries[path]?.digest == digest }

    /// Adds a file and brings it to the disk.
    mutating func add(_ entry: AuditEntry) throws {
        entries[entry.path] = entry
        try log.append(Array(try JSONEncoder().encode(entry)) + [10])
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
