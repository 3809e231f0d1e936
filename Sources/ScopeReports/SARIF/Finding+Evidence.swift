public import ScopeTrace

extension Finding {
    /// What speaks for a finding: numbers, what else could have stood there, what it came from, and what
    /// would have followed had it been otherwise.
    public struct Evidence: Hashable, Sendable {
        /// A text that could have stood in the place.
        public struct Alternative: Hashable, Sendable {
            /// The text.
            public var text: String
            /// Its probability, from 0 to 1, as the rule's help defines it.
            public var probability: Double

            /// Makes an alternative.
            public init(text: String, probability: Double) {
                self.text = text
                self.probability = probability
            }
        }

        /// A token that a prediction came from.
        public struct Influence: Hashable, Sendable {
            /// The token.
            public var token: TokenIndex
            /// Its text.
            public var text: String
            /// Its share, by the method of ``Evidence/attributionMethod``.
            public var score: Double
            /// The bytes of the finding's file that it stands for; nil where there are none.
            public var byteRange: Range<Int>?

            /// Makes an influence.
            public init(
                token: TokenIndex, text: String, score: Double, byteRange: Range<Int>? = nil
            ) {
                self.token = token
                self.text = text
                self.score = score
                self.byteRange = byteRange
            }
        }

        /// What a model writes once the place is otherwise.
        public struct Branch: Hashable, Sendable {
            /// What was put in the place.
            public var replacement: String
            /// What the model wrote behind it.
            public var continuation: String
            /// ln p of what was put in, given what stands before; nil where it was not measured.
            public var logProbability: Double?

            /// Makes a branch.
            public init(replacement: String, continuation: String, logProbability: Double? = nil) {
                self.replacement = replacement
                self.continuation = continuation
                self.logProbability = logProbability
            }
        }

        /// Numbers by name, as metrics are named; never NaN.
        public var metrics: [String: Double]
        /// What else could have stood there, the most probable first.
        public var alternatives: [Alternative]
        /// The tokens that the prediction came from, the strongest first.
        public var attributions: [Influence]
        /// How ``attributions`` were computed; nil without them.
        public var attributionMethod: String?
        /// The text whose prediction ``attributions`` explain, such as the model's first choice; nil without
        /// them.
        public var attributionTarget: String?
        /// What would have followed.
        public var branch: Branch?

        /// Makes evidence.
        public init(
            metrics: [String: Double] = [:], alternatives: [Alternative] = [],
            attributions: [Influence] = [], attributionMethod: String? = nil,
            attributionTarget: String? = nil, branch: Branch? = nil
        ) {
            self.metrics = metrics
            self.alternatives = alternatives
            self.attributions = attributions
            self.attributionMethod = attributionMethod
            self.attributionTarget = attributionTarget
            self.branch = branch
        }

        /// Whether there is none.
        public var isEmpty: Bool {
            metrics.isEmpty && alternatives.isEmpty && attributions.isEmpty && branch == nil
        }
    }

    /// Whether there is more to write of it than its place and its properties.
    var hasEvidence: Bool { !evidence.isEmpty || confidence != nil || tokens != nil }

    /// The lines it covers, from 1; nil for a finding about a whole file or none.
    ///
    /// - Parameter file: The file's bytes.
    /// - Returns: The first and the last line.
    /// - Complexity: O(bytes).
    public func lines(in file: [UInt8]) -> ClosedRange<Int>? {
        guard let byteRange else { return nil }
        let region = SARIFRegion(byteRange, in: file)
        // What ends with a line's end ends in that line.
        let last = region.endColumn == 1 ? region.endLine - 1 : region.endLine
        return region.startLine...max(region.startLine, last)
    }
}
