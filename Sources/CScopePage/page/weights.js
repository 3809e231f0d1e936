// @ts-check
/** What a token drew on: attention and its kin by layer and head, and attributions. */

import { append, button, figure, h, percent, svg } from "./dom.js";
import { section, tokenLink } from "./panel.js";
import { familyLabel } from "./rows.js";
import { gradeOf, weightScale } from "./scales.js";

/**
 * @typedef {import("./trace.js").Trace} Trace
 * @typedef {import("./trace.js").Attribution} Attribution
 * @typedef {import("./rows.js").RowSet} RowSet
 * @typedef {import("./rows.js").SourceMap} SourceMap
 * @typedef {import("./scales.js").Scale} Scale
 */

/** What is drawn on the text in the place of a metric. @typedef {{kind: "from" | "to"} | {kind: "attribution", method: string}
 *   | {kind: "given", title: string, token: number, weights: {token: number, weight: number}[], unit: string}} Overlay */

/** Rows of a list before it is cut. */
const LISTED = 10;

export class WeightsPanel {
    /** @param {{go: (token: number) => void, overlay: (overlay: Overlay | null) => void, changed: () => void}} actions */
    constructor(actions) {
        this.actions = actions;
        this.family = "attention";
        /** @type {number | null} */
        this.layer = null;
        /** @type {number | null} */
        this.head = null;
        /** @type {Overlay | null} */
        this.overlay = null;
    }

    /** The map that is chosen, or the nearest one there is. @param {RowSet} rows @returns {SourceMap | null} */
    chosen(rows) {
        const family = rows.maps.filter((map) => map.family === this.family);
        const maps = family.length ? family : rows.maps;
        return maps.find((map) => map.layer === this.layer && map.head === this.head)
            ?? maps.find((map) => map.layer === this.layer) ?? maps[maps.length - 1] ?? null;
    }

    /** @param {SourceMap} map */
    choose(map) {
        this.family = map.family;
        this.layer = map.layer;
        this.head = map.head;
        this.actions.changed();
    }

    /** What an overlay shows at a token; null where there is nothing. @param {Trace} trace @param {RowSet | null} rows @param {number} token */
    drawn(trace, rows, token) {
        if (!this.overlay || token < 0) return null;
        const values = new Float64Array(trace.count).fill(NaN);
        if (this.overlay.kind === "given") {
            const { title, weights, unit } = this.overlay;
            if (this.overlay.token !== token) return null;
            for (const { token: other, weight } of weights) values[other] = weight;
            return { values, scale: weightScale(title, Math.max(...weights.map((one) => one.weight), 0), false, unit) };
        }
        if (!rows) return null;
        if (this.overlay.kind === "attribution") {
            const { method } = this.overlay;
            const found = trace.attributions.find((one) => one.target === token && one.method === method);
            if (!found) return null;
            found.scores.forEach((score, source) => { values[source] = score; });
            const greatest = Math.max(...found.scores.map(Math.abs));
            return { values, scale: weightScale(`${method}, for token ${token}`, greatest, found.signed, "") };
        }
        const map = this.chosen(rows);
        if (!map) return null;
        const weights = this.overlay.kind === "from" ? rows.sources(map, token) : rows.targets(map, token);
        if (!weights) return null;
        for (const { token: other, weight } of weights) values[other] = weight;
        const words = this.overlay.kind === "from" ? "from" : "to";
        const title = `${mapLabel(map)}, ${words} token ${token}`;
        return { values, scale: weightScale(title, weights[0]?.weight ?? 1, false, map.rows.unit) };
    }

    /** @param {Trace} trace @param {RowSet} rows @param {number} token */
    sections(trace, rows, token) {
        const map = this.chosen(rows);
        return [map ? this.mapSection(trace, rows, token, map) : null, this.attributions(trace, token)];
    }

    /** @param {Trace} trace @param {RowSet} rows @param {number} token @param {SourceMap} map */
    mapSection(trace, rows, token, map) {
        const sources = rows.sources(map, token);
        const targets = rows.targets(map, token);
        const family = rows.maps.filter((one) => one.family === map.family);
        const layers = [...new Set(family.map((one) => one.layer))];
        const heads = family.filter((one) => one.layer === map.layer);
        const pick = (/** @type {string} */ label, /** @type {string[]} */ names, /** @type {number} */ at,
            /** @type {(place: number) => void} */ choose) => names.length < 2 ? null
            : h("label", { class: "pick" }, h("span", { text: label }), h("select", {
                onchange: (/** @type {Event} */ event) => choose(/** @type {HTMLSelectElement} */ (event.target).selectedIndex),
            }, names.map((name, place) => h("option", { selected: place === at, text: name }))));
        const near = (/** @type {SourceMap[]} */ maps) => this.choose(maps.find((one) => one.head === map.head) ?? maps[0]);
        const pickers = h("div", { class: "picks" },
            pick("Map", rows.families.map(familyLabel), rows.families.indexOf(map.family), (place) =>
                near(rows.maps.filter((one) => one.family === rows.families[place] && one.layer === map.layer).concat(
                    rows.maps.filter((one) => one.family === rows.families[place])))),
            pick("Layer", layers.map((layer) => layer === null ? "last" : String(layer)), layers.indexOf(map.layer), (place) =>
                near(family.filter((one) => one.layer === layers[place]))),
            pick("Head", heads.map((one) => one.head === null ? "mean" : String(one.head)), heads.indexOf(map), (place) =>
                this.choose(heads[place])));
        const kind = this.overlay?.kind;
        const draw = h("div", { class: "segment", role: "group", "aria-label": "Draw on the text" },
            h("span", { class: "faint", text: "draw" }),
            button("what it looked at", () => this.actions.overlay(kind === "from" ? null : { kind: "from" }), { class: "button toggle", pressed: kind === "from" }),
            button("what looked at it", () => this.actions.overlay(kind === "to" ? null : { kind: "to" }), { class: "button toggle", pressed: kind === "to" }));
        const rest = rows.rest(map, token);
        return section(familyLabel(map.family), h("span", { class: "faint", text: "earlier tokens it drew on" }),
            pickers, this.grid(rows, token, map), draw,
            sources && sources.length ? this.list(trace, sources, rest, map.rows.unit)
                : h("p", { class: "faint", text: token === 0 ? "Nothing stands before the first token." : "Not recorded of this token." }),
            targets.length ? h("details", null, h("summary", { text: `${targets.length} later tokens drew on it` }),
                this.list(trace, targets, NaN, map.rows.unit)) : null);
    }

    /** Layers and heads at a glance: how much each gave to its first source. @param {RowSet} rows @param {number} token @param {SourceMap} map */
    grid(rows, token, map) {
        const family = rows.maps.filter((one) => one.family === map.family && one.head !== null && one.layer !== null);
        if (family.length < 4) return null;
        const layers = [...new Set(family.map((one) => one.layer))].sort((a, b) => Number(a) - Number(b));
        const heads = Math.max(...family.map((one) => Number(one.head))) + 1;
        const cell = Math.max(4, Math.min(18, Math.floor(300 / heads))), tall = Math.max(4, Math.min(14, Math.floor(150 / layers.length)));
        const scale = weightScale("", 1, false, "");
        const picture = svg("svg", {
            class: "head-grid", width: heads * cell + 22, height: layers.length * tall + 14, "aria-hidden": "true",
        });
        for (const one of family) {
            const top = rows.sources(one, token)?.[0];
            const x = 22 + Number(one.head) * cell, y = layers.indexOf(one.layer) * tall;
            append(picture, [svg("rect", {
                x, y, width: cell - 1, height: tall - 1, "data-g": String(gradeOf(scale, top?.weight ?? NaN)),
                class: one === map ? "cell on" : "cell", onclick: () => this.choose(one),
            }, svg("title", { text: `layer ${one.layer}, head ${one.head}: ${top ? `${percent(top.weight)} to token ${top.token}` : "–"}` }))]);
        }
        for (let k = 0; k < layers.length; k++) {
            if (tall >= 9 || k % Math.ceil(10 / tall) === 0) append(picture, [svg("text", { x: 16, y: k * tall + tall - 3, "text-anchor": "end", text: String(layers[k]) })]);
        }
        append(picture, [svg("text", { x: 22, y: layers.length * tall + 11, text: "heads, by their greatest weight" })]);
        return picture;
    }

    /** @param {Trace} trace @param {import("./rows.js").Weight[]} weights @param {number} rest @param {string} unit @param {boolean} [signed] */
    list(trace, weights, rest, unit, signed = false) {
        const greatest = Math.max(...weights.map((one) => Math.abs(one.weight)), 1e-12);
        const text = unit === "probability" ? percent : figure;
        return h("div", { class: signed ? "alts sources signed" : "alts sources" },
            weights.slice(0, LISTED).map((one) => h("div", { class: one.weight < 0 ? "alt against" : "alt" },
                tokenLink(trace, one.token, this.actions.go),
                h("span", { class: "faint num", text: String(one.token) }),
                h("span", { class: "bar" }, h("i", { style: { width: `${100 * Math.abs(one.weight) / greatest}%` } })),
                h("span", { class: "num", text: text(one.weight) }))),
            Number.isNaN(rest) ? null : h("div", { class: "alt rest" },
                h("span", { class: "faint", text: "all others" }), h("span"),
                h("span", { class: "bar" }, h("i", { style: { width: `${100 * Math.min(1, rest / greatest)}%` } })),
                h("span", { class: "num", text: text(rest) })));
    }

    /** @param {Trace} trace @param {number} token */
    attributions(trace, token) {
        if (trace.attributions.length === 0) return null;
        const here = trace.attributions.filter((one) => one.target === token);
        if (here.length === 0) {
            const targets = [...new Set(trace.attributions.map((one) => one.target))].filter((target) => target < trace.count);
            return targets.length === 0 ? null : section("Attribution", null, h("p", { class: "faint" }, "Explained tokens: ",
                targets.slice(0, 12).map((target) => tokenLink(trace, target, this.actions.go))));
        }
        return here.map((one) => {
            const on = this.overlay?.kind === "attribution" && this.overlay.method === one.method;
            const weights = one.scores.map((weight, source) => ({ token: source, weight }))
                .sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight));
            const notes = Object.entries(one.diagnostics ?? {}).slice(0, 6);
            return section(`Attribution: ${one.method}`, h("span", { class: "faint", text: one.signed ? "for and against" : "how much" }),
                h("div", { class: "segment", role: "group", "aria-label": "Draw on the text" },
                    button("draw on the text", () => this.actions.overlay(on ? null : { kind: "attribution", method: one.method }), { class: "button toggle", pressed: on })),
                one.target_id === trace.ids[token] ? null : h("p", { class: "faint" }, "explains ", h("code", { text: trace.idText(one.target_id) }), " in this place"),
                this.list(trace, weights, NaN, "", one.signed),
                notes.length ? h("details", null, h("summary", { text: "How far to trust it" }), h("dl", { class: "pairs wide" },
                    notes.map(([name, value]) => [h("dt", { text: name }), h("dd", { text: figure(Number(value)) })]))) : null);
        });
    }
}

/** @param {SourceMap} map */
function mapLabel(map) {
    const layer = map.layer === null ? "" : ` layer ${map.layer}`;
    const head = map.head === null ? "" : ` head ${map.head}`;
    return familyLabel(map.family) + layer + head;
}
