// @ts-check
/** A trace as the page works with it: texts, places and columns of numbers. */

import { RowSet } from "./rows.js";

/**
 * @typedef {{name: string, unit: string, kind: string, values: Float64Array}} NumberColumn
 * @typedef {{name: string, unit: string, kind: string, values: (string | null)[]}} TextColumn
 * @typedef {{method: string, settings: Record<string, string>, target: number, target_id: number,
 *   scores: number[], signed: boolean, diagnostics: Record<string, number>}} Attribution
 * @typedef {{id: number, text: string, probability: number, chosen: boolean}} Alternative
 */

/**
 * Numbers of a column, NaN where there is none; infinities come as their names.
 * @param {any[]} values
 * @param {number} length
 */
function numbersOf(values, length) {
    const numbers = new Float64Array(length).fill(NaN);
    for (let i = 0; i < values.length; i++) {
        const value = values[i];
        if (value !== null) numbers[i] = Number(value);
    }
    return numbers;
}

/** @param {string} text */
function bytesOf(text) {
    const binary = atob(text);
    const bytes = new Uint8Array(binary.length);
    for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
    return bytes;
}

/**
 * Spreads runs of equal values over tokens.
 * @param {[string, number][]} runs
 */
function spread(runs) {
    /** @type {string[]} */
    const values = [];
    for (const [value, length] of runs) for (let k = 0; k < length; k++) values.push(value);
    return values;
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
        this.ids = raw.ids;
        this.count = this.ids.length;
        this.bytes = bytesOf(raw.bytes);
        this.offsets = new Int32Array(this.count + 1);
        for (let i = 0; i < this.count; i++) this.offsets[i + 1] = this.offsets[i] + raw.lengths[i];
        /** @type {number[] | null} beginnings and ends in the caller's document, −1 for none */
        this.source = raw.source ?? null;
        this.origins = spread(raw.origins);
        this.roles = spread(raw.roles);
        this.promptCount = this.origins.findIndex((origin) => origin !== "prompt");
        if (this.promptCount < 0) this.promptCount = this.count;
        /** @type {Attribution[]} */
        this.attributions = raw.attributions ?? [];
        this.vocabulary = vocabulary;
        this.loadRows = loadRows;
        this.rawColumns = raw.columns;
        /** @type {NumberColumn[]} */
        this.metrics = [];
        /** @type {TextColumn[]} */
        this.texts = [];
        for (const column of raw.columns) {
            if (["double", "int", "bool"].includes(column.kind)) {
                this.metrics.push({ ...column, values: numbersOf(column.values, this.count) });
            } else if (column.kind === "string") this.texts.push(column);
        }
        // A text of which nothing was measured is shown all the same.
        if (this.metrics.length === 0) this.metrics.push({ name: "none", unit: "none", kind: "double", values: numbersOf([], this.count) });
        this.listed = new RowSet(raw.columns, this.count);
        this.readTexts();
    }

    /** Texts, lines and columns of all tokens. */
    readTexts() {
        const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
        /** @type {string[]} the texts, a character with the token that completes it */
        this.pieces = new Array(this.count);
        this.lines = new Int32Array(this.count);
        this.columns = new Int32Array(this.count);
        let line = 1, column = 1;
        for (let i = 0; i < this.count; i++) {
            const part = this.bytes.subarray(this.offsets[i], this.offsets[i + 1]);
            let piece = decoder.decode(part, { stream: true });
            if (i === this.count - 1) piece += decoder.decode();
            this.pieces[i] = piece;
            this.lines[i] = line;
            this.columns[i] = column;
            // Special tokens take no room in the text.
            if (this.roles[i] !== "text") continue;
            for (const character of piece) {
                if (character === "\n") {
                    line += 1;
                    column = 1;
                } else column += 1;
            }
        }
        this.lineCount = line;
    }

    /** A token's own bytes as text. @param {number} token */
    text(token) {
        return new TextDecoder("utf-8", { ignoreBOM: true })
            .decode(this.bytes.subarray(this.offsets[token], this.offsets[token + 1]));
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
        this.pendingRows ??= this.loadRows().then((raw) => {
            this.rawRows = raw;
            return new RowSet(raw, this.count);
        });
        return this.pendingRows;
    }

    /** Where a line's tokens begin and end. @param {number} line @returns {[number, number]} */
    tokensOfLine(line) {
        let from = this.lines.findIndex((other) => other >= line);
        if (from < 0) from = this.count;
        let to = from;
        while (to < this.count && this.lines[to] === line) to += 1;
        return [from, to];
    }
}

/** The sum, mean and extremes of the values that are there. @param {Float64Array} values @param {number} from @param {number} to */
export function statistics(values, from, to) {
    let size = 0, sum = 0, least = Infinity, greatest = -Infinity, leastAt = -1, greatestAt = -1;
    for (let i = from; i < to; i++) {
        const value = values[i];
        if (Number.isNaN(value)) continue;
        size += 1;
        sum += value;
        if (value < least || leastAt < 0) [least, leastAt] = [value, i];
        if (value > greatest || greatestAt < 0) [greatest, greatestAt] = [value, i];
    }
    return { size, sum, mean: size ? sum / size : NaN, least, greatest, leastAt, greatestAt };
}
