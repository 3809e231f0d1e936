// @ts-check
/** The side panel: one token, a range of tokens, or the whole. */

import { button, count, figure, h, headings, icon, percent, refill, spelled } from "./dom.js";
import { alternativeBars } from "./hover.js";
import { factsOf, gradeOf, percentileOf, sortedValues, unitText } from "./scales.js";
import { statistics } from "./trace.js";

/**
 * @typedef {import("./trace.js").Trace} Trace
 * @typedef {import("./scales.js").Scale} Scale
 * @typedef {import("./weights.js").WeightsPanel} WeightsPanel
 */

/**
 * @param {string} title
 * @param {any} extra what stands beside the title
 * @param {...any} children
 */
export function section(title, extra, ...children) {
    return h("section", { class: "box" },
        h("header", { class: "box-head" }, h("h3", { text: title }), extra), children);
}

/** A token as a button that leads to it. @param {Trace} trace @param {number} token @param {(token: number) => void} go @param {string} [text] */
export function tokenLink(trace, token, go, text) {
    return h("button", {
        type: "button", class: "token-link", "data-token": String(token), onclick: () => go(token),
        title: `token ${token}, line ${trace.lines[token]}`,
    }, h("code", { text: text ?? spelled(trace.label(token), 24) }));
}

/** Metrics in an order a reader knows; those of single layers and heads last. @param {Trace} trace */
function orderedMetrics(trace) {
    const known = ["surprisal", "confidence", "entropy", "margin", "rank", "running_perplexity", "varentropy", "other_probability"];
    const place = (/** @type {string} */ name) => {
        const at = known.indexOf(name);
        return at >= 0 ? at : /_l\d+(_h\d+)?$/.test(name) ? 200 : 100;
    };
    return [...trace.metrics].sort((a, b) => place(a.name) - place(b.name));
}

export class Panel {
    /**
     * @param {{go: (token: number) => void, metric: (name: string) => void, copy: (text: string, what: string) => void,
     *   close: () => void, step: (by: number) => void}} actions
     * @param {WeightsPanel} weights
     * @param {import("./source.js").Desk | null} desk
     */
    constructor(actions, weights, desk) {
        this.actions = actions;
        this.desk = desk;
        this.weights = weights;
        this.element = h("aside", { class: "panel", "aria-label": "Details" });
        /** @type {Map<string, Float64Array>} */
        this.sorted = new Map();
        this.turn = 0;
    }

    /** The values of a metric in order, made once a trace. @param {Trace} trace @param {string} name */
    order(trace, name) {
        if (this.sortedOf !== trace || this.edition !== trace.edition) {
            this.sorted.clear();
            this.sortedOf = trace;
            this.edition = trace.edition;
        }
        let values = this.sorted.get(name);
        if (!values) {
            values = sortedValues(trace.metric(name)?.values ?? new Float64Array());
            this.sorted.set(name, values);
        }
        return values;
    }

    /** @param {Trace} trace @param {number} token @param {Scale} scale */
    async showToken(trace, token, scale) {
        const turn = ++this.turn;
        const rows = await trace.rows();
        if (turn !== this.turn) return;
        const alternatives = trace.alternatives(token);
        const more = this.desk?.token(trace, token);
        refill(this.element,
            this.tokenHead(trace, token),
            alternatives ? this.alternatives(trace, token, alternatives, more?.choose) : null,
            more?.top,
            this.metricTable(trace, token, scale),
            this.weights.sections(trace, rows, token),
            this.lenses(trace, rows, token),
            this.texts(trace, token), more?.below);
    }

    /** @param {Trace} trace @param {number} token */
    tokenHead(trace, token) {
        const bytes = trace.bytesAt(token).map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
        const span = `${trace.offsets[token]}–${trace.offsets[token + 1]}`;
        const chips = [trace.origins[token], trace.roles[token] === "text" ? null : trace.roles[token]];
        return h("header", { class: "token-head" },
            h("div", { class: "head-row" },
                button("Previous token", () => this.actions.step(-1), { icon: "left", silent: true, class: "icon-button", keys: "←" }),
                h("span", { class: "place", "aria-live": "off", text: `${token} / ${trace.count - 1}` }),
                button("Next token", () => this.actions.step(1), { icon: "right", silent: true, class: "icon-button", keys: "→" }),
                h("span", { class: "gap" }),
                button("Copy the token as JSON", () => this.actions.copy(tokenJSON(trace, token), "Token"), { icon: "copy", silent: true, class: "icon-button" }),
                button("Close", () => this.actions.close(), { icon: "close", silent: true, class: "icon-button", keys: "Esc" })),
            h("code", { class: "token-large", text: spelled(trace.label(token), 80) }),
            h("p", { class: "facts" },
                chips.filter(Boolean).map((chip) => h("span", { class: "chip", text: chip })),
                h("span", { text: `id ${trace.ids[token]}` }),
                h("span", { text: `line ${trace.lines[token]}:${trace.columns[token]}` }),
                h("span", { title: `bytes ${span} of the sequence`, text: bytes.length > 36 ? bytes.slice(0, 35) + "…" : bytes })));
    }

    /** @param {Trace} trace @param {number} token @param {import("./trace.js").Alternative[]} alternatives @param {(id: number) => void} [choose] */
    alternatives(trace, token, alternatives, choose) {
        const other = trace.value("other_probability", token);
        const missing = !alternatives.some((one) => one.chosen);
        const rank = trace.value("rank", token);
        return section("Alternatives", h("span", { class: "faint", text: choose ? "click: write it instead" : `${alternatives.length} most probable` }),
            h("div", { class: "alts" }, alternativeBars(alternatives, 40, choose)),
            missing ? h("div", { class: "alt chosen outside" },
                h("code", { class: "alt-text", text: spelled(trace.text(token), 28) }),
                h("span", { class: "faint", text: Number.isNaN(rank) ? "not among them" : `rank ${count(rank)}` }),
                h("span", { class: "num", text: percent(trace.value("confidence", token)) })) : null,
            Number.isNaN(other) ? null : h("div", { class: "alt rest" },
                h("span", { class: "alt-text faint", text: "all others" }),
                h("span", { class: "bar" }, h("i", { style: { width: `${100 * other}%` } })),
                h("span", { class: "num", text: percent(other) })));
    }

    /** @param {Trace} trace @param {number} token @param {Scale} scale */
    metricTable(trace, token, scale) {
        const columns = orderedMetrics(trace).filter((column) => !Number.isNaN(column.values[token]));
        const row = (/** @type {import("./trace.js").NumberColumn} */ column) => {
            const share = percentileOf(this.order(trace, column.name), column.values[token]);
            const facts = factsOf(column.name);
            return h("tr", { class: column.name === scale.name ? "on" : null },
                h("th", { scope: "row" }, h("button", {
                    type: "button", class: "plain", title: `Colour by ${facts.label.toLowerCase()}: ${facts.about}`,
                    onclick: () => this.actions.metric(column.name),
                }, facts.label)),
                h("td", { class: "num" }, figure(column.values[token]), h("small", { text: unitText(column.unit) ? " " + unitText(column.unit) : "" })),
                h("td", { title: `above ${percent(share)} of the values` },
                    h("span", { class: "dotline" }, h("i", { style: { left: `${100 * share}%` } }))));
        };
        const few = columns.slice(0, 12), more = columns.slice(12);
        if (columns.length === 0) return section("Metrics", null, h("p", { class: "faint", text: "None were recorded of this token." }));
        return section("Metrics", h("span", { class: "faint", text: "value · place among all" }),
            h("table", { class: "metrics" }, h("tbody", null, few.map(row))),
            more.length ? h("details", null, h("summary", { text: `${more.length} more` }),
                h("table", { class: "metrics" }, h("tbody", null, more.map(row)))) : null);
    }

    /** @param {Trace} trace @param {import("./rows.js").RowSet} rows @param {number} token */
    lenses(trace, rows, token) {
        return rows.lenses.map((lens) => {
            const readings = lens.at(token);
            if (!readings) return null;
            return section(lens.name, h("span", { class: "faint", text: "what each layer would write" }),
                h("table", { class: "lens" },
                    headings(["layer", "most probable", "", "this token’s rank", "KL"]),
                    h("tbody", null, [...readings].reverse().map((reading) => {
                        const first = reading.ids?.[0];
                        const right = first === trace.ids[token];
                        const others = Array.from(reading.ids ?? [], (id, place) =>
                            `${spelled(trace.idText(id), 20)} ${percent(reading.probabilities?.[place] ?? NaN)}`).join("\n");
                        return h("tr", { class: right ? "right" : null, title: others },
                            h("th", { scope: "row", text: String(reading.layer) }),
                            h("td", null, h("code", { text: first === undefined ? "–" : spelled(trace.idText(first), 16) })),
                            h("td", null, h("span", { class: "bar" }, h("i", { style: { width: `${100 * (reading.probabilities?.[0] ?? 0)}%` } }))),
                            h("td", { class: "num", text: Number.isNaN(reading.rank) ? "–" : count(reading.rank) }),
                            h("td", { class: "num", text: figure(reading.divergence) }));
                    }))));
        });
    }

    /** @param {Trace} trace @param {number} token */
    texts(trace, token) {
        const shown = trace.texts.filter((column) => column.values[token] !== null && column.values[token] !== undefined);
        return shown.length === 0 ? null : section("Texts", null, h("dl", { class: "pairs wide" }, shown.map((column) => [
            h("dt", { text: factsOf(column.name).label }), h("dd", null, h("code", { text: spelled(column.values[token] ?? "", 60) })),
        ])));
    }

    /** @param {Trace} trace @param {[number, number]} range */
    showRange(trace, [from, to]) {
        this.turn += 1;
        const text = trace.textOf(from, to);
        refill(this.element,
            h("header", { class: "token-head" },
                h("div", { class: "head-row" },
                    h("span", { class: "place", text: `${count(to - from)} tokens` }),
                    h("span", { class: "faint", text: `${from} to ${to - 1} · lines ${trace.lines[from]} to ${trace.lines[to - 1]}` }),
                    h("span", { class: "gap" }),
                    button("Copy the text", () => this.actions.copy(text, "Text"), { icon: "copy", silent: true, class: "icon-button" }),
                    button("Close", () => this.actions.close(), { icon: "close", silent: true, class: "icon-button", keys: "Esc" })),
                h("pre", { class: "excerpt", tabindex: "0", text: text.length > 600 ? text.slice(0, 599) + "…" : text })),
            section("Metrics of the selection", null, h("table", { class: "metrics sums" },
                headings(["", "mean", "least", "greatest", "all"]),
                h("tbody", null, orderedMetrics(trace).slice(0, 24).map((column) => {
                    const sums = statistics(column.values, from, to);
                    if (sums.size === 0) return null;
                    const whole = statistics(column.values, 0, trace.count);
                    return h("tr", null,
                        h("th", { scope: "row", text: factsOf(column.name).label }),
                        h("td", { class: "num", text: figure(sums.mean) }),
                        h("td", { class: "num", text: figure(sums.least) }),
                        h("td", { class: "num" }, h("button", { type: "button", class: "plain", title: `token ${sums.greatestAt}`, onclick: () => this.actions.go(sums.greatestAt) }, figure(sums.greatest))),
                        h("td", { class: "num faint", title: "mean of the whole text", text: figure(whole.mean) }));
                })))),
            this.desk?.range(trace, [from, to]),
            this.worst(trace, "surprisal", from, to));
    }

    /** @param {Trace} trace @param {string} name @param {number} from @param {number} to @param {Scale} [scale] */
    worst(trace, name, from, to, scale) {
        const column = trace.metric(name);
        if (!column) return null;
        const low = factsOf(name).low === true;
        const order = Array.from({ length: to - from }, (_, k) => from + k)
            .filter((token) => !Number.isNaN(column.values[token]))
            .sort((a, b) => (low ? 1 : -1) * (column.values[a] - column.values[b])).slice(0, 12);
        if (order.length === 0) return null;
        return section(low ? `Least ${factsOf(name).label.toLowerCase()}` : `Most ${factsOf(name).label.toLowerCase()}`, null,
            h("ol", { class: "worst" }, order.map((token) => h("li", null,
                tokenLink(trace, token, this.actions.go),
                h("span", { class: "faint", text: `line ${trace.lines[token]}` }),
                h("span", { class: "num" },
                    scale ? h("i", { class: "swatch", "data-g": String(gradeOf(scale, column.values[token])) }) : null,
                    figure(column.values[token]))))));
    }

    /** What there is to say of the whole. @param {Trace} trace @param {Scale} scale */
    showWhole(trace, scale) {
        this.turn += 1;
        const settings = trace.header?.settings ?? {};
        const written = trace.count - trace.promptCount;
        const mean = (/** @type {string} */ name, /** @type {number} */ from, /** @type {number} */ to) =>
            statistics(trace.metric(name)?.values ?? new Float64Array(), from, to);
        const time = mean("token_seconds", trace.promptCount, trace.count);
        const spent = trace.time ?? (time.size ? { seconds: time.sum, tokens: time.size } : null);
        const perplexity = (/** @type {number} */ from, /** @type {number} */ to) => figure(Math.exp(mean("surprisal", from, to).mean));
        const known = Object.entries(trace.end?.summary ?? {}).filter(([name]) => !name.endsWith("perplexity"));
        const pairs = [
            ["tokens", `${count(trace.count)} (${count(written)} written)`],
            ["lines", count(trace.lineCount)],
            ["ended by", trace.end?.stop_reason ?? "–"],
            spent ? ["time", `${figure(spent.seconds)} s`] : null,
            spent ? ["mean time a token", `${figure(1000 * spent.seconds / spent.tokens)} ms`] : null,
            written ? ["mean confidence", figure(mean("confidence", trace.promptCount, trace.count).mean)] : null,
            written ? ["mean surprisal", `${figure(mean("surprisal", trace.promptCount, trace.count).mean)} nats`] : null,
            trace.promptCount > 1 ? ["perplexity of the prompt", perplexity(0, trace.promptCount)] : null,
            written ? ["perplexity of what was written", perplexity(trace.promptCount, trace.count)] : null,
            ["perplexity of the whole", perplexity(0, trace.count)],
            ...known.map(([name, value]) => [name.replace(/_/g, " "), figure(Number(value))]),
            ["model", trace.header?.model?.name ?? "–"],
            ["weights", trace.header?.model?.weights || "–"],
            ["arithmetic", trace.header?.arithmetic ?? "–"],
            written ? ["temperature", figure(settings.temperature ?? NaN)] : null,
            written ? ["top-p", figure(settings.top_p ?? NaN)] : null,
            written ? ["seed", String(settings.seed ?? "–")] : null,
        ].filter((pair) => pair !== null);
        refill(this.element,
            h("header", { class: "token-head" },
                h("h2", { text: trace.name }),
                h("p", { class: "faint" }, icon("pin"), " Click a token for its details, or press ", h("kbd", { text: "→" }), ".")),
            this.desk?.whole(trace),
            section("The run", null, h("dl", { class: "pairs wide" }, pairs.map(([name, value]) =>
                [h("dt", { text: name }), h("dd", { text: value })]))),
            this.worst(trace, scale.name, 0, trace.count, scale),
            this.lines(trace, scale));
    }

    /** The lines that stand out most. @param {Trace} trace @param {Scale} scale */
    lines(trace, scale) {
        const column = trace.metric(scale.name);
        if (!column || trace.lineCount < 3) return null;
        /** @type {{line: number, from: number, mean: number, text: string}[]} */
        const lines = [];
        for (let from = 0; from < trace.count;) {
            let to = from;
            while (to < trace.count && trace.lines[to] === trace.lines[from]) to += 1;
            const sums = statistics(column.values, from, to);
            const text = trace.textOf(from, to).replace(/\n/g, " ").trim();
            if (sums.size > 1 && text) lines.push({ line: trace.lines[from], from, mean: sums.mean, text });
            from = to;
        }
        lines.sort((a, b) => (scale.low ? 1 : -1) * (a.mean - b.mean));
        return section("Lines, by mean", null, h("ol", { class: "worst lines" }, lines.slice(0, 8).map((one) => h("li", null,
            h("span", { class: "faint num", text: String(one.line) }),
            tokenLink(trace, one.from, this.actions.go, one.text.slice(0, 60)),
            h("span", { class: "num", text: figure(one.mean) })))));
    }
}

/** All that is known of a token, as JSON. @param {Trace} trace @param {number} token */
export function tokenJSON(trace, token) {
    /** @type {Record<string, any>} */
    const metrics = {};
    for (const column of trace.metrics) {
        const value = column.values[token];
        if (!Number.isNaN(value)) metrics[column.name] = Number.isFinite(value) ? value : value > 0 ? "Infinity" : "-Infinity";
    }
    for (const column of trace.texts) if (column.values[token] != null) metrics[column.name] = column.values[token];
    for (const rows of trace.listed.byName.values()) {
        const row = rows.at(token);
        if (row) metrics[rows.name] = Array.from(row);
    }
    return JSON.stringify({
        index: token, id: trace.ids[token], text: trace.text(token), bytes: trace.bytesAt(token),
        start: trace.offsets[token], end: trace.offsets[token + 1], line: trace.lines[token], column: trace.columns[token],
        origin: trace.origins[token], role: trace.roles[token], metrics,
    }, null, 2);
}
