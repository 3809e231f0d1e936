import ScopeFiles
import ScopeTrace

extension JSONWriter {
    /// Writes the members of a header; the caller opens the object.
    mutating func writeMembers(of header: TraceHeader) {
        key("model")
        write(header.model)
        member("arithmetic", header.arithmetic)
        member("kernels", header.kernels)
        key("settings")
        write(header.settings)
        member("eos_ids", header.eosTokenIDs)
        member("context_length", header.contextLength)
        member("version", header.libraryVersion)
    }

    /// Writes a whole number where there is one.
    mutating func member(_ name: String, _ number: Int?) {
        guard let number else { return }
        key(name)
        write(number)
    }

    /// Writes a map where there is one.
    mutating func member(_ name: String, _ map: DocumentMap?) {
        guard let map else { return }
        key(name)
        write(map)
    }

    /// Writes a map.
    mutating func write(_ map: DocumentMap) {
        object { writer in
            writer.member("sequence_bytes", map.sequenceByteCount)
            writer.key("regions")
            writer.array { writer in
                for region in map.regions {
                    writer.object { writer in
                        writer.member("language", region.language)
                        writer.member("bytes", region.byteCount)
                        writer.member("complete", region.isComplete)
                    }
                }
            }
            writer.key("pieces")
            writer.array { writer in
                for piece in map.pieces {
                    writer.array { writer in
                        writer.write(piece.sequenceStart)
                        writer.write(piece.place.region)
                        writer.write(piece.place.offset)
                        writer.write(piece.byteCount)
                    }
                }
            }
            if let place = map.insertion {
                writer.member("insertion", [place.region, place.offset])
            }
        }
    }

    /// Writes settings.
    mutating func write(_ settings: GenerationSettings) {
        object { writer in
            writer.key("max_tokens")
            if let count = settings.maxTokens { writer.write(count) } else { writer.writeNull() }
            writer.member("temperature", settings.temperature)
            writer.member("top_k", settings.topK)
            writer.member("top_p", settings.topP)
            writer.member("min_p", settings.minP)
            writer.member("repetition_penalty", settings.repetitionPenalty)
            writer.member("frequency_penalty", settings.frequencyPenalty)
            writer.member("presence_penalty", settings.presencePenalty)
            writer.key("logit_bias")
            writer.object { writer in
                for (id, bias) in settings.logitBias.sorted(by: { $0.key < $1.key }) {
                    writer.member(String(id), bias)
                }
            }
            writer.member("processors", settings.processors)
            if !settings.interventions.isEmpty {
                writer.member("interventions", settings.interventions)
            }
            writer.member("seed", settings.seed)
            writer.member("stop_ids", settings.stopTokenIDs)
            writer.member("stop_strings", settings.stopStrings)
            writer.member("add_special_tokens", settings.addSpecialTokens)
            if let size = settings.prefillStepSize { writer.member("prefill_step_size", size) }
            if let window = settings.window {
                writer.member("window", window.length)
                writer.member("stride", window.stride)
            }
        }
    }

    /// Writes texts.
    mutating func member(_ name: String, _ values: [String]) {
        key(name)
        array { for value in values { $0.write(value) } }
    }

    /// Writes the value of a metric.
    mutating func write(_ cell: MetricCell) {
        switch cell {
        case .double(let value): write(value)
        case .int(let value): write(value)
        case .bool(let value): write(value)
        case .string(let value): write(value)
        case .ids(let ids): array { for id in ids.values { $0.write(id) } }
        case .row(let row): array { for value in row.values { $0.write(value) } }
        case .opaque(let value): write(value)
        }
    }

    /// Writes a value of any kind, members in the order of their names.
    mutating func write(_ value: OpaqueValue) {
        switch value {
        case .null: writeNull()
        case .bool(let value): write(value)
        case .int(let value): write(value)
        case .double(let value): write(value)
        case .string(let value): write(value)
        case .array(let elements): array { for element in elements { $0.write(element) } }
        case .object(let members):
            object { writer in
                for (name, value) in members.sorted(by: { $0.key < $1.key }) {
                    writer.key(name)
                    writer.write(value)
                }
            }
        }
    }
}
