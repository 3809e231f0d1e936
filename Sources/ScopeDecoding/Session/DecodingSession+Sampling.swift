internal import ScopeTensor
internal import ScopeTrace

extension DecodingSession {
    /// Lets a processor edit the logits of every draw from here on, after those already attached.
    ///
    /// It is shown the whole sequence first, and its name is added to the trace's header.
    ///
    /// - Parameter processor: The processor's starting value.
    /// - Returns: What reads the processor back.
    /// - Complexity: O(tokens so far).
    @discardableResult
    public mutating func attach<Processor: LogitProcessor>(
        processor: Processor
    ) -> ProcessorHandle<Processor> {
        processors.append(processor)
        recorder.trace.header.settings.processors.append(processor.name)
        showSequence(toProcessorAt: processors.count - 1)
        return ProcessorHandle(index: processors.count - 1)
    }

    /// The present value of a processor attached to this session or to the one it was copied from.
    public subscript<Processor: LogitProcessor>(
        handle: ProcessorHandle<Processor>
    ) -> Processor {
        guard processors.indices.contains(handle.index),
            let processor = processors[handle.index] as? Processor
        else {
            preconditionFailure("the handle belongs to another session")
        }
        return processor
    }

    /// Several sessions that go on from here, each with draws of its own.
    ///
    /// What there is of the sequence goes through the model first, once; the samples share its cache
    /// and everything observed. Sample 0 goes on as this session would; sample `k` has the seed
    /// ``GenerateParameters/seed(ofSample:)``, which its trace's header names. At temperature 0 all are
    /// equal.
    ///
    /// - Parameter count: The number of samples; at least 0.
    /// - Returns: The sessions.
    /// - Throws: ``DecodingFailure`` from reading the prompt.
    /// - Complexity: O(samples) beyond ``prefill()``: a copy shares all its memory until it is
    ///   decoded further.
    public mutating func samples(_ count: Int) throws(DecodingFailure) -> [DecodingSession] {
        precondition(count >= 0, "a negative number of samples")
        try prefill()
        var samples: [DecodingSession] = []
        for number in 0..<count {
            var sample = self
            sample.parameters.seed = parameters.seed(ofSample: number)
            sample.recorder.trace.header.settings.seed = sample.parameters.seed
            samples.append(sample)
        }
        return samples
    }

    /// Draws the token that follows the sequence, whose last row has gone through the model.
    mutating func draw() throws(DecodingFailure) -> Draw {
        let index = TokenIndex(sequence.count)
        let distribution: SamplingDistribution
        if processors.isEmpty {
            guard
                let plain = Self.distribution(of: lastLogits.span, parameters)
            else { throw .notADistribution(token: index) }
            distribution = plain
        } else {
            // Broken weights are not the processors' fault.
            guard LogitSummary(lastLogits.span) != nil else {
                throw .notADistribution(token: index)
            }
            var logits = lastLogits
            try Self.process(&logits, at: index, by: &processors)
            guard let edited = Self.distribution(of: logits.span, parameters)
            else { throw .nothingToSample(token: index) }
            distribution = edited
        }
        let winner = distribution.drawCandidate(index: sequence.count, seed: parameters.seed)
        return Draw(
            id: winner.id, probability: winner.probability,
            candidateCount: distribution.candidates.count)
    }

    private static func distribution(
        of logits: Span<Float>, _ parameters: GenerateParameters
    ) -> SamplingDistribution? {
        SamplingDistribution(checking: logits, parameters: parameters, isOrdered: false)
    }

    private static func process(
        _ logits: inout [Float], at index: TokenIndex, by processors: inout [any LogitProcessor]
    ) throws(DecodingFailure) {
        var span = logits.mutableSpan
        for place in processors.indices {
            do {
                try processors[place].process(&span, at: index)
            } catch {
                throw .processor(name: processors[place].name, underlying: error)
            }
        }
    }

    /// Appends a token to the sequence and shows it to everyone who follows the sequence.
    ///
    /// - Returns: The stop text that the token completes.
    @discardableResult
    mutating func append(_ id: Int, origin: TokenOrigin, draw: Draw? = nil) -> StopMatch? {
        sequence.append(id, origin: origin, draw: draw)
        return showLastToken()
    }

    /// Shows the last token to everyone who follows the sequence.
    ///
    /// - Returns: The stop text that the token completes.
    @discardableResult
    mutating func showLastToken() -> StopMatch? {
        let token = sequence[sequence.count - 1]
        for index in processors.indices { processors[index].accept(token) }
        return token.origin == .prompt ? nil : stopMatcher.append(token)
    }

    mutating func showSequence(toProcessorAt index: Int) {
        for place in 0..<sequence.count { processors[index].accept(sequence[place]) }
    }
}
