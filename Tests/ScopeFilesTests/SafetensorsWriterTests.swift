import ScopeFiles
import TestFixtures
import Testing

/// What is written reads back, and replaces a file in one step or not at all.
@Suite struct SafetensorsWriterTests {
    @Test func whatIsWrittenReadsBack() throws {
        let folder = try TemporaryFolder()
        let path = folder.path(of: "out.safetensors")
        let values: [Float] = [0, -1.5, .pi, .infinity, -.leastNonzeroMagnitude, 1e30]
        var writer = SafetensorsWriter()
        writer.metadata = ["format": "test", "a \"name\"": "ü\n"]
        writer.add("second/first", shape: [2, 3]) { values }
        writer.add("empty", shape: [0, 4]) { [] }
        writer.add("scalar", shape: []) { [7] }
        try writer.write(to: path)
        let file = try SafetensorsFile(try FileContents.open(path))
        #expect(file.metadata == writer.metadata)
        #expect(file.entries.map(\.name).sorted() == ["empty", "scalar", "second/first"])
        #expect(file["second/first"]?.shape == [2, 3])
        #expect(try file.floats("second/first").map(\.bitPattern) == values.map(\.bitPattern))
        #expect(try file.floats("empty").isEmpty)
        #expect(try file.floats("scalar") == [7])
        #expect(file["second/first"]?.byteRange.lowerBound.isMultiple(of: 8) == true)
    }

    @Test func aFileIsReplacedOnlyByAWholeOne() throws {
        let folder = try TemporaryFolder()
        let path = folder.path(of: "out.safetensors")
        var writer = SafetensorsWriter()
        writer.add("x", shape: [1]) { [1] }
        try writer.write(to: path)
        do {
            let file = try FileReplacement(path)
            try file.write([1, 2, 3] as [UInt8])
            // Given up.
        }
        #expect(try SafetensorsFile(try FileContents.open(path)).floats("x") == [1])
        #expect(try FileFolder(directory: folder.path).fileNames == ["out.safetensors"])
        var other = SafetensorsWriter()
        other.add("x", shape: [1]) { [2] }
        try other.write(to: path)
        #expect(try SafetensorsFile(try FileContents.open(path)).floats("x") == [2])
    }

    @Test func whereNothingCanBeWrittenItSaysSo() throws {
        let folder = try TemporaryFolder()
        for path in ["", "\(folder.path)/no/such/folder/x", folder.path, "a\0b"] {
            #expect {
                try SafetensorsWriter().write(to: path)
            } throws: { error in
                guard case FileError.unwritable(let file, let reason) = error else { return false }
                return file == path && !reason.isEmpty
            }
        }
    }
}
