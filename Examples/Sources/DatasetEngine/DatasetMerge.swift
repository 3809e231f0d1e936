import ScopeFiles

/// Joins the parts of a run to what one process would have written.
public enum DatasetMerge {
    /// Writes `records.jsonl` of the parts of a folder, in the order of the input.
    ///
    /// Record *r* stands in part *r* mod *n*, behind the records of that part with lower numbers.
    ///
    /// - Parameter folder: The folder.
    /// - Returns: How many lines there are.
    /// - Throws: ``DatasetError/incomplete(folder:reason:)`` where a part is missing or not finished.
    /// - Complexity: O(bytes); one line is in memory at a time.
    public static func merge(_ folder: String) throws(DatasetError) -> Int {
        guard let manifest = try DatasetManifest(of: folder) else {
            throw .incomplete(folder: folder, reason: "has no \(DatasetManifest.fileName)")
        }
        guard manifest.shards > 1 else {
            throw .incomplete(
                folder: folder, reason: "holds a run that was not divided: nothing is to be joined")
        }
        var readers: [LineReader] = []
        for index in 0..<manifest.shards {
            guard let shard = Shard("\(index)/\(manifest.shards)") else { continue }
            do throws(FileError) {
                readers.append(try LineReader("\(folder)/\(shard.fileName)"))
            } catch {
                throw .incomplete(
                    folder: folder,
                    reason: "lacks \(shard.fileName): run --shard \(index)/\(manifest.shards) first"
                )
            }
        }
        let path = "\(folder)/\(Shard.whole.fileName)"
        var lines = 0
        do throws(FileError) {
            let file = try FileReplacement(path)
            for record in 0..<manifest.records {
                let index = record % manifest.shards
                var left = 1
                while left > 0 {
                    guard let line = try readers[index].next(), line.isEnded else {
                        throw .malformed(
                            file: path,
                            reason: "part \(index)/\(manifest.shards) is not finished: run it again"
                        )
                    }
                    let place = "part \(index)/\(manifest.shards), line \(line.number)"
                    let root = try JSONDocument(bytes: line.bytes, file: place).root
                    let sample = try root.required("sample")
                    let samples = try root.required("samples").int()
                    let number = try sample.int()
                    guard samples > 0, (0..<samples).contains(number) else {
                        throw sample.mismatch("one of \(samples) samples")
                    }
                    left = samples - number - 1
                    try file.write(line.bytes + [10])
                    lines += 1
                }
            }
            try file.commit()
        } catch .malformed(path, _, _, let reason) {
            throw .incomplete(folder: folder, reason: reason)
        } catch {
            throw .file(error)
        }
        return lines
    }
}
