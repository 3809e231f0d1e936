// @ts-check
/** Traces as files, in the forms that the command-line tool writes and reads. */

import { download } from "./dom.js";
import { Rows } from "./rows.js";

/** @typedef {import("./trace.js").Trace} Trace */

/** A number of a metric that is no whole number by its kind. @param {number} value */
function real(value) {
    if (!Number.isFinite(value)) return value > 0 ? '"Infinity"' : '"-Infinity"';
    return Number.isInteger(value) && Math.abs(value) < 1e16 ? value.toFixed(1) : String(value);
}

/** The metrics of a token as JSON. @param {any[]} columns numbers, texts and lists, in the order of files @param {number} token */
function metricsText(columns, token) {
    /** @type {string[]} */
    const members = [];
    for (const column of columns) {
        let text;
        if (column instanceof Rows) {
            const row = column.at(token);
            if (row) text = `[${Array.from(row, column.kind === "ids" ? String : real).join(",")}]`;
        } else {
            const value = column.values[token];
            if (value === null || value === undefined || Number.isNaN(value)) continue;
            text = column.kind === "double" ? real(Number(value)) : JSON.stringify(column.kind === "bool" ? Number(value) === 1 : value);
        }
        if (text !== undefined) members.push(`${JSON.stringify(column.name)}:${text}`);
    }
    return `{${members.join(",")}}`;
}

/** Header, tokens and end of a trace, each as JSON text. @param {Trace} trace */
async function parts(trace) {
    const rows = await trace.rows();
    const columns = [...trace.metrics.filter((column) => column.name !== "none"), ...trace.texts, ...trace.listed.byName.values(), ...rows.byName.values(), ...(trace.loose ?? [])]
        .sort((a, b) => a.place - b.place);
    const tokens = trace.ids.map((id, token) => {
        const from = trace.source ? trace.source[2 * token] : -1;
        const source = trace.source && from >= 0 ? `"source_start":${from},"source_end":${trace.source[2 * token + 1]},` : "";
        return `{"index":${token},"id":${id},"text":${JSON.stringify(trace.text(token))},`
            + `"bytes":[${trace.bytesAt(token)}],"start":${trace.offsets[token]},"end":${trace.offsets[token + 1]},${source}`
            + `"origin":"${trace.origins[token]}","role":"${trace.roles[token]}",`
            + `"metrics":${metricsText(columns, token)}}`;
    });
    const header = { format: "tokenscope.trace", format_version: 1, ...trace.header };
    return { header: JSON.stringify(header), tokens, end: JSON.stringify(trace.end) };
}

/** A trace as one JSON object. @param {Trace} trace */
export async function traceJSON(trace) {
    const { header, tokens, end } = await parts(trace);
    return `{"header":${header},\n"tokens":[\n${tokens.join(",\n")}\n],\n"end":${end}}\n`;
}

/** A trace as JSON Lines, which `tokenscope view` opens again. @param {Trace} trace */
export async function traceLines(trace) {
    const { header, tokens, end } = await parts(trace);
    return [header, ...tokens, end].join("\n") + "\n";
}

/** The numbers of a trace as comma-separated values. @param {Trace} trace */
export function traceCSV(trace) {
    const quoted = (/** @type {string} */ text) => /[",\n\r]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
    const lines = [["index", "id", "text", "origin", "role", "line", ...trace.metrics.map((column) => column.name)].map(quoted).join(",")];
    for (let i = 0; i < trace.count; i++) {
        lines.push([String(i), String(trace.ids[i]), trace.text(i), trace.origins[i], trace.roles[i], String(trace.lines[i]),
            ...trace.metrics.map((column) => Number.isNaN(column.values[i]) ? "" : String(column.values[i]))].map(quoted).join(","));
    }
    return lines.join("\r\n") + "\r\n";
}

/** Hands the reader a trace as a file. @param {Trace} trace @param {"json" | "jsonl" | "csv" | "txt"} kind */
export async function saveTrace(trace, kind) {
    const name = trace.name.replace(/[^\w.-]+/g, "-").replace(/^-+|-+$/g, "") || "trace";
    if (kind === "json") download(`${name}.json`, await traceJSON(trace), "application/json");
    else if (kind === "jsonl") download(`${name}.jsonl`, await traceLines(trace), "application/jsonl");
    else if (kind === "csv") download(`${name}.csv`, traceCSV(trace), "text/csv");
    else download(`${name}.txt`, trace.textOf(), "text/plain");
}
