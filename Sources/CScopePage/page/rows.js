// @ts-check
/** Rows of numbers of each token: attention, rollout, lenses. */

/**
 * A column whose cells are lists, as it lies in the data: how many values each token has, -1 for none, and
 * all values behind one another.
 * @typedef {{name: string, unit: string, kind: string, single?: boolean, place?: number, counts: number[], values: number[]}} RawRows
 */

/** Lists of numbers by token. */
export class Rows {
    /** @param {RawRows} raw @param {number} tokens */
    constructor(raw, tokens) {
        this.name = raw.name;
        this.unit = raw.unit;
        this.kind = raw.kind;
        this.single = raw.single === true;
        this.place = raw.place ?? 0;
        this.tokens = 0;
        this.starts = new Int32Array(tokens + 1);
        this.present = new Uint8Array(tokens);
        this.values = new Float64Array(raw.values.length);
        this.put(raw, 0, tokens);
    }

    /**
     * Puts lists in the place of those of tokens from one on, which costs what the new lists cost.
     * @param {RawRows | null} raw nothing for tokens without lists
     * @param {number} from
     * @param {number} tokens how many tokens there are then
     */
    put(raw, from, tokens) {
        for (; this.tokens < from; this.tokens++) this.starts[this.tokens + 1] = this.starts[this.tokens];
        // What stands behind is put there again; that is rare.
        const behind = this.tokens > tokens ? this.slice(tokens) : null;
        const first = this.starts[from];
        const size = raw?.values.length ?? 0;
        this.starts = roomier(this.starts, tokens + 1);
        this.present = roomier(this.present, tokens);
        this.values = roomier(this.values, first + size);
        for (let k = 0; k < size; k++) {
            const value = Number(raw?.values[k]);
            this.values[first + k] = this.single ? Math.fround(value) : value;
        }
        let place = first;
        for (let i = from; i < tokens; i++) {
            const many = raw?.counts[i - from] ?? -1;
            this.present[i] = many >= 0 ? 1 : 0;
            this.starts[i] = place;
            if (many > 0) place += many;
            this.starts[i + 1] = place;
        }
        this.tokens = tokens;
        if (behind) this.put(behind, tokens, tokens + behind.counts.length);
    }

    /** The lists of some tokens. @param {number} from @param {number} [to] @returns {RawRows} */
    slice(from, to = this.tokens) {
        const counts = Array.from({ length: to - from }, (_, k) => this.at(from + k)?.length ?? -1);
        const values = Array.from(this.values.subarray(this.starts[from], this.starts[Math.min(to, this.tokens)]));
        return { name: this.name, unit: this.unit, kind: this.kind, single: this.single, place: this.place, counts, values };
    }

    /**
     * The values of a token, null where there are none.
     * @param {number} token
     * @returns {Float64Array | null}
     */
    at(token) {
        return token < this.tokens && this.present[token] ? this.values.subarray(this.starts[token], this.starts[token + 1]) : null;
    }
}

/**
 * Numbers with room for so many, with as much again where they must move: appending stays cheap.
 * @template {Float64Array | Int32Array | Uint8Array} T
 * @param {T} numbers
 * @param {number} size
 * @returns {T}
 */
export function roomier(numbers, size) {
    if (numbers.length >= size) return numbers;
    const more = new /** @type {any} */ (numbers.constructor)(Math.max(size, 2 * numbers.length));
    more.set(numbers);
    return more;
}

/**
 * One map of tokens to the earlier tokens that they drew on.
 * @typedef {{family: string, layer: number | null, head: number | null, rows: Rows, places: Rows | null}} SourceMap
 */

/** @typedef {{token: number, weight: number}} Weight */

const FAMILY_LABELS = {
    attention: "Attention", rollout: "Attention rollout", attention_flow: "Attention flow",
    attention_flow_share: "Attention flow, share", value_weighted_norm: "Value-weighted norm",
};

/** @param {string} family */
export function familyLabel(family) {
    return FAMILY_LABELS[/** @type {keyof typeof FAMILY_LABELS} */ (family)] ?? family.replace(/_/g, " ");
}

/** All lists of a trace, sorted by what they are. */
export class RowSet {
    /** @param {RawRows[]} raw @param {number} tokens */
    constructor(raw, tokens) {
        /** @type {Map<string, Rows>} */
        this.byName = new Map();
        this.tokens = tokens;
        for (const column of raw) {
            if (column.counts) this.byName.set(column.name, new Rows(column, tokens));
        }
        /** @type {SourceMap[]} */
        this.maps = [];
        for (const [name, rows] of this.byName) {
            if (rows.kind !== "row" || /_(tokens|rest)$/.test(name)) continue;
            const places = this.byName.get(name + "_tokens") ?? null;
            const match = /^(.+?)(?:_l(\d+))?(?:_h(\d+)|_mean)?$/.exec(name);
            if (!match || !(places || match[1] in FAMILY_LABELS)) continue;
            this.maps.push({
                family: match[1], layer: match[2] === undefined ? null : Number(match[2]),
                head: match[3] === undefined ? null : Number(match[3]), rows, places,
            });
        }
        this.lenses = ["logit_lens", "tuned_lens"].map((stem) => this.lens(stem)).filter((lens) => lens !== null);
    }

    /** Drops the lists of tokens from one on. @param {number} to */
    truncate(to) {
        for (const rows of this.byName.values()) rows.tokens = Math.min(rows.tokens, to);
        this.tokens = to;
    }

    /**
     * Puts lists of tokens from one on.
     * @param {RawRows[]} raw @param {number} from @param {number} tokens how many there are then
     */
    put(raw, from, tokens) {
        const given = new Map(raw.filter((column) => column.counts).map((column) => [column.name, column]));
        for (const [name, column] of given) {
            if (!this.byName.has(name)) this.byName.set(name, new Rows({ ...column, counts: [], values: [] }, from));
        }
        for (const [name, rows] of this.byName) rows.put(given.get(name) ?? null, from, tokens);
        this.tokens = Math.max(this.tokens, tokens);
    }

    /** The families of maps, each once. */
    get families() {
        return [...new Set(this.maps.map((map) => map.family))];
    }

    /**
     * What a token drew on by one map, the largest first; null where nothing is recorded.
     * @param {SourceMap} map
     * @param {number} token
     * @returns {Weight[] | null}
     */
    sources(map, token) {
        const row = map.rows.at(token);
        if (!row) return null;
        const places = map.places?.at(token);
        const first = token - row.length;
        /** @type {Weight[]} */
        const weights = [];
        for (let k = 0; k < row.length; k++) {
            const source = places ? places[k] : first + k;
            if (source >= 0 && source < this.tokens) weights.push({ token: source, weight: row[k] });
        }
        return weights.sort((a, b) => b.weight - a.weight);
    }

    /**
     * Which later tokens drew on a token by one map, the largest first.
     * @param {SourceMap} map
     * @param {number} token
     * @returns {Weight[]}
     */
    targets(map, token) {
        /** @type {Weight[]} */
        const weights = [];
        for (let later = token + 1; later < this.tokens; later++) {
            const row = map.rows.at(later);
            if (!row) continue;
            const places = map.places?.at(later);
            const place = places ? places.indexOf(token) : token - (later - row.length);
            if (place >= 0 && place < row.length) weights.push({ token: later, weight: row[place] });
        }
        return weights.sort((a, b) => b.weight - a.weight);
    }

    /** The mass that a map does not name of a token, NaN where it names all. @param {SourceMap} map @param {number} token */
    rest(map, token) {
        const sources = this.sources(map, token);
        if (!map.places || !sources || map.rows.unit !== "probability") return NaN;
        return Math.max(0, 1 - sources.reduce((sum, source) => sum + source.weight, 0));
    }

    /** @param {string} stem */
    lens(stem) {
        const layers = [...this.byName.keys()]
            .map((name) => new RegExp(`^${stem}_ids_l(\\d+)$`).exec(name))
            .filter((match) => match !== null).map((match) => Number(match[1])).sort((a, b) => a - b);
        if (layers.length === 0) return null;
        const column = (/** @type {string} */ name) => this.byName.get(`${stem}_${name}`) ?? null;
        return {
            name: stem === "logit_lens" ? "Logit lens" : "Tuned lens", layers,
            /**
             * What each layer would have predicted at a token; null where nothing is recorded.
             * @param {number} token
             */
            at: (token) => {
                const [rank, probability, divergence, entropy] = ["rank", "probability", "divergence", "entropy"]
                    .map((name) => column(name)?.at(token) ?? null);
                const readings = layers.map((layer, place) => ({
                    layer,
                    ids: column(`ids_l${layer}`)?.at(token) ?? null,
                    probabilities: column(`probabilities_l${layer}`)?.at(token) ?? null,
                    rank: rank?.[place] ?? NaN, probability: probability?.[place] ?? NaN,
                    divergence: divergence?.[place] ?? NaN, entropy: entropy?.[place] ?? NaN,
                }));
                return readings.some((reading) => reading.ids) ? readings : null;
            },
        };
    }
}
