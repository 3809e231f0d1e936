/// The date and time that a template's `strftime_now` shows.
///
/// It is an argument, not the clock: the same conversation gives the same text.
public struct ChatDate: Sendable, Equatable {
    /// The year, 1...9999.
    public let year: Int
    /// The month, 1...12.
    public let month: Int
    /// The day of the month.
    public let day: Int
    /// The hour, 0..<24.
    public let hour: Int
    /// The minute, 0..<60.
    public let minute: Int
    /// The second, 0..<60.
    public let second: Int

    /// Makes a date of the Gregorian calendar; one that does not exist is a programmer's mistake.
    public init(year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0) {
        precondition((1...9999).contains(year) && (1...12).contains(month), "no such month")
        precondition((1...Self.days(in: month, of: year)).contains(day), "no such day")
        precondition(
            (0..<24).contains(hour) && (0..<60).contains(minute) && (0..<60).contains(second),
            "no such time")
        (self.year, self.month, self.day) = (year, month, day)
        (self.hour, self.minute, self.second) = (hour, minute, second)
    }

    private static func days(in month: Int, of year: Int) -> Int {
        let isLeap = year.isMultiple(of: 4) && !year.isMultiple(of: 100) || year.isMultiple(of: 400)
        switch month {
        case 2: return isLeap ? 29 : 28
        case 4, 6, 9, 11: return 30
        default: return 31
        }
    }

    private var dayOfYear: Int {
        (1..<month).reduce(day) { $0 + Self.days(in: $1, of: year) }
    }

    /// From Sunday, 0...6.
    private var weekday: Int {
        let past = year - 1
        return (365 * past + past / 4 - past / 100 + past / 400 + dayOfYear) % 7
    }

    /// The date in the notation of C's `strftime`, with English names.
    func formatted(_ format: String) throws(TemplateFault) -> String {
        var text = ""
        var isDirective = false
        for scalar in format.unicodeScalars {
            guard isDirective else {
                if scalar == "%" { isDirective = true } else { text.unicodeScalars.append(scalar) }
                continue
            }
            isDirective = false
            text += try directive(scalar)
        }
        if isDirective { throw .unsupported("a lone % at the end of a date format") }
        return text
    }

    private func directive(_ letter: Unicode.Scalar) throws(TemplateFault) -> String {
        switch letter {
        case "a": return String(Self.weekdays[weekday].prefix(3))
        case "A": return Self.weekdays[weekday]
        case "b", "h": return String(Self.months[month - 1].prefix(3))
        case "B": return Self.months[month - 1]
        case "d": return Self.padded(day)
        case "e": return day < 10 ? " \(day)" : "\(day)"
        case "F": return "\(Self.padded(year, 4))-\(Self.padded(month))-\(Self.padded(day))"
        case "H": return Self.padded(hour)
        case "I": return Self.padded((hour + 11) % 12 + 1)
        case "j": return Self.padded(dayOfYear, 3)
        case "m": return Self.padded(month)
        case "M": return Self.padded(minute)
        case "p": return hour < 12 ? "AM" : "PM"
        case "S": return Self.padded(second)
        case "T": return "\(Self.padded(hour)):\(Self.padded(minute)):\(Self.padded(second))"
        case "w": return "\(weekday)"
        case "y": return Self.padded(year % 100)
        case "Y": return "\(year)"
        case "%": return "%"
        default: throw .unsupported("%\(letter) in a date format")
        }
    }

    private static func padded(_ number: Int, _ width: Int = 2) -> String {
        let digits = "\(number)"
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    private static let weekdays = [
        "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
    ]

    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September",
        "October", "November", "December",
    ]
}
