extension TemplateEvaluator {
    mutating func holds(
        _ comparison: TemplateExpression.Comparison, _ left: TemplateValue, _ right: TemplateValue
    ) throws(TemplateFault) -> Bool {
        switch comparison {
        case .equal: try areEqual(left, right)
        case .notEqual: try !areEqual(left, right)
        case .less: try isLess(left, right)
        case .greater: try isLess(right, left)
        case .lessOrEqual: try isLessOrEqual(left, right)
        case .greaterOrEqual: try isLessOrEqual(right, left)
        case .contained: try contains(right, left)
        case .notContained: try !contains(right, left)
        }
    }

    /// Python's `==`: by value, numbers of both kinds and truth values among each other.
    mutating func areEqual(
        _ left: TemplateValue, _ right: TemplateValue
    ) throws(TemplateFault) -> Bool {
        try charge(4)
        switch (left, right) {
        case (.undefined, .undefined), (.null, .null): return true
        case (.string(let left), .string(let right)):
            guard left.utf8.count == right.utf8.count else { return false }
            try charge(left.utf8.count / 8)
            return left == right
        case (.list(let left), .list(let right)):
            guard left.form == right.form, left.elements.count == right.elements.count else {
                return false
            }
            for (left, right) in zip(left.elements, right.elements)
            where try !areEqual(left, right) {
                return false
            }
            return true
        case (.dictionary(let left), .dictionary(let right)):
            guard left.count == right.count else { return false }
            for (key, value) in zip(left.keys, left.values) {
                try charge(key.utf8.count)
                guard let other = right[key], try areEqual(value, other) else { return false }
            }
            return true
        case (.range(let left), .range(let right)):
            guard left.count == right.count else { return false }
            if left.count == 0 { return true }
            return left.start == right.start && (left.count == 1 || left.step == right.step)
        case (.generator(let left), .generator(let right)): return left == right
        case (.namespace(let left), .namespace(let right)): return left == right
        case (.loop(let left), .loop(let right)): return left == right
        case (.macro(let left), .macro(let right)): return left == right
        case (.function(let left), .function(let right)): return left == right
        case (.method, .method): throw .unsupported("the comparison of methods")
        default:
            guard let left = TemplateNumber(left), let right = TemplateNumber(right) else {
                return false
            }
            return Self.order(left, right) == .equal
        }
    }

    private enum Order {
        case less
        case equal
        case greater
        /// One of the two is not a number.
        case none
    }

    /// Compares exactly, also where a whole number is no `Double`.
    private static func order(_ left: TemplateNumber, _ right: TemplateNumber) -> Order {
        switch (left, right) {
        case (.int(let left), .int(let right)): order(left, right)
        case (.double(let left), .double(let right)): order(left, right)
        case (.int(let left), .double(let right)): order(left, right)
        case (.double(let left), .int(let right)):
            switch order(right, left) {
            case .less: .greater
            case .greater: .less
            case let other: other
            }
        }
    }

    private static func order(_ left: Int, _ right: Double) -> Order {
        if right.isNaN { return .none }
        if right >= 0x1p63 { return .less }
        if right < -0x1p63 { return .greater }
        let whole = Int(right.rounded(.down))
        if left != whole { return left < whole ? .less : .greater }
        return right == right.rounded(.down) ? .equal : .less
    }

    private static func order<Number: Comparable>(_ left: Number, _ right: Number) -> Order {
        left < right ? .less : left > right ? .greater : left == right ? .equal : .none
    }

    /// Python's `<`.
    mutating func isLess(
        _ left: TemplateValue, _ right: TemplateValue
    ) throws(TemplateFault) -> Bool {
        try ordered(left, right) == .less
    }

    private mutating func isLessOrEqual(
        _ left: TemplateValue, _ right: TemplateValue
    ) throws(TemplateFault) -> Bool {
        let order = try ordered(left, right)
        return order == .less || order == .equal
    }

    private mutating func ordered(
        _ left: TemplateValue, _ right: TemplateValue
    ) throws(TemplateFault) -> Order {
        try charge(4)
        for value in [left, right] {
            if case .undefined(let reason) = value { throw .failed(reason) }
        }
        switch (left, right) {
        case (.string(let left), .string(let right)):
            try charge(min(left.utf8.count, right.utf8.count))
            return Self.order(left, right)
        case (.list(let left), .list(let right))
        where left.form == right.form && left.form.isSequence:
            for (left, right) in zip(left.elements, right.elements)
            where try !areEqual(left, right) {
                return try ordered(left, right)
            }
            return Self.order(left.elements.count, right.elements.count)
        default:
            guard let leftNumber = TemplateNumber(left), let rightNumber = TemplateNumber(right)
            else {
                throw .failed("a \(left.kindName) and a \(right.kindName) have no order")
            }
            return Self.order(leftNumber, rightNumber)
        }
    }

    /// Python's `in`.
    mutating func contains(
        _ container: TemplateValue, _ value: TemplateValue
    ) throws(TemplateFault) -> Bool {
        switch container {
        case .string(let text):
            guard case .string(let part) = value else {
                throw .failed("a string cannot hold a \(value.kindName)")
            }
            try charge(text.utf8.count + part.utf8.count)
            return text.contains(part)
        case .dictionary(let dictionary):
            guard case .string(let key) = value else {
                try checkIsKey(value)
                return false
            }
            try charge(key.utf8.count / 8)
            return dictionary[key] != nil
        case .generator(let place):
            // What was looked at is used up.
            while let element = try next(of: place) {
                if try areEqual(element, value) { return true }
            }
            return false
        default:
            for element in try elements(of: container) where try areEqual(element, value) {
                return true
            }
            return false
        }
    }

    /// Refuses what Python cannot look up in a dictionary or a set.
    func checkIsKey(_ value: TemplateValue) throws(TemplateFault) {
        switch value {
        case .dictionary: break
        case .list(let list) where list.form != .tuple && list.form != .values: break
        default: return
        }
        throw .failed("a \(value.kindName) cannot be a key")
    }

    /// Sorts by keys, stable also when reversed.
    mutating func sorted(
        _ elements: [TemplateValue], by keys: [TemplateValue], reversed: Bool
    ) throws(TemplateFault) -> [TemplateValue] {
        var order = Array(elements.indices)
        var merged = order
        var width = 1
        while width < order.count {
            var start = 0
            while start < order.count {
                let middle = min(start + width, order.count)
                let end = min(start + 2 * width, order.count)
                try charge(4 * (end - start))
                var (left, right) = (start, middle)
                for place in start..<end {
                    let takesRight: Bool
                    if left == middle || right == end {
                        takesRight = left == middle
                    } else {
                        let (first, second) = (keys[order[left]], keys[order[right]])
                        takesRight =
                            reversed ? try isLess(first, second) : try isLess(second, first)
                    }
                    merged[place] = order[takesRight ? right : left]
                    if takesRight { right += 1 } else { left += 1 }
                }
                start = end
            }
            swap(&order, &merged)
            width *= 2
        }
        return order.map { elements[$0] }
    }
}
