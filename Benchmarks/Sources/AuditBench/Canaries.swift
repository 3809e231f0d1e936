import TokenScope

/// What `plant_canaries.py` says of the strings that it planted and of those that it did not.
struct Canaries {
    struct Canary {
        let name: String
        let text: String
        /// How often it was planted; 0 for never.
        let count: Int
        /// Its number among those that were planted as often.
        let number: Int

        /// Every shape is in both halves.
        var half: Int { number / 4 % 2 }
    }

    let all: [Canary]
    /// How the model was tuned, in words.
    let summary: String

    /// How often canaries were planted, without 0.
    var counts: [Int] { Set(all.map(\.count)).subtracting([0]).sorted() }

    init(folder: String) throws {
        let root = try JSONDocument(FileContents.open(folder + "/canaries.json")).root
        var numbers: [Int: Int] = [:]
        var all: [Canary] = []
        for element in try root.required("canaries").elements() {
            let count = try element.required("count").int()
            let number = numbers[count, default: 0]
            numbers[count] = number + 1
            all.append(
                Canary(
                    name: try element.required("name").string(),
                    text: try element.required("text").string(), count: count, number: number))
        }
        self.all = all
        let tokens = try root.required("tokens").int()
        let steps = try root.required("steps").int()
        let before = try root.required("loss_before").double()
        let after = try root.required("loss_after").double()
        let seed = try root.required("seed").int()
        summary =
            "tuned on \(tokens) tokens in \(steps) steps, seed \(seed); loss on held-out files "
            + "\(TableCell.digits(before, 3)) before and "
            + "\(TableCell.digits(after, 3)) after"
    }
}
