// @ts-check
/** Syntax: what was measured of a text, folded over its nodes, lines and categories. */

import { append, count, figure, h, percent, refill, svg, visible } from "./dom.js";
import { section } from "./panel.js";
import { factsOf, gradeOf, unitText, weightScale } from "./scales.js";

/**
 * @typedef {import("./scales.js").Scale} Scale
 * @typedef {{name: string, unit: string, additive: boolean, weight: (number | null)[], mean: (number | null)[],
 *   least: (number | null)[], greatest: (number | null)[]}} FoldColumn
 * @typedef {{level: string, nested: boolean, names: {table: string[], places: number[]}, labels: (string | null)[],
 *   lines: number[], parents: number[], tokens: number[], columns: FoldColumn[]}} Fold
 */

const LEVELS = {
    node: "Nodes", "named-node": "Named nodes", expression: "Expressions", statement: "Statements", line: "Lines", block: "Blocks",
    definition: "Definitions", file: "File", category: "Categories", type: "Types", group: "Groups",
};

/** Rows of a table that are drawn before a reader asks for more. */
const SHOWN = 200;

/** @param {number | null | undefined} value */
const known = (value) => value === null || value === undefined ? NaN : Number(value);

export class SyntaxView {
    /** @param {{go: (token: number) => void, range: (range: [number, number]) => void}} actions @param {import("./source.js").Desk | null} desk */
    constructor(actions, desk) {
        this.actions = actions;
        this.desk = desk;
        this.element = h("div", { class: "view syntax" });
        this.level = "statement";
        this.sort = "place";
        /** @type {Set<number>} units of the tree that are closed */
        this.closed = new Set();
    }

    /** @param {any} data @param {Scale} scale @param {import("./trace.js").Trace} [trace] */
    show(data, scale, trace = this.trace) {
        this.trace = trace;
        this.data = data;
        this.scale = scale;
        if (!data) {
            refill(this.element, h("h2", { class: "away", text: "Syntax" }), this.desk?.languagePick,
                h("p", { class: "faint", text: this.desk ? "No code was found in this text, or no grammar of its language is installed." : "Nothing was measured over the syntax of this trace." }));
            return;
        }
        const levels = data.folds.map((/** @type {Fold} */ fold) => fold.level);
        if (!levels.includes(this.level)) this.level = levels.includes("statement") ? "statement" : levels[0];
        const fold = data.folds.find((/** @type {Fold} */ one) => one.level === this.level);
        const regions = data.regions.map((/** @type {any} */ region) =>
            `${region.language}, ${count(region.bytes)} bytes` + (region.error_share > 0 ? `, ${percent(region.error_share)} fits no rule` : ""));
        refill(this.element,
            h("header", { class: "syntax-head" }, h("h2", { class: "away", text: "Syntax" }),
                h("div", { class: "tabs", role: "group", "aria-label": "Level" }, levels.map((/** @type {keyof typeof LEVELS} */ level) => h("button", {
                    type: "button", class: "tab", "aria-pressed": String(level === this.level), "aria-current": level === this.level ? "true" : null,
                    onclick: () => { this.level = level; this.closed.clear(); this.show(data, scale); },
                }, LEVELS[level] ?? level))),
                this.desk?.languagePick, h("span", { class: "faint", text: regions.join(" · ") })),
            h("div", { class: "syntax-grid" },
                h("div", { class: "syntax-main" }, fold ? this.table(fold, scale) : null),
                h("div", { class: "syntax-side" }, this.spots(data, scale), this.categories(data, scale), this.maps(data))));
    }

    /** The column by which the text is coloured, or the first one. @param {Fold} fold @param {Scale} scale */
    column(fold, scale) {
        return fold.columns.find((column) => column.name === scale.name) ?? fold.columns.find((column) => column.name === "surprisal") ?? fold.columns[0];
    }

    /** @param {Fold} fold @param {Scale} scale */
    table(fold, scale) {
        const main = this.column(fold, scale);
        if (!main) return h("p", { class: "faint", text: "No metric of numbers was folded." });
        const further = fold.columns.filter((column) => column !== main && ["entropy", "confidence", "surprisal"].includes(column.name)).slice(0, 2);
        const total = fold.lines.length;
        const depth = new Int32Array(total);
        for (let k = 0; k < total; k++) depth[k] = fold.parents[k] >= 0 ? depth[fold.parents[k]] + 1 : 0;
        const children = new Int32Array(total);
        for (const parent of fold.parents) if (parent >= 0) children[parent] += 1;
        const hidden = (/** @type {number} */ unit) => {
            for (let above = fold.parents[unit]; above >= 0; above = fold.parents[above]) if (this.closed.has(above)) return true;
            return false;
        };
        let order = Array.from({ length: total }, (_, k) => k).filter((k) => known(main.weight[k]) > 0);
        const inTree = fold.nested && this.sort === "place";
        if (inTree) order = order.filter((unit) => !hidden(unit));
        else if (this.sort !== "place") {
            const key = this.sort === "name" ? null : this.sort;
            const low = key === "mean" && scale.low;
            order.sort((a, b) => key === "weight" ? known(main.weight[b]) - known(main.weight[a])
                : key === "greatest" ? known(main.greatest[b]) - known(main.greatest[a])
                : (low ? 1 : -1) * (known(main.mean[a]) - known(main.mean[b])));
        }
        const head = (/** @type {string} */ key, /** @type {string} */ text, numeric = true) => h("th", { scope: "col", class: numeric ? "num" : null, "aria-sort": this.sort === key ? (key === "place" ? "ascending" : "descending") : "none" },
            h("button", { type: "button", class: "plain", onclick: () => { this.sort = key; this.show(this.data, scale); } }, text, this.sort === key ? (key === "place" ? " ↑" : " ↓") : ""));
        const unit = unitText(main.unit) ? `, ${unitText(main.unit)}` : "";
        const most = Math.max(...order.map((k) => Math.abs(known(main.mean[k]))).filter(Number.isFinite), 1e-9);
        // A unit without a name is known by how it begins.
        const excerpt = (/** @type {number} */ k) => this.trace?.textOf(fold.tokens[2 * k], fold.tokens[2 * k + 1]).trim().split("\n")[0].slice(0, 70) ?? "";
        const row = (/** @type {number} */ k) => {
            const [from, to] = [fold.tokens[2 * k], fold.tokens[2 * k + 1]];
            const name = fold.names.table[fold.names.places[k]];
            const mean = known(main.mean[k]);
            const folds = inTree && children[k] > 0;
            return h("tr", null,
                h("td", { class: "num faint", text: fold.lines[k] > 0 ? String(fold.lines[k]) : "" }),
                h("th", { scope: "row" }, h("span", { class: "unit", style: inTree ? { "padding-left": `${Math.min(depth[k], 24) * 14}px` } : {} },
                    folds ? h("button", {
                        type: "button", class: "fold", "aria-expanded": String(!this.closed.has(k)), "aria-label": `${this.closed.has(k) ? "Open" : "Close"} ${name}`,
                        onclick: () => { this.closed.has(k) ? this.closed.delete(k) : this.closed.add(k); this.show(this.data, scale); },
                    }, this.closed.has(k) ? "▸" : "▾") : inTree ? h("span", { class: "fold" }) : null,
                    from >= 0 ? h("button", { type: "button", class: "plain", title: "Show in the text", onclick: () => this.actions.range([from, Math.max(from + 1, to)]) },
                        fold.level === "line" ? null : h("span", { text: name }), " ", h("code", { class: fold.labels[k] ? null : "faint", text: visible(fold.labels[k] ?? (fold.parents[k] < 0 && fold.nested ? "" : excerpt(k))) }))
                        : h("span", { text: name }))),
                h("td", { class: "num", text: count(Math.round(known(main.weight[k]) * 10) / 10) }),
                h("td", { class: "num" }, h("i", { class: "swatch", "data-g": String(gradeOf(scale, mean)) }), figure(mean)),
                h("td", { class: "mean-bar" }, h("span", { class: "bar" }, h("i", { "data-g": String(gradeOf(scale, mean)), style: { width: `${100 * Math.abs(mean) / most}%` } }))),
                h("td", { class: "num", text: figure(known(main.greatest[k])) }),
                further.map((column) => h("td", { class: "num faint", text: figure(known(column.mean[k])) })));
        };
        const body = h("tbody", null, order.slice(0, SHOWN).map(row));
        const more = order.length > SHOWN ? h("button", { type: "button", class: "button", onclick: () => { append(body, order.slice(SHOWN).map(row)); more?.remove(); } }, `${count(order.length - SHOWN)} more`) : null;
        return [h("table", { class: "units" },
            h("thead", null, h("tr", null, head("place", "line"), h("td"), head("weight", "tokens"),
                head("mean", `mean ${factsOf(main.name).label.toLowerCase()}${unit}`), h("th", { scope: "col" }, h("span", { class: "away", text: "bar" })), head("greatest", "greatest"),
                further.map((column) => h("th", { scope: "col", class: "num", text: `mean ${factsOf(column.name).label.toLowerCase()}` })))),
            body), more];
    }

    /** @param {any} data @param {Scale} scale */
    spots(data, scale) {
        if (data.hot_spots.length === 0) return null;
        return section("Where the model was least sure", h("span", { class: "faint", text: "mean surprisal" }),
            h("ol", { class: "spots" }, data.hot_spots.map((/** @type {any} */ spot) => h("li", null,
                h("button", { type: "button", class: "plain", onclick: () => this.actions.range([spot.tokens[0] ?? 0, Math.max((spot.tokens[0] ?? 0) + 1, spot.tokens[1] ?? 1)]) },
                    h("code", { text: spot.text })),
                h("span", { class: "num" }, scale.name === "surprisal" ? h("i", { class: "swatch", "data-g": String(gradeOf(scale, spot.score)) }) : null, figure(spot.score)),
                h("p", { class: "faint", text: `${spot.kind}, line ${spot.line}: ${spot.reasons.join("; ")}` })))));
    }

    /** @param {any} data @param {Scale} scale */
    categories(data, scale) {
        const fold = data.folds.find((/** @type {Fold} */ one) => one.level === "category");
        const main = fold ? this.column(fold, scale) : undefined;
        if (!fold || !main) return null;
        const order = fold.lines.map((/** @type {number} */ _, /** @type {number} */ k) => k).filter((/** @type {number} */ k) => known(main.weight[k]) > 0)
            .sort((/** @type {number} */ a, /** @type {number} */ b) => known(main.mean[b]) - known(main.mean[a]));
        const most = Math.max(...order.map((/** @type {number} */ k) => Math.abs(known(main.mean[k]))), 1e-9);
        return section(`Categories by mean ${factsOf(main.name).label.toLowerCase()}`, h("span", { class: "faint", text: "mean · tokens" }),
            h("div", { class: "alts categories" }, order.map((/** @type {number} */ k) => h("div", { class: "alt" },
                h("span", { class: "alt-text", text: fold.names.table[fold.names.places[k]] }),
                h("span", { class: "bar" }, h("i", { "data-g": String(gradeOf(scale, known(main.mean[k]))), style: { width: `${100 * Math.abs(known(main.mean[k])) / most}%` } })),
                h("span", { class: "num" }, figure(known(main.mean[k])), h("small", { class: "faint", text: ` · ${count(Math.round(known(main.weight[k])))}` }))))));
    }

    /** Which constructs had to do with which. @param {any} data */
    maps(data) {
        return data.maps.map((/** @type {any} */ map) => {
            const size = map.cells.length;
            const cell = Math.max(3, Math.min(16, Math.floor(300 / size)));
            const greatest = Math.max(...map.cells.flat().map((/** @type {any} */ value) => Math.abs(known(value))), 1e-12);
            const scale = weightScale(map.name, greatest, map.cells.flat().some((/** @type {any} */ value) => value < 0), "");
            const name = (/** @type {number} */ place) => place < map.units.length ? `${map.units[place]}${map.lines[place] ? `, line ${map.lines[place]}` : ""}` : "outside";
            const picture = svg("svg", { class: "head-grid node-map", width: size * cell, height: size * cell, role: "img", "aria-label": `${map.name} by ${map.level}` },
                map.cells.flatMap((/** @type {any[]} */ row, /** @type {number} */ y) => row.map((value, x) => gradeOf(scale, known(value)) === 0 ? null : svg("rect", {
                    class: "cell", x: x * cell, y: y * cell, width: cell, height: cell, "data-g": String(gradeOf(scale, known(value))),
                }, svg("title", { text: `${name(y)} ← ${name(x)}: ${figure(known(value))}` })))));
            return section(`${factsOf(map.name).label} between ${(LEVELS[/** @type {keyof typeof LEVELS} */ (map.level)] ?? map.level).toLowerCase()}`,
                h("span", { class: "faint", text: "rows drew on columns" }), picture);
        });
    }
}
