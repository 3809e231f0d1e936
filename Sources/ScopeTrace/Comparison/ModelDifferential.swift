/// Where two models part over a corpus: by category of syntax, and by part of the model.
///
/// The models are called A and B. Intervals come from drawing whole files again, as tokens of one file
/// resemble each other.
public struct ModelDifferential: Codable, Equatable, Sendable {
    /// What was measured of the tokens of one category.
    public struct Category: Codable, Equatable, Sendable {
        /// The category's name, such as `identifier`.
        public let name: String
        /// The tokens whose predictions were compared.
        public let tokenCount: Int
        /// The mean of KL(A‖B), in nats.
        public let divergence: BootstrapEstimate
        /// The mean Jensen–Shannon divergence, in nats: from 0 to ln 2.
        public let jensenShannon: BootstrapEstimate
        /// The share of the tokens for which the models hold different tokens most probable.
        public let disagreement: BootstrapEstimate
        /// The mean of B's surprisal less A's, in nats: above 0 where B predicts the text worse.
        public let surprisalChange: BootstrapEstimate
        /// The mean difference of each part on these tokens, in the order of ``ModelDifferential/parts``; nil
        /// where parts were not compared.
        public let partDifferences: [BootstrapEstimate]?

        /// Describes a category.
        public init(
            name: String, tokenCount: Int, divergence: BootstrapEstimate,
            jensenShannon: BootstrapEstimate, disagreement: BootstrapEstimate,
            surprisalChange: BootstrapEstimate, partDifferences: [BootstrapEstimate]? = nil
        ) {
            self.name = name
            self.tokenCount = tokenCount
            self.divergence = divergence
            self.jensenShannon = jensenShannon
            self.disagreement = disagreement
            self.surprisalChange = surprisalChange
            self.partDifferences = partDifferences
        }
    }

    /// The model whose distribution KL is an expectation over.
    public let a: ModelIdentity
    /// The model that is compared with it.
    public let b: ModelIdentity
    /// The files that were read.
    public let fileCount: Int
    /// All tokens together; nil where none was compared.
    public let whole: Category?
    /// The categories, those that differ most by ``Category/jensenShannon`` first.
    public let categories: [Category]
    /// What each part makes of the same input, in the models' order; nil where parts were not compared.
    public let parts: [PartDifference]?
    /// Why parts were not compared, such as other shapes; nil where they were, or nobody asked.
    public let partsFault: String?

    /// Describes a difference.
    public init(
        a: ModelIdentity, b: ModelIdentity, fileCount: Int, whole: Category?,
        categories: [Category], parts: [PartDifference]? = nil, partsFault: String? = nil
    ) {
        self.a = a
        self.b = b
        self.fileCount = fileCount
        self.whole = whole
        self.categories = categories
        self.parts = parts
        self.partsFault = partsFault
    }

    /// The part that differs most given the same input; nil where none differs, or parts were not compared.
    ///
    /// - Complexity: O(parts).
    public var mostChangedPart: ModelPart? { parts?.mostChanged }
}
