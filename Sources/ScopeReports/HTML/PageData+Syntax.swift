import ScopeFiles
import ScopeTrace

extension PageData {
    /// What was measured over the syntax of a trace's text: units and numbers in columns, numbers in single
    /// precision.
    func syntax(_ syntax: HTMLReport.Syntax, of trace: TokenTrace) -> [UInt8] {
        let places = TokenPlaces(trace)
        var writer = JSONWriter()
        writer.object { writer in
            writer.key("regions")
            writer.array { writer in
                for region in syntax.report.regions {
                    writer.object { writer in
                        writer.member("number", region.number)
                        writer.member("language", region.tree.language)
                        writer.member("bytes", region.byteCount)
                        writer.member("error_share", region.errorShare)
                    }
                }
            }
            writer.key("folds")
            writer.array { writer in
                for fold in syntax.report.folds { writer.write(fold, places) }
            }
            writer.key("hot_spots")
            writer.array { writer in
                for spot in syntax.hotSpots {
                    writer.object { writer in
                        writer.member("kind", spot.kind.rawValue)
                        writer.member("text", spot.text)
                        writer.member("score", spot.score)
                        writer.member("unit", spot.unit.name)
                        writer.member("line", spot.unit.line ?? 0)
                        writer.member("tokens", places.tokens(of: spot.unit))
                        writer.key("reasons")
                        writer.array { writer in
                            for reason in spot.reasons { writer.write(reason.description) }
                        }
                    }
                }
            }
            writer.key("maps")
            writer.array { writer in
                for map in syntax.maps { writer.write(map) }
            }
        }
        return writer.finish()
    }
}

/// Which tokens hold the bytes of a document.
private struct TokenPlaces {
    private let map: DocumentMap
    private let tokens: [TokenRecord]

    init(_ trace: TokenTrace) {
        map = trace.documents
        tokens = trace.tokens
    }

    /// The first token of a unit and the one after its last; none for a unit whose bytes lie apart.
    func tokens(of unit: SyntaxUnit) -> [Int] {
        guard let region = unit.region, let span = unit.span, map.regions.indices.contains(region)
        else { return [] }
        let ranges = map.sequenceRanges(of: DocumentRange(region: region, bytes: span))
        guard let first = ranges.first, let last = ranges.last else { return [] }
        let start = place { $0.upperBound > first.lowerBound }
        let end = place { $0.lowerBound >= last.upperBound }
        return [start, max(start, end)]
    }

    /// The first token whose bytes satisfy a condition that all after it satisfy too.
    private func place(_ holds: (Range<Int>) -> Bool) -> Int {
        var (low, high) = (0, tokens.count)
        while low < high {
            let middle = (low + high) / 2
            if holds(tokens[middle].sequenceSpan) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

extension JSONWriter {
    fileprivate mutating func write(_ fold: SyntaxFold, _ places: TokenPlaces) {
        object { writer in
            writer.member("level", fold.level.rawValue)
            writer.member("nested", fold.level.isNested)
            writer.member(table: "names", fold.units.map(\.name))
            writer.key("labels")
            writer.array { writer in
                for unit in fold.units {
                    if let label = unit.label { writer.write(label) } else { writer.writeNull() }
                }
            }
            writer.member("lines", fold.units.map { $0.line ?? 0 })
            writer.member("parents", fold.units.map { $0.parent ?? -1 })
            writer.member(
                "tokens",
                fold.units.flatMap { unit in
                    let tokens = places.tokens(of: unit)
                    return tokens.isEmpty ? [-1, -1] : tokens
                })
            writer.key("columns")
            writer.array { writer in
                for column in fold.columns {
                    writer.object { writer in
                        writer.member("name", column.name)
                        writer.member("unit", column.unit.rawValue)
                        writer.member("additive", column.isAdditive)
                        writer.member(singles: "weight", column.total.map(\.weight))
                        writer.member(singles: "mean", column.total.map(\.mean))
                        writer.member(singles: "least", column.total.map(\.minimum))
                        writer.member(singles: "greatest", column.total.map(\.maximum))
                    }
                }
            }
        }
    }

    fileprivate mutating func write(_ map: SyntaxMap) {
        object { writer in
            writer.member("name", map.name)
            writer.member("level", map.level.rawValue)
            writer.member("norm", map.norm.rawValue)
            writer.key("units")
            writer.array { writer in
                for unit in map.units { writer.write(unit.label ?? unit.name) }
            }
            writer.member("lines", map.units.map { $0.line ?? 0 })
            writer.key("cells")
            writer.array { writer in
                for row in map.cells {
                    writer.array { writer in
                        for cell in row { writer.write(single: cell) }
                    }
                }
            }
        }
    }

    /// Writes texts of which many are the same as a list of the different ones and places in it.
    private mutating func member(table name: String, _ values: [String]) {
        var places: [String: Int] = [:]
        var table: [String] = []
        let numbers = values.map { value -> Int in
            if let place = places[value] { return place }
            places[value] = table.count
            table.append(value)
            return table.count - 1
        }
        key(name)
        object { writer in
            writer.key("table")
            writer.array { writer in
                for value in table { writer.write(value) }
            }
            writer.member("places", numbers)
        }
    }

    private mutating func member(singles name: String, _ values: [Double?]) {
        key(name)
        array { writer in
            for value in values { writer.write(single: value) }
        }
    }

    private mutating func write(single value: Double?) {
        guard let value, !value.isNaN else { return writeNull() }
        // A finite number stays finite.
        let single = Float(value)
        if single.isInfinite, value.isFinite { write(value) } else { write(single) }
    }
}
