import Foundation
import Testing

/// The parts of `tokenscope attribute` that compare and measure methods.
@Suite struct FaithfulnessToolTests {
    private static let text = "def area(width, height):\n    return width * "

    private static func attribute(_ arguments: [String]) throws -> Program {
        try Program(
            "tokenscope", ["attribute", "--text", text, "--target", "next", "--quiet"] + arguments,
            environment: ["NO_COLOR": "1"])
    }

    /// Every method that the help names runs and names itself.
    @Test func everyTokenIsExplained() throws {
        func all(_ format: String) throws -> Program {
            try Program(
                "tokenscope",
                [
                    "attribute", "--text", "def f(a):\n    return a", "--target", "all", "--method",
                    "semantic", "--format", format, "--quiet",
                ])
        }
        let table = try all("table")
        #expect(table.status == 0 && table.output.contains("came most from"))
        #expect(table.output.split(separator: "\n").count > 6)
        #expect(try all("svg").output.contains("Where each prediction came from: semantic"))
        #expect(try all("json").output.contains("\"attributions\" : ["))
    }

    @Test func everyMethodOfTheHelpRuns() throws {
        let help = try Program("tokenscope", ["attribute", "--help"])
        let names = help.lines.drop { $0 != "methods:" }.dropFirst()
            .prefix { $0.hasPrefix("  ") }
            .compactMap { $0.split(separator: " ").first.map(String.init) }
        #expect(names.count == 21)
        for name in names {
            let run = try Self.attribute(["--method", name, "--format", "json"])
            #expect(run.status == 0, "\(name): \(run.errors)")
            #expect(run.output.contains("\"method\" : \"\(name)\""), "\(name)")
        }
    }

    @Test func aMethodIsMeasured() throws {
        let run = try Self.attribute(["--method", "semantic", "--faithfulness"])
        #expect(run.status == 0)
        for word in ["area", "by chance", "comprehensiveness", "Kendall", "sensitivity"] {
            #expect(run.output.contains(word), "\(word)")
        }
        let json = try Self.attribute(
            ["--method", "semantic", "--faithfulness", "--format", "json"])
        let value = try #require(
            try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
        #expect(Set(value.keys) == ["format", "format_version", "attribution", "faithfulness"])
    }

    @Test func methodsAreCompared() throws {
        let run = try Self.attribute(["--compare", "random,semantic,leave-one-out-zero"])
        #expect(run.status == 0)
        #expect(run.lines.count == 4 && run.lines[0].hasPrefix("method"))
        // The same seed gives the same table, another one another.
        #expect(
            try Self.attribute(["--compare", "random,semantic,leave-one-out-zero"]).output
                == run.output)
        #expect(
            try Self.attribute(["--compare", "random,semantic,leave-one-out-zero", "--seed", "5"])
                .output != run.output)
    }

    @Test(arguments: [
        ["--method", "nonsense"], ["--compare", "semantic", "--method", "lime"],
        ["--compare", ","], ["--compare", "semantic,nonsense"], ["--samples", "4"],
        ["--method", "lime", "--samples", "1"],
        ["--method", "lime", "--samples", "9223372036854775807"],
        ["--rank", "9223372036854775807"], ["--width", "2"],
        ["--method", "windowed-occlusion-zero", "--width", "0"], ["--seed", "x"],
        ["--target", "all", "--compare", "all"], ["--target", "all", "--against", "a"],
        ["--budget", "0"], ["--budget", "1000"], ["--rank", "2", "--method", "lime"],
    ])
    func wrongArgumentsAreRefused(_ arguments: [String]) throws {
        let run = try Self.attribute(arguments)
        #expect(run.status == 2)
        #expect(run.output.isEmpty && run.errors.hasPrefix("tokenscope: "))
    }

    /// A budget that holds inputs only changes nothing but the time.
    @Test func aTightBudgetRecomputes() throws {
        let rich = try Self.attribute(["--method", "semantic", "--format", "table"])
        let poor = try Self.attribute(
            ["--method", "semantic", "--format", "table", "--budget", "900000"])
        #expect(rich.status == 0 && poor.status == 0, "\(poor.errors)")
        #expect(rich.lines.count == poor.lines.count)
    }
}
