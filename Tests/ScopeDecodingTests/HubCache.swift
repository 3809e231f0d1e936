import ScopeTestKit
import TestFixtures
import TokenScope

/// A Hugging Face cache of a test's own.
struct HubCache {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    var library: ModelLibrary { ModelLibrary(huggingFaceCache: folder.path) }

    /// Adds an entry whose `refs/main` names the last of its revisions.
    func add(_ entry: String, _ model: TinyModel, revisions: [String]) throws {
        try begin(entry, revisions)
        for revision in revisions {
            let files = model.folder
            for name in files.fileNames {
                let contents = try files.contents(of: name)
                try folder.write(
                    contents.copy(0..<contents.byteCount),
                    to: "\(entry)/snapshots/\(revision)/\(name)")
            }
        }
    }

    /// Adds an entry that holds GGUF files, as links to blobs.
    func addGGUF(_ entry: String, from fixture: FixtureFolder, _ names: [String]) throws {
        try begin(entry, ["aaa"])
        try folder.makeFolder("\(entry)/blobs")
        for (number, name) in names.enumerated() {
            let contents = try fixture.contents(name)
            try folder.write(
                contents.copy(0..<contents.byteCount), to: "\(entry)/blobs/\(number)")
            try folder.makeLink("\(entry)/snapshots/aaa/\(name)", to: "../../blobs/\(number)")
        }
    }

    private func begin(_ entry: String, _ revisions: [String]) throws {
        for name in ["", "/refs", "/snapshots"] { try folder.makeFolder(entry + name) }
        for revision in revisions { try folder.makeFolder("\(entry)/snapshots/\(revision)") }
        try folder.write(revisions[revisions.count - 1], to: "\(entry)/refs/main")
    }
}
