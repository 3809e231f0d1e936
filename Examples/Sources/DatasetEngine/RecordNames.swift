/// The ids of the records so far, by numbers of 64 bits, so that those of long data sets fit: that two of a
/// million ids have the same number happens once in tens of millions of data sets.
struct RecordNames {
    private var numbers: Set<Int> = []

    /// Adds an id.
    ///
    /// - Returns: Whether no earlier record has it.
    mutating func add(_ id: DatasetRecord.ID) -> Bool {
        // In the output, where they name samples, 1 and "1" are the same.
        numbers.insert(id.description.hashValue).inserted
    }

    /// What to say of a record whose id an earlier one has.
    static func complaint(_ record: DatasetRecord, at place: String) -> String {
        "\(place): \(record.key): \"\(record.id)\" is an earlier record's, too"
    }
}
