import ScopeTestKit
import TestFixtures
import Testing
import TokenScope

/// Where models are looked for, and what a name stands for.
@Suite struct ModelLibraryTests {
    @Test(arguments: [
        (["HOME": "/h"], "/h/.cache/huggingface/hub"),
        (["HOME": "/h", "XDG_CACHE_HOME": "/x"], "/x/huggingface/hub"),
        (["HOME": "/h", "XDG_CACHE_HOME": "/x", "HF_HOME": "/f"], "/f/hub"),
        (["HOME": "/h", "HF_HOME": "~/f"], "/h/f/hub"),
        (["HOME": "/h", "HF_HOME": "/f", "HF_HUB_CACHE": "/c"], "/c"),
        (["HOME": "/h", "HF_HOME": "/f", "HF_HUB_CACHE": ""], "/f/hub"),
        (["HOME": "/h", "HUGGINGFACE_HUB_CACHE": "/old"], "/old"),
    ])
    func theCacheIsWhereHuggingFaceHasIt(_ environment: [String: String], _ cache: String) {
        let library = ModelLibrary(environment: environment)
        #expect(library.huggingFaceCache == cache)
        #expect(library.folders.contains("/h/models") && library.folders.contains("models"))
    }

    @Test func aRepositoryIsFoundByItsID() throws {
        let cache = try HubCache()
        try cache.add("models--owner--tiny", TinyModel(seed: 1), revisions: ["aaa", "bbb"])
        try cache.add("models--old", TinyModel(seed: 2), revisions: ["ccc"])
        let library = cache.library
        let model = try loadModel(named: "owner/tiny", in: library)
        #expect(model.identity.name == "owner/tiny")
        #expect(try loadModel(named: "old", in: library).identity.name == "old")
        #expect(
            try loadModel(named: cache.folder.path(of: "models--old"), in: library)
                .identity.fingerprint == loadModel(named: "old", in: library).identity.fingerprint)
    }

    @Test func aFileOfARepositoryIsFoundByItsName() throws {
        let cache = try HubCache()
        let fixture = try #require(Fixtures.roots.first).category("gguf")
        try cache.addGGUF(
            "models--o--quants", from: fixture, ["llama-q4_0.gguf", "llama-q8_0.gguf"])
        let model = try loadModel(named: "o/quants/llama-q8_0.gguf", in: cache.library)
        #expect(model.identity.weights == "q8_0")
        #expect {
            try cache.library.files(named: "o/quants")
        } throws: { error in
            "\(error)".contains("several models") && "\(error)".contains("llama-q4_0.gguf")
        }
    }

    @Test(arguments: ["owner/none", "none", "owner/none/file.gguf"])
    func aRepositoryThatIsNotThereIsSaidToBeLookedFor(_ name: String) throws {
        let cache = try HubCache()
        let id = name.split(separator: "/").prefix(2).joined(separator: "--")
        #expect {
            try cache.library.files(named: name)
        } throws: { error in
            guard case DecodingFailure.modelNotFound(name, let places) = error else { return false }
            return places == ["\(cache.folder.path)/models--\(id)"]
                && "\(error)".contains("nothing is downloaded")
        }
    }

    @Test(arguments: ["/none", "./none", "a/b/c", "../x", "none.gguf", "a//b", "~/x", "", "-x"])
    func aPathThatIsNotThereIsNoRepository(_ name: String) throws {
        #expect {
            try ModelLibrary(huggingFaceCache: "/nowhere").files(named: name)
        } throws: { error in
            guard case DecodingFailure.model(.file(.missing)) = error else { return false }
            return true
        }
    }

    @Test func aPathComesBeforeARepository() throws {
        let cache = try HubCache()
        try cache.add("models--models", TinyModel(seed: 1), revisions: ["aaa"])
        let fixture = try #require(Fixtures.folders("models").first { $0.name == "llama" })
        let model = try loadModel(named: fixture.path, in: cache.library)
        #expect(model.identity.name == fixture.path)
    }

    @Test func aPartOfAModelSaysWhereItBelongs() throws {
        let fixture = try #require(Fixtures.folders("models").first { $0.name == "llama" })
        for file in ["model.safetensors", "config.json"] {
            #expect {
                try ModelLibrary.standard.files(named: fixture.path(of: file))
            } throws: { error in
                "\(error)".contains("name the folder")
            }
        }
    }
}
