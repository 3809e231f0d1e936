import ScopeAttribution
import ScopeTestKit
import ScopeTrace
import Synchronization
import Testing

/// Each law notices a method that breaks it.
@Suite struct AttributionLawTests {
    /// A method that breaks one law and keeps the others.
    private struct Broken: AttributionMethod {
        let law: AttributionLaw
        let calls = Calls()

        final class Calls: Sendable {
            let count = Mutex(0)
        }

        var name: String { "broken" }

        func attribute(
            _ targets: [AttributionTarget], in text: AttributedText
        ) throws(AttributionFailure) -> [Attribution] {
            let call = calls.count.withLock { count in
                count += 1
                return count
            }
            var attributions: [Attribution] = []
            for target in targets {
                var own = try LeaveOneOut(.logit).attribute(target, in: text)
                own.method = name
                own.diagnostics = [:]
                switch law {
                case .batching: own.scores[0] += targets.count > 1 ? 1 : 0
                case .contrast: own.scores[0] += target.contrast == nil ? 0 : 1
                case .determinism: own.scores[0] += call == 1 ? 0 : 1e-9
                case .finite: own.diagnostics["x"] = .infinity
                case .future: own.scores[0] *= Double(text.ids.count)
                case .shape: own.scores.append(0)
                case .sign: own.isSigned = false
                }
                attributions.append(own)
            }
            return attributions
        }
    }

    @Test(arguments: AttributionLaw.allCases)
    func everyLawIsNoticed(_ law: AttributionLaw) throws {
        let violations = try AttributionLaws().violations(of: Broken(law: law))
        #expect(violations.contains { $0.law == law }, "\(violations)")
        // A sign that is denied is also wrong in a contrast.
        let others = Set(violations.map(\.law)).subtracting(
            law == .sign ? [law, .contrast] : [law])
        #expect(others.isEmpty, "\(violations)")
    }

    /// Further ways to break the shape, each told apart.
    private struct Misshapen: AttributionMethod {
        let change: @Sendable (inout [Attribution]) -> Void

        var name: String { "misshapen" }

        func attribute(
            _ targets: [AttributionTarget], in text: AttributedText
        ) throws(AttributionFailure) -> [Attribution] {
            var attributions = try RandomAttribution().attribute(targets, in: text)
            for index in attributions.indices { attributions[index].method = name }
            change(&attributions)
            return attributions
        }
    }

    @Test func everyFaultOfShapeIsNoticed() throws {
        let changes: [@Sendable (inout [Attribution]) -> Void] = [
            { $0.removeLast() }, { $0.reverse() }, { $0[0].method = "another" },
            { $0[0].targetID += 1 }, { $0[0].scores.removeLast() },
        ]
        for change in changes {
            let violations = try AttributionLaws().violations(of: Misshapen(change: change))
            #expect(Set(violations.map(\.law)) == [.shape])
        }
        #expect(try AttributionLaws().violations(of: Misshapen { _ in }).isEmpty)
    }

    @Test func aScoreThatIsNoNumberIsNoticed() throws {
        let violations = try AttributionLaws().violations(
            of: Misshapen { for index in $0.indices { $0[index].scores[0] = .nan } })
        #expect(violations.contains { $0.law == .finite })
    }
}
