// @ts-check
/** A trace as the page works with it: texts, places and columns of numbers, to which more may be put. */

import { RowSet, roomier } from "./rows.js";

/**
 * @typedef {{name: string, unit: string, kind: string, place: number, store: Float64Array, values: Float64Array}} NumberColumn
 * @typedef {{name: string, unit: string, kind: string, place: number, values: (string | null)[]}} TextColumn
 * @typedef {{method: string, settings: Record<string, string>, target: number, target_id: number,
 *   scores: number[], signed: boolean, diagnostics: Record<string, number>}} Attribution
 * @typedef {{id: number, text: string, probability: number, chosen: boolean}} Alternative
 */

const NUMBERS = ["double", "int", "bool"];

/** @param {string} text */
function bytesOf(text) {
    const binary = atob(text);
    const bytes = new Uint8Array(binary.length);
    for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
    return bytes;
}

/** How many bytes a character has that begins so, 0 for a byte that begins none. @param {number} lead */
function characterLength(lead) {
    if (lead < 0x80) return 1;
    if (lead < 0xc2) return 0;
    return lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
}

/** One sequence with what was measured of it. */
export class Trace {
    /**
     * @param {any} raw what the data holds of the trace
     * @param {string} name
     * @param {(id: number) => string | undefined} vocabulary texts of ids
     * @param {() => Promise<any[]>} loadRows lists of numbers, which are large and fetched when needed
     */
    constructor(raw, name, vocabulary, loadRows) {
        this.name = name;
        this.header = raw.header;
        this.end = raw.end;
        /** @type {number[]} */
        this.ids = [];
        this.count = 0;
        this.bytes = new Uint8Array();
        this.offsets = new Int32Array(raw.ids.length + 1);
        /** @type {number[] | null} beginnings and ends in the caller's document, −1 for none */
        this.source = null;
        /** @type {string[]} */
        this.origins = [];
        /** @type {string[]} */
        this.roles = [];
        this.promptCount = 0;
        /** @type {Attribution[]} */
        this.attributions = raw.attributions ?? [];
        this.vocabulary = vocabulary;
        this.loadRows = loadRows;
        /** @type {NumberColumn[]} */
        this.metrics = [];
        /** @type {TextColumn[]} */
        this.texts = [];
        this.listed = new RowSet(raw.columns, 0);
        /** @type {string[]} the texts, a character with the token that completes it */
        this.pieces = [];
        this.lines = new Int32Array(raw.ids.length);
        this.columns = new Int32Array(raw.ids.length);
        /** @type {{seconds: number, tokens: number} | undefined} how long writing took, where that is known */
        this.time = undefined;
        /** How often tokens were put: what was made of an earlier state can tell. */
        this.edition = 0;
        this.lineCount = 1;
        this.put(raw, 0);
        // A text of which nothing was measured is shown all the same.
        if (this.metrics.length === 0) this.metrics.push({ name: "none", unit: "none", kind: "double", place: 0, store: new Float64Array(), values: new Float64Array(this.count).fill(NaN) });
    }

    /**
     * Puts tokens in the place of those from one on, or behind the last one; what stands behind them stays.
     * It costs what these tokens cost.
     * @param {any} raw as in the constructor, its lists beginning at `from`
     * @param {number} from no greater than the count
     * @returns {number} the first token that is shown otherwise than before
     */
    put(raw, from) {
        const size = raw.ids.length, end = from + size;
        this.edition += 1;
        if (raw.header) this.header = raw.header;
        if (raw.end) this.end = raw.end;
        if (end < this.count) {
            if (raw.ids.some((/** @type {number} */ id, /** @type {number} */ k) => id !== this.ids[from + k])) this.truncate(end);
        }
        const total = Math.max(end, this.count);
        const bytes = bytesOf(raw.bytes);
        this.offsets = roomier(this.offsets, total + 1);
        this.lines = roomier(this.lines, total);
        this.columns = roomier(this.columns, total);
        this.bytes = roomier(this.bytes, this.offsets[from] + bytes.length);
        this.bytes.set(bytes, this.offsets[from]);
        for (let k = 0; k < size; k++) {
            this.ids[from + k] = raw.ids[k];
            this.offsets[from + k + 1] = this.offsets[from + k] + raw.lengths[k];
        }
        this.spread(this.origins, raw.origins, from);
        this.spread(this.roles, raw.roles, from);
        if (raw.source) {
            this.source ??= new Array(2 * from).fill(-1);
            for (let k = 0; k < 2 * size; k++) this.source[2 * from + k] = raw.source[k];
        }
        this.count = total;
        if (from <= this.promptCount) {
            this.promptCount = Math.min(from, this.promptCount);
            while (this.promptCount < total && this.origins[this.promptCount] === "prompt") this.promptCount += 1;
        }
        this.putColumns(raw.columns, from, end);
        this.listed.put(raw.columns, from, end);
        this.pendingRows = undefined;
        return size > 0 || total === 0 ? this.readTexts(from) : from;
    }

    /** Runs of equal values, one a token. @param {string[]} values @param {[string, number][]} runs @param {number} from */
    spread(values, runs, from) {
        let place = from;
        for (const [value, length] of runs) for (let k = 0; k < length; k++) values[place++] = value;
    }

    /** @param {any[]} raw @param {number} from @param {number} end */
    putColumns(raw, from, end) {
        const given = new Map(raw.map((column) => [column.name, column]));
        for (const column of raw) {
            const facts = { name: column.name, unit: column.unit, kind: column.kind, place: column.place ?? 0 };
            if (NUMBERS.includes(column.kind) && !this.metric(column.name)) {
                this.metrics = this.metrics.filter((one) => one.name !== "none");
                const store = new Float64Array(Math.max(end, this.count)).fill(NaN);
                this.metrics.push({ ...facts, store, values: store });
            } else if (column.kind === "string" && !this.texts.some((one) => one.name === column.name)) {
                this.texts.push({ ...facts, values: new Array(from).fill(null) });
            }
        }
        for (const column of this.metrics) {
            column.store = roomier(column.store, this.count);
            column.values = column.store.subarray(0, this.count);
            const values = given.get(column.name)?.values;
            // NaN where there is no number; infinities come as their names.
            for (let i = from; i < end; i++) {
                const value = values?.[i - from] ?? null;
                column.store[i] = value === null ? NaN : Number(value);
            }
        }
        for (const column of this.texts) {
            const values = given.get(column.name)?.values;
            for (let i = from; i < end; i++) column.values[i] = values?.[i - from] ?? null;
        }
    }

    /** Drops tokens from one on. @param {number} to */
    truncate(to) {
        this.count = to;
        for (const list of [this.ids, this.origins, this.roles, this.pieces]) list.length = Math.min(list.length, to);
        this.promptCount = Math.min(this.promptCount, to);
        for (const column of this.metrics) column.values = column.store.subarray(0, to);
        this.listed.truncate(to);
    }

    /** The token at which a reader of characters may begin to read a token: where no character is half done. @param {number} token */
    boundary(token) {
        for (let at = token; ;) {
            const place = this.offsets[at];
            let lead = place - 1;
            while (lead >= 0 && place - lead < 4 && (this.bytes[lead] & 0xc0) === 0x80) lead -= 1;
            if (lead < 0 || lead + characterLength(this.bytes[lead]) <= place) return at;
            const before = at;
            while (at > 0 && this.offsets[at] > lead) at -= 1;
            if (at === before) return at;
        }
    }

    /** Texts, lines and columns of tokens from one on. @param {number} first @returns {number} where it began */
    readTexts(first) {
        const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
        const from = this.boundary(first);
        // A place is known where the text before it is: at the first token, or where it stood when it was read.
        let line = from ? this.lines[from - 1] : 1, column = from ? this.columns[from - 1] : 1;
        const step = (/** @type {number} */ token) => {
            // Special tokens take no room in the text.
            if (this.roles[token] !== "text") return;
            for (const character of this.pieces[token]) {
                if (character === "\n") {
                    line += 1;
                    column = 1;
                } else column += 1;
            }
        };
        if (from) step(from - 1);
        for (let i = from; i < this.count; i++) {
            const part = this.bytes.subarray(this.offsets[i], this.offsets[i + 1]);
            let piece = decoder.decode(part, { stream: true });
            if (i === this.count - 1) piece += decoder.decode();
            this.pieces[i] = piece;
            this.lines[i] = line;
            this.columns[i] = column;
            step(i);
        }
        this.lineCount = line;
        return from;
    }

    /** A token's own bytes as text. @param {number} token */
    text(token) {
        return this.textOf(token, token + 1);
    }

    /** What to call a token: its text, or the bytes of one that is a part of a character. @param {number} token */
    label(token) {
        const piece = this.pieces?.[token];
        return piece ? piece : `‹${this.bytesAt(token).map((byte) => byte.toString(16).padStart(2, "0")).join(" ")}›`;
    }

    /** A token's bytes. @param {number} token */
    bytesAt(token) {
        return Array.from(this.bytes.subarray(this.offsets[token], this.offsets[token + 1]));
    }

    /** The text of an id, as this trace or its vocabulary knows it. @param {number} id */
    idText(id) {
        return this.vocabulary(id) ?? `#${id}`;
    }

    /** The exact text of tokens. @param {number} [from] @param {number} [to] */
    textOf(from = 0, to = this.count) {
        return new TextDecoder("utf-8", { ignoreBOM: true })
            .decode(this.bytes.subarray(this.offsets[from], this.offsets[to]));
    }

    /** @param {string} name @returns {NumberColumn | null} */
    metric(name) {
        return this.metrics.find((column) => column.name === name) ?? null;
    }

    /** @param {string} name @param {number} token */
    value(name, token) {
        return this.metric(name)?.values[token] ?? NaN;
    }

    /**
     * What else the model could have written, most probable first; null where it was not recorded.
     * @param {number} token
     * @returns {Alternative[] | null}
     */
    alternatives(token) {
        const ids = this.listed.byName.get("alternatives")?.at(token);
        const shares = this.listed.byName.get("alternative_probabilities")?.at(token);
        if (!ids || !shares) return null;
        return Array.from(ids, (id, place) => ({
            id, text: this.idText(id), probability: shares[place] ?? NaN, chosen: id === this.ids[token],
        }));
    }

    /** The lists of numbers, fetched once. @returns {Promise<RowSet>} */
    rows() {
        const count = this.count;
        this.pendingRows ??= this.loadRows().then((raw) => {
            /** @type {any[]} numbers that came with the lists, such as what a list leaves out */
            this.loose = raw.filter((column) => !column.counts).map((column) => ({ place: 0, ...column }));
            return new RowSet(raw, count);
        });
        return this.pendingRows;
    }

    /** Where a line's tokens begin and end. @param {number} line @returns {[number, number]} */
    tokensOfLine(line) {
        let from = 0;
        while (from < this.count && this.lines[from] < line) from += 1;
        let to = from;
        while (to < this.count && this.lines[to] === line) to += 1;
        return [from, to];
    }
}

/** The sum, mean and extremes of the values that are there. @param {Float64Array} values @param {number} from @param {number} to */
export function statistics(values, from, to) {
    let size = 0, sum = 0, least = Infinity, greatest = -Infinity, leastAt = -1, greatestAt = -1;
    for (let i = from; i < Math.min(to, values.length); i++) {
        const value = values[i];
        if (Number.isNaN(value)) continue;
        size += 1;
        sum += value;
        if (value < least || leastAt < 0) [least, leastAt] = [value, i];
        if (value > greatest || greatestAt < 0) [greatest, greatestAt] = [value, i];
    }
    return { size, sum, mean: size ? sum / size : NaN, least, greatest, leastAt, greatestAt };
}
