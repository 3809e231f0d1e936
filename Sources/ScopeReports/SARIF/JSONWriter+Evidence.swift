import ScopeFiles
import ScopeTrace

extension JSONWriter {
    /// The members of a property bag that hold what speaks for a finding.
    mutating func evidence(of finding: Finding) {
        let evidence = finding.evidence
        if let confidence = finding.confidence { member("confidence", confidence) }
        if let tokens = finding.tokens {
            member("firstToken", tokens.lowerBound.rawValue)
            member("endToken", tokens.upperBound.rawValue)
        }
        if !evidence.metrics.isEmpty {
            key("metrics")
            object { writer in
                for (name, value) in evidence.metrics.sorted(by: { $0.key < $1.key }) {
                    writer.member(name, value)
                }
            }
        }
        if !evidence.alternatives.isEmpty {
            key("alternatives")
            array { writer in
                for alternative in evidence.alternatives {
                    writer.object { writer in
                        writer.member("text", alternative.text)
                        writer.member("probability", alternative.probability)
                    }
                }
            }
        }
        if !evidence.attributions.isEmpty {
            if let method = evidence.attributionMethod { member("attributionMethod", method) }
            if let target = evidence.attributionTarget { member("attributionTarget", target) }
            key("attributions")
            array { writer in
                for influence in evidence.attributions {
                    writer.object { writer in
                        writer.member("token", influence.token.rawValue)
                        writer.member("text", influence.text)
                        writer.member("score", influence.score)
                        if let range = influence.byteRange {
                            writer.member("byteOffset", range.lowerBound)
                            writer.member("byteLength", range.count)
                        }
                    }
                }
            }
        }
        if let branch = evidence.branch {
            key("branch")
            object { writer in
                writer.member("replacement", branch.replacement)
                writer.member("continuation", branch.continuation)
                if let value = branch.logProbability { writer.member("logProbability", value) }
            }
        }
    }
}
