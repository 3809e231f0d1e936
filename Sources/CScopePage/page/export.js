// @ts-check
/** Traces as files, in the forms that the command-line tool writes and reads. */

/** @typedef {import("./trace.js").Trace} Trace */

/** A number of a metric that is no whole number by its kind. @param {number} value */
function real(value) {
    if (!Number.isFinite(value)) return value > 0 ? '"Infinity"' : '"-Infinity"';
    return Number.isInteger(value) && Math.abs(value) < 1e16 ? value.toFixed(1) : String(value);
}

/** The metrics of a token as JSON. @param {Trace} trace @param {any[]} columns @param {import("./rows.js").RowSet} rows @param {number} token */
function metricsText(trace, columns, rows, token) {
    /** @type {string[]} */
    const members = [];
    for (const raw of columns) {
        let text;
        if (raw.counts) {
            const row = (trace.listed.byName.get(raw.name) ?? rows.byName.get(raw.name))?.at(token);
            if (row) text = `[${Array.from(row, raw.kind === "ids" ? String : real).join(",")}]`;
        } else {
            const value = raw.values[token];
            if (value === null || value === undefined) continue;
            text = raw.kind === "double" ? real(Number(value)) : JSON.stringify(value);
        }
        if (text !== undefined) members.push(`${JSON.stringify(raw.name)}:${text}`);
    }
    return `{${members.join(",")}}`;
}

/** Header, tokens and end of a trace, each as JSON text. @param {Trace} trace */
async function parts(trace) {
    const rows = await trace.rows();
    const columns = [...trace.rawColumns, ...(trace.rawRows ?? [])]
        .sort((a, b) => (a.place ?? 0) - (b.place ?? 0));
    const tokens = trace.ids.map((id, token) => {
        const from = trace.source ? trace.source[2 * token] : -1;
        const source = trace.source && from >= 0 ? `"source_start":${from},"source_end":${trace.source[2 * token + 1]},` : "";
        return `{"index":${token},"id":${id},"text":${JSON.stringify(trace.text(token))},`
            + `"bytes":[${trace.bytesAt(token)}],"start":${trace.offsets[token]},"end":${trace.offsets[token + 1]},${source}`
            + `"origin":"${trace.origins[token]}","role":"${trace.roles[token]}",`
            + `"metrics":${metricsText(trace, columns, rows, token)}}`;
    });
    return { header: JSON.stringify(trace.header), tokens, end: JSON.stringify(trace.end) };
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
