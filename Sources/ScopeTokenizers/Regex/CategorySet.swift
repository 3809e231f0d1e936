/// A set of Unicode general categories, one bit each.
struct CategorySet: OptionSet, Hashable, Sendable {
    /// How many general categories Unicode has.
    static let categoryCount = 30

    let rawValue: UInt32

    init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    init(_ category: Unicode.GeneralCategory) {
        rawValue = 1 << UInt32(category.position)
    }

    static let letter: CategorySet = [
        .init(.uppercaseLetter), .init(.lowercaseLetter), .init(.titlecaseLetter),
        .init(.modifierLetter), .init(.otherLetter),
    ]
    static let casedLetter: CategorySet = [
        .init(.uppercaseLetter), .init(.lowercaseLetter), .init(.titlecaseLetter),
    ]
    static let mark: CategorySet = [
        .init(.nonspacingMark), .init(.spacingMark), .init(.enclosingMark),
    ]
    static let number: CategorySet = [
        .init(.decimalNumber), .init(.letterNumber), .init(.otherNumber),
    ]
    static let punctuation: CategorySet = [
        .init(.connectorPunctuation), .init(.dashPunctuation), .init(.openPunctuation),
        .init(.closePunctuation), .init(.initialPunctuation), .init(.finalPunctuation),
        .init(.otherPunctuation),
    ]
    static let symbol: CategorySet = [
        .init(.mathSymbol), .init(.currencySymbol), .init(.modifierSymbol), .init(.otherSymbol),
    ]
    static let separator: CategorySet = [
        .init(.spaceSeparator), .init(.lineSeparator), .init(.paragraphSeparator),
    ]
    static let other: CategorySet = [
        .init(.control), .init(.format), .init(.surrogate), .init(.privateUse),
        .init(.unassigned),
    ]

    /// What UTS #18 counts as part of words beside what is alphabetic.
    static let wordBeyondAlphabetic: CategorySet = [
        mark, .init(.decimalNumber), .init(.connectorPunctuation),
    ]

    /// Whether the category at a ``Unicode/GeneralCategory/position`` is a member.
    func contains(position: Int) -> Bool {
        rawValue & (1 << UInt32(position)) != 0
    }
}

extension CategorySet {
    private static let byName: [String: CategorySet] = [
        "l": letter, "letter": letter,
        "lc": casedLetter, "casedletter": casedLetter,
        "lu": .init(.uppercaseLetter), "uppercaseletter": .init(.uppercaseLetter),
        "ll": .init(.lowercaseLetter), "lowercaseletter": .init(.lowercaseLetter),
        "lt": .init(.titlecaseLetter), "titlecaseletter": .init(.titlecaseLetter),
        "lm": .init(.modifierLetter), "modifierletter": .init(.modifierLetter),
        "lo": .init(.otherLetter), "otherletter": .init(.otherLetter),
        "m": mark, "mark": mark, "combiningmark": mark,
        "mn": .init(.nonspacingMark), "nonspacingmark": .init(.nonspacingMark),
        "mc": .init(.spacingMark), "spacingmark": .init(.spacingMark),
        "me": .init(.enclosingMark), "enclosingmark": .init(.enclosingMark),
        "n": number, "number": number,
        "nd": .init(.decimalNumber), "decimalnumber": .init(.decimalNumber),
        "nl": .init(.letterNumber), "letternumber": .init(.letterNumber),
        "no": .init(.otherNumber), "othernumber": .init(.otherNumber),
        "p": punctuation, "punctuation": punctuation,
        "pc": .init(.connectorPunctuation), "connectorpunctuation": .init(.connectorPunctuation),
        "pd": .init(.dashPunctuation), "dashpunctuation": .init(.dashPunctuation),
        "ps": .init(.openPunctuation), "openpunctuation": .init(.openPunctuation),
        "pe": .init(.closePunctuation), "closepunctuation": .init(.closePunctuation),
        "pi": .init(.initialPunctuation), "initialpunctuation": .init(.initialPunctuation),
        "pf": .init(.finalPunctuation), "finalpunctuation": .init(.finalPunctuation),
        "po": .init(.otherPunctuation), "otherpunctuation": .init(.otherPunctuation),
        "s": symbol, "symbol": symbol,
        "sm": .init(.mathSymbol), "mathsymbol": .init(.mathSymbol),
        "sc": .init(.currencySymbol), "currencysymbol": .init(.currencySymbol),
        "sk": .init(.modifierSymbol), "modifiersymbol": .init(.modifierSymbol),
        "so": .init(.otherSymbol), "othersymbol": .init(.otherSymbol),
        "z": separator, "separator": separator,
        "zs": .init(.spaceSeparator), "spaceseparator": .init(.spaceSeparator),
        "zl": .init(.lineSeparator), "lineseparator": .init(.lineSeparator),
        "zp": .init(.paragraphSeparator), "paragraphseparator": .init(.paragraphSeparator),
        "c": other, "other": other,
        "cc": .init(.control), "control": .init(.control),
        "cf": .init(.format), "format": .init(.format),
        "cs": .init(.surrogate), "surrogate": .init(.surrogate),
        "co": .init(.privateUse), "privateuse": .init(.privateUse),
        "cn": .init(.unassigned), "unassigned": .init(.unassigned),
    ]

    /// The categories that a property name stands for, spelled short or long; case, blanks,
    /// underscores and hyphens do not count.
    init?(propertyName name: String) {
        let key = String(name.lowercased().filter { !" _-".contains($0) })
        guard let set = Self.byName[key] else { return nil }
        self = set
    }
}

extension Unicode.GeneralCategory {
    /// The category's bit in a ``CategorySet``.
    var position: Int {
        switch self {
        case .uppercaseLetter: 0
        case .lowercaseLetter: 1
        case .titlecaseLetter: 2
        case .modifierLetter: 3
        case .otherLetter: 4
        case .nonspacingMark: 5
        case .spacingMark: 6
        case .enclosingMark: 7
        case .decimalNumber: 8
        case .letterNumber: 9
        case .otherNumber: 10
        case .connectorPunctuation: 11
        case .dashPunctuation: 12
        case .openPunctuation: 13
        case .closePunctuation: 14
        case .initialPunctuation: 15
        case .finalPunctuation: 16
        case .otherPunctuation: 17
        case .mathSymbol: 18
        case .currencySymbol: 19
        case .modifierSymbol: 20
        case .otherSymbol: 21
        case .spaceSeparator: 22
        case .lineSeparator: 23
        case .paragraphSeparator: 24
        case .control: 25
        case .format: 26
        case .surrogate: 27
        case .privateUse: 28
        case .unassigned: 29
        @unknown default: 29
        }
    }
}
