import ScopeAudit
import ScopeFiles
import ScopeReports

extension HostileFiles {
    /// What audits and data sets are judged by.
    static let audits = [
        HostileFiles(
            "results",
            { file in
                // A file without a line has no results, and nothing wrong.
                guard try TestResults(file).count > 0 else { throw NoResults() }
            },
            refused: [
                "a sample of 2^63": {
                    #"{"task_id":"a","sample":9223372036854775808,"passed":true}"#
                },
                "a sample below zero": { #"{"task_id":"a","sample":-1,"passed":true}"# },
                "a sample twice": {
                    let line = #"{"task_id":"a","sample":0,"passed":true}"#
                    return line + "\n" + line
                },
                "a task without a name": { #"{"passed":true}"# },
                "an outcome that is none": { #"{"task_id":"a","result":7}"# },
                "a pair of three": { #"{"a":[[0,{"passed":true},1]]}"# },
                "a name of a megabyte that is there twice": {
                    let name = String(repeating: "x", count: 1 << 20)
                    let line = #"{"task_id":"\#(name)","sample":0,"passed":true}"#
                    return line + "\n" + line
                },
            ],
            read: [
                "a number that is far": {
                    #"{"task_id":"a","sample":9223372036854775807,"passed":true}"#
                },
                "a hundred thousand tasks": {
                    (0..<100_000).map { #"{"task_id":\#($0),"passed":true}"# }
                        .joined(separator: "\n")
                },
            ]),
        HostileFiles(
            "baseline",
            { file in
                _ = try FindingBaseline(bytes: file.copy(0..<file.byteCount), file: file.name)
            },
            refused: [
                "a later version": { #"{"version":2,"findings":[]}"# },
                "no findings": { #"{"version":1}"# },
                "a finding without a rule": { #"{"version":1,"findings":[{"path":"a"}]}"# },
                "a rule that is no text": {
                    #"{"version":1,"findings":[{"rule":1,"path":"a","fingerprint":""}]}"#
                },
                "a version of a megabyte": {
                    #"{"version":\#(String(repeating: "9", count: 1 << 20)),"findings":[]}"#
                },
            ],
            refusedBytes: [
                "65 MiB": { [UInt8](repeating: 0x20, count: FindingBaseline.byteLimit + 1) }
            ],
            read: [
                "a hundred thousand findings": {
                    let findings = (0..<100_000).map {
                        #"{"rule":"r","path":"p","fingerprint":"\#($0)"}"#
                    }
                    return #"{"version":1,"findings":[\#(findings.joined(separator: ","))]}"#
                }
            ]),
        HostileFiles(
            "weights",
            { file in
                let text = String(decoding: file.copy(0..<file.byteCount), as: UTF8.self)
                _ = try SuspicionModel(text: text, file: file.name)
            },
            refused: [
                "nothing": { "" },
                "a weight beyond any number": { SuspicionModel.tinyPython.text + "note 1e999\n" },
                "a weight that is none": { SuspicionModel.tinyPython.text + "note nan\n" },
                "a name of a megabyte": { String(repeating: "x", count: 1 << 20) + " 1\n" },
                "a hundred thousand lines": { String(repeating: "note 1\n", count: 100_000) },
            ]),
    ]
}

private struct NoResults: Error {}
