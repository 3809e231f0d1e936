import ScopeTestKit
import Synchronization
import Testing
import TokenScope

/// The checks themselves: observers that break a law are found out, and by which.
@Suite struct ObserverLawsTests {
    final class Box: Sendable {
        let count = Mutex(0)
        func increment() -> Int {
            count.withLock {
                $0 += 1
                return $0
            }
        }
        func set(_ value: Int) { count.withLock { $0 = value } }
    }

    private func broken(_ observer: some DecodingObserver) throws -> Set<ObserverLaw> {
        Set(try ObserverLaws().violations(of: observer).map(\.law))
    }

    /// A class in the value: both sides of a fork write to it, and so does every later run.
    @Test func sharedStateBreaksEveryLaw() throws {
        struct Shared: DecodingObserver {
            let box = Box()
            func observe(_ step: borrowing DecodingStep, record: inout TokenMetrics) {
                record[.seen] = box.increment()
            }
        }
        #expect(try broken(Shared()) == Set(ObserverLaw.allCases))
        let violation = try #require(try ObserverLaws().violations(of: Shared()).first)
        #expect(violation.description.hasPrefix("replay: the second run: seen of token 0 is "))
    }

    /// Begins afresh with each sequence, so that only two sequences at once give it away.
    @Test func sharedStateThatIsResetStillBreaksForks() throws {
        struct Resetting: DecodingObserver {
            let box = Box()
            func observe(_ step: borrowing DecodingStep, record: inout TokenMetrics) {
                if step.token.index.rawValue == 0 { box.set(0) }
                record[.seen] = box.increment()
            }
        }
        #expect(try broken(Resetting()) == [.fork])
    }

    @Test func aSummaryThatChangesSomethingBreaksThePrefixLaw() throws {
        struct CountingSummaries: DecodingObserver {
            let box = Box()
            func observe(_ step: borrowing DecodingStep, record: inout TokenMetrics) {
                if step.token.index.rawValue == 0 { box.set(0) }
            }
            func summary() -> TraceSummary {
                var summary = TraceSummary()
                summary[MetricKey("summaries", unit: .count)] = Double(box.increment())
                return summary
            }
        }
        #expect(try broken(CountingSummaries()).contains(.prefixAndRest))
    }

    @Test func stateThatIsNotRecordedCountsWhereItCanBeCompared() throws {
        struct Silent: DecodingObserver, Equatable {
            static let box = Box()
            var last = 0
            mutating func observe(_ step: borrowing DecodingStep, record: inout TokenMetrics) {
                last = Self.box.increment()
            }
        }
        let violations = try ObserverLaws().violations(of: Silent())
        #expect(violations.contains { $0.detail.hasSuffix("the observer's own values differ") })
    }

    @Test func anErrorOfTheObserverIsThrown() throws {
        struct Refusal: Error {}
        struct Refusing: DecodingObserver {
            func observe(_ step: borrowing DecodingStep, record: inout TokenMetrics) throws {
                if step.token.index.rawValue == 9 { throw Refusal() }
            }
        }
        let laws = try ObserverLaws()
        #expect(throws: DecodingFailure.self) { try laws.violations(of: Refusing()) }
    }

    @Test func goodObserversKeepTheLaws() throws {
        struct Amending: DecodingObserver {
            var lengths: [Int] = []
            mutating func observe(_ step: borrowing DecodingStep, record: inout TokenMetrics) {
                lengths.append(step.token.bytes.count)
                record[.seen] = lengths.count
                let index = step.token.index.rawValue
                if index > 0 { record.amend(.seen, at: TokenIndex(index - 1), to: -index) }
            }
        }
        struct Attentive: DecodingObserver, Equatable {
            var signals: SignalRequest { SignalRequest(attention: .all, hiddenStates: .all) }
            var sums: [Float] = []
            mutating func observe(_ step: borrowing DecodingStep, record: inout TokenMetrics) {
                guard let row = step.attention(layer: 1, head: QueryHead(2)),
                    let state = step.hiddenState(layer: 2)
                else { return }
                var sum = state[0]
                for index in row.indices { sum += row[index] * Float(index) }
                sums.append(sum)
                record[.weighted] = Double(sum)
            }
        }
        #expect(try ObserverLaws().violations(of: Amending()) == [])
        #expect(try ObserverLaws().violations(of: Attentive()) == [])
        #expect(try ObserverLaws().violations(of: InMemoryObserver(keepsLogits: true)) == [])
    }
}

extension MetricKey where Value == Int {
    fileprivate static let seen = MetricKey("seen", unit: .count)
}

extension MetricKey where Value == Double {
    fileprivate static let weighted = MetricKey("weighted")
}
