import ScopeFiles
import ScopeTensor
import ScopeTransformer
import TestFixtures
import Testing

/// The article on families: its table is made by these tests, and its lists of fields are checked
/// to be those of the table of families.
@Suite struct SupportTableTests {
    @Test func theArticleIsCurrent() throws {
        let file = try FileContents.open("\(Fixtures.packageRoot)/\(FamilyArticle.path)")
        let article = String(decoding: file.copy(0..<file.byteCount), as: UTF8.self)
        #expect(
            article.text(between: FamilyArticle.fieldMarks) == FamilyArticle.fields,
            "Scripts/support writes the article")
        let table = try #require(article.text(between: FamilyArticle.tableMarks))
        for family in FamilyDescription.all {
            #expect(table.contains("| \(family.modelType) |"), "\(family.modelType)")
        }
    }

    @Test func everyFamilyHasAFixture() throws {
        let types = try Set(GoldenModel.all.map { try $0.modelType })
        for family in FamilyDescription.all { #expect(types.contains(family.modelType)) }
    }

    /// Prints the article's parts for `Scripts/support`, every line behind a mark.
    @Test(.enabled(if: environmentValue("TOKENSCOPE_SUPPORT_TABLE") != nil))
    func printArticle() throws {
        let rows = try FamilyDescription.all.map { family in
            try row(family, GoldenModel.all.filter { try $0.modelType == family.modelType })
        }
        let table = [
            "| family | models | styles | logits, float32 | logits, Double | attention | "
                + "continuation | fields |",
            "|---|---|---|---|---|---|---|---|",
        ]
        emit("table", (table + rows).joined(separator: "\n"))
        emit("fields", FamilyArticle.fields)
    }

    private func row(_ family: FamilyDescription, _ fixtures: [GoldenModel]) throws -> String {
        var engine = Parity()
        var twin = Parity()
        var styles = 0
        for fixture in fixtures {
            engine.formUnion(try fixture.parity(HostAlgebra()))
            twin.formUnion(try fixture.parity(ScalarAlgebra<Double>()))
            styles = max(styles, try fixture.alternativeFolder() == nil ? 1 : 2)
        }
        let attention = max(engine.attention, twin.attention)
        let isEqual = engine.continuesAlike && twin.continuesAlike
        let fields = family.fields.filter { !$0.name.contains(".") }
        let understood = fields.count { $0.effect != .none && $0.requirement == nil }
        let fixed = fields.count { $0.requirement != nil }
        let cells = [
            family.modelType, "\(fixtures.count)", "\(styles)", digits(engine.logits),
            digits(twin.logits), digits(attention), isEqual ? "equal" : "differs",
            "\(understood) understood, \(fixed) fixed",
        ]
        return "| \(cells.joined(separator: " | ")) |"
    }

    /// One digit, rounded up: a bound that the next run keeps, too.
    private func digits(_ value: Double) -> String {
        guard value > 0 else { return "0" }
        var exponent = 0
        var scaled = value
        while scaled < 1 {
            scaled *= 10
            exponent -= 1
        }
        let digit = Int(scaled.rounded(.up))
        return digit == 10 ? "1e\(exponent + 1)" : "\(digit)e\(exponent)"
    }

    private func emit(_ part: String, _ text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        print(lines.map { "support \(part)|\($0)" }.joined(separator: "\n"))
    }
}
