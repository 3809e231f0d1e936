import ScopeDecoding
import ScopeFiles
import ScopeReports

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Any bytes as what `tokenscope run` reads: a record, and, of one in 8, a file of them, a run's manifest, and
/// records that were written, which are joined with results of tests and with each other.
///
/// A line is a record or is told of with its number; all readings of a file say the same of it.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzRecords(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    do {
        check(try DatasetRecord(bytes, file: "fuzz"))
    } catch {
        precondition(error.file == "fuzz" && error.description.utf8.count < 2_000)
    }
    guard isOne(of: 8, bytes) else { return 0 }
    write(bytes, to: "/records.jsonl")
    do {
        try checkRecords(bytes)
    } catch {
        preconditionFailure("a file that is there cannot be read: \(error)")
    }
    write(bytes, to: "/manifest.json")
    do {
        let manifest = try DatasetManifest(of: folder)
        precondition((1...99_999).contains(manifest?.shards ?? 0))
    } catch {
        precondition("\(error)".utf8.count < 2_000, "an error that repeats the file")
    }
    checkOutcomes()
    if isOne(of: 2, bytes.reversed()) {
        write(Array(manifest.utf8), to: "/manifest.json")
        for part in 0..<2 { write(bytes, to: "/records-0000\(part)-of-00002.jsonl") }
    }
    do {
        let count = try DatasetMerge.merge(folder)
        precondition(count <= 2 * bytes.count, "more lines than there are")
    } catch {
        precondition("\(error)".utf8.count < 2_000, "an error that repeats the file")
    }
    return 0
}

private let manifest = #"{"format":"tokenscope.run","format_version":1,"shards":2,"records":3}"#

private func check(_ record: DatasetRecord) {
    precondition((1...DatasetRecord.mostSamples).contains(record.samples ?? 1))
    precondition(["id", "task_id"].contains(record.key))
    let settings = record.settings.applied(to: GenerateParameters(maxTokens: 1))
    precondition(settings.maxTokens ?? 0 >= 0 && settings.topK >= 0)
}

private func checkRecords(_ bytes: [UInt8]) throws(FileError) {
    let path = folder + "/records.jsonl"
    let reader = try DatasetReader(.lines(path))
    var records = 0
    var malformed = 0
    var last = 0
    while let item = try reader.next() {
        switch item {
        case .malformed(let line, let reason):
            precondition(line > last && !reason.isEmpty && reason.utf8.count < 2_000)
            last = line
            malformed += 1
        case .record(let record):
            check(record)
            records += 1
        }
    }
    let lineBreaks = bytes.count { $0 == 10 }
    precondition(records + malformed <= lineBreaks + 1, "more records than lines")
    guard isOne(of: 4, bytes.reversed()) else { return }
    let survey = try DatasetSurvey(of: .lines(path), samples: 1)
    precondition(survey.records == records && survey.malformed == malformed)
    precondition(survey.digest.utf8.count == 64 && survey.complaints.count <= 10)
}

private func checkOutcomes() {
    do {
        let join = try OutcomeJoin([folder + "/records.jsonl"], with: results) { trace in
            precondition(trace.tokens.last.map(\.sequenceSpan.upperBound) ?? 0 == trace.bytes.count)
            return [:]
        }
        for sample in join.samples {
            precondition(sample.values.values.allSatisfy { !$0.isNaN }, "a value that is none")
        }
    } catch {
        precondition("\(error)".utf8.count < 2_000, "an error that repeats the file")
    }
}

private let results: TestResults = {
    let text = #"{"a":[{"passed":true},{"passed":false}],"1":[{"passed":true}]}"#
    do {
        return try TestResults(FileContents(copying: Array(text.utf8), name: "results"))
    } catch {
        preconditionFailure("\(error)")
    }
}()

/// A folder in memory, where there is one, that the process keeps for itself.
private let folder: String = {
    var template = Array("/dev/shm/tokenscope-fuzz-XXXXXX".utf8CString)
    if unsafe mkdtemp(&template) == nil {
        template = Array("/tmp/tokenscope-fuzz-XXXXXX".utf8CString)
        guard unsafe mkdtemp(&template) != nil else { preconditionFailure("no folder") }
    }
    atexit(removeFolder)
    return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
}()

private func removeFolder() {
    for name in [
        "records.jsonl", "manifest.json", "records-00000-of-00002.jsonl",
        "records-00001-of-00002.jsonl",
    ] { _ = unsafe unlink(folder + "/" + name) }
    _ = unsafe rmdir(folder)
}

private func write(_ bytes: [UInt8], to name: String) {
    let file = unsafe open(folder + name, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    precondition(file >= 0, "the folder is gone")
    let count = unsafe bytes.withUnsafeBytes { unsafe write(file, $0.baseAddress, $0.count) }
    precondition(count == bytes.count, "the folder is full")
    close(file)
}
