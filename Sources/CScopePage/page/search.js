// @ts-check
/** Finds tokens by their text, or by a metric: `surprisal > 3`. */

import { count } from "./dom.js";

/** @typedef {import("./trace.js").Trace} Trace */

const CONDITION = /^\s*([\w.]+)\s*(<=|>=|<|>|=)\s*(-?[\d.]+(?:e-?\d+)?)\s*$/i;

/** Where all occurrences of a word begin. @param {string} text @param {string} word */
function* occurrences(text, word) {
    for (let place = text.indexOf(word); place >= 0; place = text.indexOf(word, place + Math.max(1, word.length))) yield place;
}

/**
 * What a query means: tokens, and those of them at which finds begin.
 * @param {Trace} trace
 * @param {string} query
 * @returns {{tokens: number[], starts: number[], words: string}}
 */
export function findTokens(trace, query) {
    if (query === "") return { tokens: [], starts: [], words: "" };
    const condition = CONDITION.exec(query);
    const column = condition ? trace.metrics.find((one) => one.name.toLowerCase().startsWith(condition[1].toLowerCase())) : undefined;
    if (condition && column) {
        const limit = Number(condition[3]);
        const holds = (/** @type {number} */ value) => {
            switch (condition[2]) {
                case "<": return value < limit;
                case ">": return value > limit;
                case "<=": return value <= limit;
                case ">=": return value >= limit;
                default: return value === limit;
            }
        };
        const tokens = trace.ids.map((_, token) => token).filter((token) => holds(column.values[token]));
        return { tokens, starts: tokens, words: `${column.name} ${condition[2]} ${condition[3]}` };
    }
    // Capitals count where the query has some.
    const plain = query === query.toLowerCase();
    const text = plain ? trace.pieces.map((piece) => piece.toLowerCase()) : trace.pieces;
    /** @type {number[]} */
    const ends = [];
    let length = 0;
    for (const piece of text) ends.push(length += piece.length);
    const tokens = new Set(), starts = new Set();
    let token = 0;
    for (const place of occurrences(text.join(""), query)) {
        while (ends[token] <= place) token += 1;
        starts.add(token);
        for (let last = token; last < ends.length && (last === token || ends[last - 1] < place + query.length); last++) tokens.add(last);
    }
    return { tokens: [...tokens], starts: [...starts], words: query };
}

/**
 * Marks what a query finds, and goes to a find.
 * @param {import("./app.js").App} app
 * @param {string} query
 * @param {number} by to the next one, the one before, or none
 */
export function showFinds(app, query, by) {
    if (!app.trace) return;
    const found = findTokens(app.trace, query);
    app.stream.setMarked(found.tokens);
    const starts = found.starts;
    let place = starts.findIndex((token) => token >= app.state.selected);
    if (by !== 0 && starts.length) {
        const after = starts.findIndex((token) => token > app.state.selected);
        place = by > 0 ? (after < 0 ? 0 : after) : (starts.findLastIndex((token) => token < app.state.selected) + starts.length) % starts.length;
        if (place < 0) place = starts.length - 1;
        app.select(starts[place]);
    } else if (starts.length) app.stream.reveal(starts[Math.max(0, place)]);
    app.tools.found(query === "" ? "" : starts.length ? (by === 0 ? count(starts.length) : `${place + 1} of ${count(starts.length)}`) : "none");
}
