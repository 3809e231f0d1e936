import ScopeFiles
import ScopeTrace

extension JSONWriter {
    /// Writes what names a model.
    mutating func write(_ model: ModelIdentity) {
        object { writer in
            writer.member("name", model.name)
            writer.member("family", model.family)
            writer.member("fingerprint", model.fingerprint)
            writer.member("parameters", model.parameterCount)
            writer.member("weights", model.weights)
            if let rotaryLength = model.rotaryLength {
                writer.member("rotary_length", rotaryLength)
            }
        }
    }

    /// Writes a number, or null where there is none.
    mutating func member(orNull name: String, _ value: Double?) {
        key(name)
        if let value { write(value) } else { writeNull() }
    }

    /// Writes a whole number, or null where there is none.
    mutating func member(orNull name: String, _ value: Int?) {
        key(name)
        if let value { write(value) } else { writeNull() }
    }
}
