import ScopeCode
import ScopeFiles
import ScopeTokenizers
import ScopeTransformer
import TestFixtures
import Testing

/// What `SECURITY.md` says about limits is what the readers keep.
@Suite struct LimitsTests {
    private static let values: [(String, Int)] = [
        ("FileLimits.jsonByteCount", FileLimits.jsonByteCount),
        ("FileLimits.jsonDepth", FileLimits.jsonDepth),
        ("FileLimits.safetensorsHeaderByteCount", FileLimits.safetensorsHeaderByteCount),
        ("FileLimits.safetensorsTensorCount", FileLimits.safetensorsTensorCount),
        ("FileLimits.ggufHeaderByteCount", FileLimits.ggufHeaderByteCount),
        ("FileLimits.ggufKeyCount", FileLimits.ggufKeyCount),
        ("FileLimits.ggufTensorCount", FileLimits.ggufTensorCount),
        ("FileLimits.ggufArrayDepth", FileLimits.ggufArrayDepth),
        ("FileLimits.ggufDimensionCount", FileLimits.ggufDimensionCount),
        ("FileLimits.mappedByteCount", FileLimits.mappedByteCount),
        ("TokenizerLimits.tokenID", TokenizerLimits.tokenID),
        ("TokenizerLimits.unusedIDs", TokenizerLimits.unusedIDs),
        ("TokenizerLimits.addedTokenByteCount", TokenizerLimits.addedTokenByteCount),
        ("TokenizerLimits.pieceByteCount", TokenizerLimits.pieceByteCount),
        ("TokenizerLimits.stepCount", TokenizerLimits.stepCount),
        ("TokenizerLimits.normalizedGrowth", TokenizerLimits.normalizedGrowth),
        ("TokenizerLimits.regexDepth", TokenizerLimits.regexDepth),
        ("TokenizerLimits.regexRepeat", TokenizerLimits.regexRepeat),
        ("TokenizerLimits.regexInstructionCount", TokenizerLimits.regexInstructionCount),
        ("TokenizerLimits.regexStateCount", TokenizerLimits.regexStateCount),
        ("TokenizerLimits.regexTableCells", TokenizerLimits.regexTableCells),
        ("TokenizerLimits.regexTableWork", TokenizerLimits.regexTableWork),
        ("TokenizerLimits.regexIntervalCount", TokenizerLimits.regexIntervalCount),
        ("TokenizerLimits.regexSetCount", TokenizerLimits.regexSetCount),
        ("TokenizerLimits.regexSetCells", TokenizerLimits.regexSetCells),
        ("TokenizerLimits.templateByteCount", TokenizerLimits.templateByteCount),
        ("TokenizerLimits.templateNesting", TokenizerLimits.templateNesting),
        ("TokenizerLimits.templateExpressionDepth", TokenizerLimits.templateExpressionDepth),
        ("TokenizerLimits.templateWork", TokenizerLimits.templateWork),
        ("TokenizerLimits.templateWorkPerMessage", TokenizerLimits.templateWorkPerMessage),
        ("TokenizerLimits.templateTextByteCount", TokenizerLimits.templateTextByteCount),
        ("TokenizerLimits.templateCallDepth", TokenizerLimits.templateCallDepth),
        ("TokenizerLimits.templateValueDepth", TokenizerLimits.templateValueDepth),
        ("TokenizerLimits.templateRangeCount", TokenizerLimits.templateRangeCount),
        ("ModelLimits.size", ModelLimits.size),
        ("ModelLimits.layerCount", ModelLimits.layerCount),
        ("ModelLimits.headCount", ModelLimits.headCount),
        ("ModelLimits.rotaryDimension", ModelLimits.rotaryDimension),
        ("ModelLimits.listCount", ModelLimits.listCount),
        ("SyntaxLimits.sourceByteCount", SyntaxLimits.sourceByteCount),
        ("SyntaxLimits.queryFileByteCount", SyntaxLimits.queryFileByteCount),
        ("SyntaxLimits.queryByteCount", SyntaxLimits.queryByteCount),
        ("SyntaxLimits.queryDepth", SyntaxLimits.queryDepth),
        ("SyntaxLimits.queryStepCount", SyntaxLimits.queryStepCount),
        ("SyntaxLimits.queryMatchCount", SyntaxLimits.queryMatchCount),
        ("SyntaxLimits.expressionByteCount", SyntaxLimits.expressionByteCount),
        ("SyntaxLimits.expressionGroupCount", SyntaxLimits.expressionGroupCount),
        ("SyntaxLimits.queryInheritance", SyntaxLimits.queryInheritance),
        ("SyntaxLimits.parseSeconds", SyntaxLimits.parseSeconds),
    ]

    @Test func theTableIsThatOfTheConstants() throws {
        let rows = try Self.text("SECURITY.md").split(separator: "\n").compactMap { line in
            let cells = line.split(separator: "|").map { $0.trimmed }
            return cells.count == 3 && cells[0].hasPrefix("`") ? (cells[0], cells[1]) : nil
        }
        let expected = Self.values.map { ("`\($0.0)`", Self.grouped($0.1)) }
        #expect(rows.map(\.0) == expected.map(\.0))
        for (row, value) in zip(rows, expected) { #expect(row == value) }
    }

    /// A limit that is new has to be in the list above, and so in the table.
    @Test(arguments: [
        "ScopeFiles/FileLimits.swift", "ScopeTokenizers/TokenizerLimits.swift",
        "ScopeTransformer/Configuration/ModelLimits.swift", "ScopeCode/SyntaxLimits.swift",
    ])
    func everyConstantIsInTheTable(file: String) throws {
        let text = try Self.text("Sources/" + file)
        let type = try #require(file.split(separator: "/").last?.dropLast(6))
        let names = text.split(separator: "\n").compactMap { line in
            line.trimmed.split(separator: " ").dropFirst(3).first.map { "\(type).\($0)" }
                .flatMap { line.trimmed.hasPrefix("public static let ") ? $0 : nil }
        }
        #expect(!names.isEmpty)
        #expect(names == Self.values.map(\.0).filter { $0.hasPrefix(type + ".") })
    }

    private static func text(_ path: String) throws -> String {
        let file = try FileContents.open(Fixtures.packageRoot + "/" + path)
        return String(decoding: file.copy(0..<file.byteCount), as: UTF8.self)
    }

    /// A number with commas between its thousands.
    private static func grouped(_ number: Int) -> String {
        let digits = Array(String(number))
        return String(
            digits.enumerated().flatMap { place, digit in
                place > 0 && (digits.count - place) % 3 == 0 ? [",", digit] : [digit]
            })
    }
}

extension StringProtocol {
    fileprivate var trimmed: String {
        let start = drop { $0 == " " }
        return String(start.reversed().drop { $0 == " " }.reversed())
    }
}
