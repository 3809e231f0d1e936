import ScopeTestKit
import TestFixtures
import Testing
import TokenScope

/// Looking through folders for models.
@Suite struct ModelSearchTests {
    @Test func everyModelOfTheFixturesIsFoundUnderANameThatOpensIt() throws {
        for root in Fixtures.roots {
            let found = Array(ModelSearch(folders: [root.path + "/"]))
            #expect(Set(found.map(\.name)).count == found.count)
            for folder in root.folders("models") {
                let model = try #require(found.first { $0.name == folder.path })
                let loaded = Result { try loadModel(named: model.name) }
                switch (model.summary, loaded) {
                case (.success(let summary), .success(let context)):
                    #expect(summary.parameterCount == context.identity.parameterCount)
                    #expect(summary.shape.family == context.identity.family)
                case (.failure(let failure), .failure(let error)):
                    #expect("\(failure)" == "\(error)")
                default:
                    Issue.record("\(folder): \(model.summary) and \(loaded)")
                }
            }
            let files = root.names("gguf").filter {
                $0.hasSuffix(".gguf") && !$0.contains("-00002-of-")
            }
            let inFolder = found.filter { $0.name.hasPrefix(root.path + "/gguf/") }
            #expect(inFolder.map(\.name) == files.map { "\(root.path)/gguf/\($0)" })
        }
    }

    @Test func aCacheIsReadByItsRepositories() throws {
        let cache = try HubCache()
        try cache.add("models--owner--tiny", TinyModel(seed: 1), revisions: ["aaa", "bbb"])
        try cache.add("models--two--heads", TinyModel(seed: 2), revisions: ["aaa", "bbb"])
        try cache.folder.write("ccc", to: "models--two--heads/refs/main")
        try cache.folder.makeFolder("models--half--loaded")
        let fixture = try #require(Fixtures.roots.first).category("gguf")
        try cache.addGGUF("models--o--one", from: fixture, ["llama-q4_0.gguf"])
        try cache.addGGUF("models--o--two", from: fixture, ["llama-q4_0.gguf", "llama-q8_0.gguf"])
        let found = Array(ModelSearch(cache.library))
        #expect(
            found.map(\.name) == [
                "half/loaded", "o/one", "o/two/llama-q4_0.gguf", "o/two/llama-q8_0.gguf",
                "owner/tiny", "two/heads",
            ])
        for model in found where !["half/loaded", "two/heads"].contains(model.name) {
            let summary = try model.summary.get()
            let loaded = try loadModel(named: model.name, in: cache.library)
            #expect(summary.parameterCount == loaded.identity.parameterCount)
        }
        for model in found where ["half/loaded", "two/heads"].contains(model.name) {
            #expect(throws: DecodingFailure.self) { try model.summary.get() }
            #expect(throws: DecodingFailure.self) {
                try cache.library.files(named: model.name)
            }
        }
    }

    @Test func linksInCirclesAndHiddenFoldersEndASearch() throws {
        let folder = try TemporaryFolder()
        for name in ["a", "a/b", ".hidden"] { try folder.makeFolder(name) }
        try folder.makeLink("a/b/up", to: "..")
        try folder.makeLink("a/self", to: ".")
        try folder.makeLink("gone", to: "nowhere")
        try folder.makePipe("a/pipe.gguf")
        for place in ["a/b", ".hidden"] { try write(TinyModel(seed: 3), to: folder, place) }
        try folder.write("{}", to: "a/config.json")
        var search = ModelSearch(folders: [folder.path, folder.path(of: "a")])
        var found: [FoundModel] = []
        while let model = search.next() { found.append(model) }
        #expect(
            found.map(\.name) == [folder.path(of: "a/pipe.gguf"), folder.path(of: "a/b")]
                || found.map(\.name) == [folder.path(of: "a/b"), folder.path(of: "a/pipe.gguf")])
        #expect(search.folderCount == 3 && !search.reachedLimit)
        for model in found {
            #expect(((try? model.summary.get()) == nil) == model.name.hasSuffix("pipe.gguf"))
        }
    }

    @Test func limitsHold() throws {
        let folder = try TemporaryFolder()
        var place = "a"
        for _ in 0..<12 {
            try folder.makeFolder(place)
            place += "/a"
        }
        try write(TinyModel(seed: 4), to: folder, String(place.dropLast(2)))
        func search(_ limits: ModelSearch.Limits) -> (count: Int, reached: Bool) {
            var search = ModelSearch(folders: [folder.path], limits: limits)
            var count = 0
            while search.next() != nil { count += 1 }
            return (count, search.reachedLimit)
        }
        #expect(search(.init()) == (0, true))
        #expect(search(.init(depth: 12)) == (1, false))
        #expect(search(.init(depth: 12, folders: 12)) == (0, true))
    }

    @Test func aModelWithoutATokenizerCannotBeLoaded() throws {
        let folder = try TemporaryFolder()
        try folder.makeFolder("m")
        let files = TinyModel(seed: 5).folder
        for name in files.fileNames where name != "tokenizer.json" {
            let contents = try files.contents(of: name)
            try folder.write(contents.copy(0..<contents.byteCount), to: "m/\(name)")
        }
        let found = Array(ModelSearch(folders: [folder.path]))
        #expect(found.count == 1)
        guard case .failure(.tokenizer) = found.first?.summary else {
            Issue.record("\(found)")
            return
        }
    }

    @Test func aCancelledTaskFindsNothingMore() async {
        let paths = Fixtures.roots.map(\.path)
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            return Array(ModelSearch(folders: paths)).count
        }
        task.cancel()
        #expect(await task.value == 0)
    }

    private func write(_ model: TinyModel, to folder: TemporaryFolder, _ place: String) throws {
        let files = model.folder
        for name in files.fileNames {
            let contents = try files.contents(of: name)
            try folder.write(contents.copy(0..<contents.byteCount), to: "\(place)/\(name)")
        }
    }
}
