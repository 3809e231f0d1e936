/// Runs a program: scopes, text written so far, and what it has cost.
struct TemplateEvaluator {
    /// Variables of one block.
    struct Scope {
        var variables: [String: TemplateValue]
        /// The scope around it, where it stands in the source.
        let parent: Int?
        /// Tells apart scopes that took the same place one after the other.
        let serial: Int
    }

    /// A loop that is running.
    struct Round {
        let elements: [TemplateValue]
        var index: Int
        let number: Int
    }

    /// What a filter such as `map` gives.
    ///
    /// The reference computes it element by element, so a fault counts only when the element is
    /// asked for.
    struct Generator {
        var elements: ArraySlice<TemplateValue>
        var fault: TemplateFault?
    }

    /// How a statement ended.
    enum Flow {
        case onward
        case leaveLoop
        case nextRound
    }

    let program: TemplateProgram
    let date: ChatDate?
    let limits: TemplateLimits

    /// The line of what is being evaluated, for messages.
    var line = 1
    var output: [UInt8] = []
    var scopes: [Scope] = []
    var rounds: [Round] = []
    var namespaces: [TemplateDictionary] = []
    var generators: [Generator] = []
    private var serial = 0
    private var work = 0
    var depth = 0

    init(
        _ program: TemplateProgram, variables: [String: TemplateValue], date: ChatDate?,
        limits: TemplateLimits
    ) {
        self.program = program
        self.date = date
        self.limits = limits
        pushScope(variables, parent: nil)
        pushScope(parent: 0)
    }

    /// Runs the whole program; ``output`` is its text.
    mutating func run() throws(TemplateFault) {
        _ = try execute(program.body)
    }

    // MARK: Costs

    /// Pays for work that is about to be done.
    mutating func charge(_ units: Int) throws(TemplateFault) {
        work += min(units, limits.work + 1)
        guard work <= limits.work else {
            throw .tooLarge("rendering takes more than \(limits.work / TemplateLimits.step) steps")
        }
    }

    /// Counts one level more of what runs inside each other; ``leave()`` counts it back.
    ///
    /// A fault ends the rendering, so that nothing needs to be counted back behind it.
    mutating func enter() throws(TemplateFault) {
        try charge(TemplateLimits.step)
        guard depth < limits.depth else {
            throw .tooLarge("rendering goes deeper than \(limits.depth) levels")
        }
        depth += 1
    }

    mutating func leave() { depth -= 1 }

    /// Refuses a text that would become too long, and pays for one that does not.
    mutating func chargeText(_ count: Int) throws(TemplateFault) {
        try checkText(count)
        try charge(count / 4)
    }

    /// Refuses a text that would become too long.
    func checkText(_ count: Int) throws(TemplateFault) {
        guard count <= limits.bytes else {
            throw .tooLarge("a text has more than \(limits.bytes) bytes")
        }
    }

    mutating func write(_ text: [UInt8]) throws(TemplateFault) {
        try chargeText(text.count)
        guard output.count + text.count <= limits.bytes else {
            throw .tooLarge("the text has more than \(limits.bytes) bytes")
        }
        output += text
    }

    /// What is written by `body`, instead of writing it.
    mutating func captured(
        _ body: (inout TemplateEvaluator) throws(TemplateFault) -> Void
    ) throws(TemplateFault) -> TemplateText {
        var text: [UInt8] = []
        swap(&text, &output)
        try body(&self)
        swap(&text, &output)
        return TemplateText(utf8: text)
    }

    // MARK: Scopes

    mutating func pushScope(_ variables: [String: TemplateValue] = [:], parent: Int?) {
        serial += 1
        scopes.append(Scope(variables: variables, parent: parent, serial: serial))
    }

    /// The scope at hand, which is always the last one.
    var scope: Int { scopes.count - 1 }

    mutating func inScope<Result>(
        _ body: (inout TemplateEvaluator) throws(TemplateFault) -> Result
    ) throws(TemplateFault) -> Result {
        pushScope(parent: scope)
        let result = try body(&self)
        scopes.removeLast()
        return result
    }

    func variable(_ name: String) -> TemplateValue? {
        var place: Int? = scope
        while let current = place {
            if let value = scopes[current].variables[name] { return value }
            place = scopes[current].parent
        }
        return nil
    }

    mutating func set(_ name: String, to value: TemplateValue) {
        scopes[scope].variables[name] = value
    }

    mutating func makeNumber() -> Int {
        serial += 1
        return serial
    }

    // MARK: New values

    mutating func list(
        _ elements: [TemplateValue], form: TemplateList.Form = .list
    ) throws(TemplateFault) -> TemplateValue {
        try charge(2 * elements.count)
        let list = TemplateList(elements, form: form)
        try checkDepth(list.depth)
        return .list(list)
    }

    mutating func dictionary(
        _ dictionary: TemplateDictionary
    ) throws(TemplateFault) -> TemplateValue {
        try charge(8 * dictionary.count)
        try checkDepth(dictionary.depth)
        return .dictionary(dictionary)
    }

    func checkDepth(_ depth: Int) throws(TemplateFault) {
        guard depth <= TemplateLimits.valueDepth else {
            throw .tooLarge("a value is nested deeper than \(TemplateLimits.valueDepth) levels")
        }
    }

    mutating func generator(
        _ elements: [TemplateValue], fault: TemplateFault? = nil
    ) throws(TemplateFault) -> TemplateValue {
        try charge(2 * elements.count)
        generators.append(Generator(elements: elements[...], fault: fault))
        return .generator(generators.count - 1)
    }

    /// The next element of a generator, which is used up by it; nil at its end.
    mutating func next(of place: Int) throws(TemplateFault) -> TemplateValue? {
        if let element = generators[place].elements.popFirst() { return element }
        guard let fault = generators[place].fault else { return nil }
        throw fault
    }

    mutating func text(_ utf8: [UInt8]) throws(TemplateFault) -> TemplateValue {
        try chargeText(utf8.count)
        return .string(TemplateText(utf8: utf8))
    }
}
