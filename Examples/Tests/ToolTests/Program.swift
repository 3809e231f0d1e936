import Foundation

/// A run of one of the package's programs.
struct Program {
    let output: String
    let errors: String
    let status: Int32

    var lines: [Substring] { output.split(separator: "\n") }

    /// The file of a program that was built beside the tests.
    static func file(_ name: String) -> URL {
        URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: name)
    }

    /// Runs a program that was built beside the tests, with its output in pipes.
    ///
    /// - Parameters:
    ///   - name: The product.
    ///   - arguments: Its arguments.
    ///   - input: What it reads from standard input.
    ///   - environment: Variables besides those of the tests.
    /// - Throws: What starting it or its pipes throw.
    init(
        _ name: String, _ arguments: [String] = [], input: String = "",
        environment: [String: String] = [:]
    ) throws {
        let process = Process()
        process.executableURL = Self.file(name)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let (standardInput, standardOutput, standardError) = (Pipe(), Pipe(), Pipe())
        process.standardInput = standardInput
        process.standardOutput = standardOutput
        process.standardError = standardError
        try process.run()
        try standardInput.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try standardInput.fileHandleForWriting.close()
        let output = try standardOutput.fileHandleForReading.readToEnd() ?? Data()
        let errors = try standardError.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        self.output = String(decoding: output, as: UTF8.self)
        self.errors = String(decoding: errors, as: UTF8.self)
        status = process.terminationStatus
    }
}
