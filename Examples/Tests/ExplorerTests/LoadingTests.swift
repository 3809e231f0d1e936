import ExplorerEngine
import Foundation
import Testing
import TokenScope

/// How models are opened, and let go while they are read.
@Suite struct LoadingTests {
    /// A model whose reading takes a while: many layers, all of them zero, in a file that takes no room.
    private final class LongModel {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "tokenscope-model-\(UUID().uuidString)")
        private static let (layers, width, inner) = (64, 256, 1024)

        init() throws {
            let fixture = URL(filePath: #filePath).deletingLastPathComponent()
                .deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent().appending(path: "Tests/Fixtures/models/llama")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            for name in ["tokenizer.json", "tokenizer_config.json"] {
                try FileManager.default.copyItem(
                    at: fixture.appending(path: name), to: folder.appending(path: name))
            }
            var settings = try Story.object(
                Array(try Data(contentsOf: fixture.appending(path: "config.json"))))
            settings.merge([
                "hidden_size": Self.width, "intermediate_size": Self.inner,
                "num_hidden_layers": Self.layers, "num_attention_heads": 8,
                "num_key_value_heads": 8,
            ]) { $1 }
            try JSONSerialization.data(withJSONObject: settings)
                .write(to: folder.appending(path: "config.json"))
            try writeWeights(vocabulary: try #require(settings["vocab_size"] as? Int))
        }

        deinit { try? FileManager.default.removeItem(at: folder) }

        private func writeWeights(vocabulary: Int) throws {
            let (width, inner) = (Self.width, Self.inner)
            var tensors = [
                ("model.embed_tokens", [vocabulary, width]), ("model.norm", [width]),
                ("lm_head", [vocabulary, width]),
            ]
            for layer in 0..<Self.layers {
                let parts = [
                    ("input_layernorm", [width]), ("post_attention_layernorm", [width]),
                    ("self_attn.q_proj", [width, width]), ("self_attn.k_proj", [width, width]),
                    ("self_attn.v_proj", [width, width]), ("self_attn.o_proj", [width, width]),
                    ("mlp.gate_proj", [inner, width]), ("mlp.up_proj", [inner, width]),
                    ("mlp.down_proj", [width, inner]),
                ]
                tensors += parts.map { ("model.layers.\(layer).\($0)", $1) }
            }
            var end = 0
            var header: [String: Any] = [:]
            for (name, shape) in tensors {
                let start = end
                end += 2 * shape.reduce(1, *)
                header[name + ".weight"] = [
                    "dtype": "BF16", "shape": shape, "data_offsets": [start, end],
                ]
            }
            let text = try JSONSerialization.data(withJSONObject: header)
            let file = folder.appending(path: "model.safetensors")
            let length = withUnsafeBytes(of: UInt64(text.count).littleEndian) { Data($0) }
            try (length + text).write(to: file)
            let handle = try FileHandle(forWritingTo: file)
            try handle.truncate(atOffset: UInt64(8 + text.count + end))
            try handle.close()
        }
    }

    private func model(_ name: String, in story: Story) throws -> [String: Any] {
        let state = try Story.object(story.workspace.stateText())
        let models = try #require(state["models"] as? [[String: Any]])
        return try #require(models.first { $0["name"] as? String == name })
    }

    @Test func loadingIsCancelledWhileTheModelIsRead() throws {
        let story = try Story()
        let long = try LongModel()
        let name = long.folder.path
        func isLoading(_ event: Story.Event) -> [String: Any]? {
            guard event.name == "models", let models = event.data["models"] as? [[String: Any]]
            else { return nil }
            return models.first {
                $0["name"] as? String == name && $0["state"] as? String == "loading"
            }
        }
        var isStopped = false
        // On a busy machine the word may come when all is read.
        for _ in 0..<5 where !isStopped {
            let known = story.workspace.events.last
            let run = try story.ask("load", ["folder": name])
            try story.wait { event in
                guard event.number > known else { return false }
                return (isLoading(event)?["progress"] as? Double ?? 0) > 0
            }
            _ = try story.ask("stop", ["run": run["run"] ?? ""])
            let end = try story.end(of: run)
            isStopped = end["state"] as? String == "stopped"
            if isStopped {
                #expect(end["error"] == nil)
                let told = story.events.filter { $0.number > known }.compactMap(isLoading)
                #expect(told.allSatisfy { ($0["progress"] as? Double ?? 0) < 1 })
            }
        }
        #expect(isStopped)
        let left = try model(name, in: story)
        #expect(left["state"] as? String == "available" && left["error"] == nil)
        #expect(left["progress"] == nil)
        // The one before is read again where it is needed, and so can this one be.
        _ = try story.finish(
            "generate", ["prompt": "def f(", "settings": ["max_tokens": 3, "greedy": true]])
        _ = try story.finish("load", ["folder": name])
        #expect(try model(name, in: story)["state"] as? String == "loaded")
    }

    @Test func modelsAreOpenedAsTheOptionsSay() throws {
        let story = try Story(loading: ModelOptions(weights: .q8_0))
        #expect(
            try model("tiny-python", in: story)["weights"] as? String == "q8_0 from float16")
    }
}
