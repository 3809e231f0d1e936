// @ts-check
/** Traces that begin alike, as a tree: chains of tokens without a fork are drawn as one ribbon. */

import { append, button, count, figure, h, headings, percent, refill, spelled, svg, visible } from "./dom.js";
import { compareIDs } from "./diff.js";
import { factsOf, gradeOf, unitText } from "./scales.js";
import { statistics } from "./trace.js";

/**
 * @typedef {import("./trace.js").Trace} Trace
 * @typedef {import("./scales.js").Scale} Scale
 * @typedef {{from: number, to: number, traces: number[], children: Chain[], row: number}} Chain
 */

/**
 * The tree of what traces share. A chain holds the tokens `from ..< to` of each of its traces.
 * @param {Trace[]} traces
 * @param {number[]} members
 * @param {number} from
 * @returns {Chain}
 */
export function chainOf(traces, members, from) {
    let to = from;
    const first = traces[members[0]].ids;
    for (;;) {
        const id = first[to];
        if (id === undefined || members.some((member) => traces[member].ids[to] !== id)) break;
        to += 1;
    }
    /** @type {Map<number | undefined, number[]>} */
    const groups = new Map();
    for (const member of members) {
        const id = traces[member].ids[to];
        groups.set(id, [...(groups.get(id) ?? []), member]);
    }
    const children = [...groups].filter(([id]) => id !== undefined && members.length > 1)
        .map(([, group]) => chainOf(traces, group, to));
    return { from, to, traces: members, children, row: 0 };
}

const ROW = 30, RIBBON = 12, TOP = 26, LABELS = 250;

export class BranchesView {
    /** @param {{open: (trace: number, token: number | null) => void}} actions */
    constructor(actions) {
        this.actions = actions;
        this.tree = h("div", { class: "tree", tabindex: "0", role: "group", "aria-label": "Branches" });
        this.compared = h("div", { class: "compared" });
        this.element = h("div", { class: "view branches" }, this.tree, this.compared);
        /** @type {[number, number]} */
        this.pair = [0, 1];
        this.width = 0;
        new ResizeObserver(([entry]) => {
            const width = Math.floor(entry.contentRect.width);
            if (Math.abs(width - this.width) > 4) {
                this.width = width;
                this.drawTree();
            }
        }).observe(this.tree);
    }

    /** @param {Trace[]} traces @param {number} current @param {(trace: Trace) => Scale | null} scaleFor @param {(string | undefined)[]} notes */
    show(traces, current, scaleFor, notes) {
        this.notes = notes;
        this.traces = traces;
        this.current = current;
        this.scaleFor = scaleFor;
        if (current !== this.pair[0] && current !== this.pair[1]) this.pair = [current, current === 0 ? 1 : 0];
        this.drawTree();
        this.drawPair();
    }

    drawTree() {
        const { traces } = this;
        if (!traces || this.width < 200) return;
        /** @type {Map<number | undefined, number[]>} */
        const firsts = new Map();
        traces.forEach((trace, place) => firsts.set(trace.ids[0], [...(firsts.get(trace.ids[0]) ?? []), place]));
        const roots = [...firsts.values()].map((group) => chainOf(traces, group, 0));
        /** @type {number[]} */
        const order = [];
        /** @type {Map<number, number>} where each trace leaves the others */
        const forks = this.forks = new Map();
        const place = (/** @type {Chain} */ chain) => {
            // Traces that end here, and those that go on, each have a row; the chain lies in the first one.
            const ending = chain.traces.filter((member) => traces[member].count === chain.to || chain.children.length === 0);
            const first = order.length;
            order.push(...ending);
            chain.children.forEach(place);
            chain.row = first;
            for (const member of ending) forks.set(member, chain.from);
        };
        roots.forEach(place);
        const longest = Math.max(...traces.map((trace) => trace.count), 1);
        const shared = roots.length === 1 ? roots[0].to : 0;
        // A long common beginning takes a fifth of the room at most.
        const inside = this.width - LABELS - 20;
        const before = shared > longest * 0.3 && shared < longest ? Math.max(inside * 0.2, 40) : inside * shared / longest;
        const x = (/** @type {number} */ token) => token <= shared || shared === longest
            ? 10 + (shared ? before * token / shared : 0)
            : 10 + before + (inside - before) * (token - shared) / (longest - shared);
        const picture = svg("svg", { width: this.width, height: TOP + order.length * ROW + 8, class: "tree-picture" });
        const links = svg("g"), ribbons = svg("g");
        const draw = (/** @type {Chain} */ chain) => {
            const y = TOP + chain.row * ROW + ROW / 2;
            append(ribbons, [this.ribbon(chain, x, y)]);
            for (const child of chain.children) {
                const below = TOP + child.row * ROW + ROW / 2;
                if (below !== y) {
                    const at = x(chain.to);
                    append(links, [svg("path", { class: "link", d: `M${at - 4} ${y}V${below - 5}q0 5 5 5` })]);
                }
                draw(child);
            }
        };
        roots.forEach(draw);
        append(picture, [svg("text", { class: "axis-label", x: 10, y: 14, text: shared ? `${count(shared)} tokens in common` : "no common beginning" })]);
        append(picture, [links, ribbons]);
        const labels = h("div", { class: "tree-labels", style: { width: `${LABELS}px`, "padding-top": `${TOP}px` } },
            order.map((member) => this.label(member)));
        refill(this.tree, picture, labels);
    }

    /** One chain's tokens as a strip of colours. @param {Chain} chain @param {(token: number) => number} x @param {number} y */
    ribbon(chain, x, y) {
        const member = chain.traces.includes(this.current ?? -1) ? Number(this.current) : chain.traces[0];
        const trace = /** @type {Trace[]} */ (this.traces)[member];
        const scale = this.scaleFor?.(trace) ?? null;
        const values = scale ? trace.metric(scale.name)?.values : undefined;
        const left = x(chain.from), right = Math.max(x(chain.to), left + 2);
        const group = svg("g", {
            class: chain.traces.includes(this.current ?? -1) ? "chain on" : "chain",
            onclick: (/** @type {MouseEvent} */ event) => {
                const box = /** @type {Element} */ (event.currentTarget).getBoundingClientRect();
                const share = (event.clientX - box.left) / Math.max(1, box.width);
                this.actions.open(member, Math.min(chain.to - 1, chain.from + Math.floor(share * (chain.to - chain.from))));
            },
        });
        append(group, [svg("rect", { class: "chain-back", x: left, y: y - RIBBON / 2, width: right - left, height: RIBBON, rx: 2 })]);
        const bins = Math.min(chain.to - chain.from, Math.ceil((right - left) / 3));
        /** @type {Map<number, string[]>} */
        const paths = new Map();
        for (let bin = 0; scale && values && bin < bins; bin++) {
            const from = chain.from + Math.floor(bin * (chain.to - chain.from) / bins);
            const to = Math.max(from + 1, chain.from + Math.floor((bin + 1) * (chain.to - chain.from) / bins));
            const grade = gradeOf(scale, statistics(values, from, to).mean);
            if (Number.isNaN(grade) || grade === 0) continue;
            const list = paths.get(grade) ?? [];
            list.push(`M${x(from).toFixed(1)} ${y - RIBBON / 2}H${x(to).toFixed(1)}v${RIBBON}H${x(from).toFixed(1)}z`);
            paths.set(grade, list);
        }
        for (const [grade, list] of paths) append(group, [svg("path", { "data-g": String(grade), class: "bars", d: list.join("") })]);
        const excerpt = trace.textOf(chain.from, Math.min(chain.to, chain.from + 24));
        append(group, [svg("title", { text: `${chain.to - chain.from} tokens: ${spelled(excerpt, 120)}` })]);
        return group;
    }

    /** @param {number} member */
    label(member) {
        const trace = /** @type {Trace[]} */ (this.traces)[member];
        const written = statistics(trace.metric("surprisal")?.values ?? new Float64Array(), trace.promptCount, trace.count);
        const fork = this.forks?.get(member) ?? 0;
        const sign = this.pair[0] === member ? "A" : this.pair[1] === member ? "B" : "";
        return h("div", { class: member === this.current ? "tree-label on" : "tree-label", style: { height: `${ROW}px` } },
            h("button", { type: "button", class: "plain name", onclick: () => this.actions.open(member, null), title: this.notes?.[member] ?? "Open in the text view" }, trace.name),
            fork ? h("code", { class: "faint", title: `begins at token ${fork}`, text: spelled(trace.label(fork), 14) }) : null,
            h("span", { class: "faint num", text: `${count(trace.count)} · ${figure(written.mean)}`, title: "tokens · mean surprisal of what was written" }),
            ["A", "B"].map((letter, place) => button(letter, () => {
                this.pair[place] = member;
                if (this.pair[1 - place] === member) this.pair[1 - place] = this.pair[place] === 0 ? 1 : 0;
                this.drawTree();
                this.drawPair();
            }, { class: sign === letter ? "letter on" : "letter", pressed: sign === letter })));
    }

    /** Two branches side by side. */
    drawPair() {
        const { traces, scaleFor } = this;
        if (!traces || traces.length < 2 || !scaleFor) return;
        const [a, b] = this.pair.map((place) => traces[place]);
        const scale = scaleFor(a);
        if (!scale) return;
        const runs = compareIDs(a.ids, b.ids);
        const fork = runs[0]?.equal ? runs[0].a[1] : 0;
        const [valuesA, valuesB] = [a, b].map((trace) => trace.metric(scale.name)?.values ?? new Float64Array(trace.count).fill(NaN));
        const facts = factsOf(scale.name);
        const change = { ...scale, name: "change", signed: true, low: false, kind: /** @type {"absolute"} */ ("absolute"), cuts: [0.1, 0.25, 0.5, 1, 2, 4] };
        const row = (/** @type {string} */ label, /** @type {number} */ left, /** @type {number} */ right, graded = false) => h("tr", null,
            h("th", { scope: "row", text: label }), h("td", { class: "num", text: figure(left) }), h("td", { class: "num", text: figure(right) }),
            h("td", { class: "num" }, graded ? h("i", { class: "swatch", "data-g": String(gradeOf(change, right - left)) }) : null, signed(right - left)));
        const sums = [statistics(valuesA, fork, a.count), statistics(valuesB, fork, b.count)];
        const surprisals = [a, b].map((trace) => statistics(trace.metric("surprisal")?.values ?? new Float64Array(), fork, trace.count));
        const chance = (/** @type {Trace} */ trace) => {
            const value = trace.value("confidence", fork);
            return Number.isNaN(value) ? "" : ` (${percent(value)})`;
        };
        refill(this.compared,
            h("header", { class: "pair-head" }, h("h2", null, h("span", { class: "letter on", text: "A" }), ` ${a.name} `, h("span", { class: "faint", text: "and" }), " ", h("span", { class: "letter on", text: "B" }), ` ${b.name}`),
                h("p", { class: "faint", text: fork === a.count && fork === b.count ? "The same tokens." : `They part at token ${fork}: ${spelled(a.pieces[fork] ?? "", 24)}${fork < a.count ? chance(a) : "the end"} in A, ${spelled(b.pieces[fork] ?? "", 24)}${fork < b.count ? chance(b) : "the end"} in B.` })),
            h("table", { class: "metrics sums pair" },
                headings(["after the fork", "A", "B", "B − A"]),
                h("tbody", null,
                    row("tokens", a.count - fork, b.count - fork),
                    row(`mean ${facts.label.toLowerCase()}${unitText(scale.unit) ? ", " + unitText(scale.unit) : ""}`, sums[0].mean, sums[1].mean, true),
                    row("perplexity", Math.exp(surprisals[0].mean), Math.exp(surprisals[1].mean)),
                    row("log-probability, nats", -surprisals[0].sum, -surprisals[1].sum))),
            h("p", { class: "faint" }, `Words that both have are coloured by the change of ${facts.label.toLowerCase()} from A to B; words of one alone have its own colours.`),
            h("div", { class: "sides" }, h("div", { class: "side-name", text: `A · ${a.name}` }), h("div", { class: "side-name", text: `B · ${b.name}` }),
                this.rowsOf(runs, a, b, scale, change, valuesA, valuesB)));
    }

    /**
     * The lines of both, side by side: a row ends where both have the same line feed.
     * @param {import("./diff.js").Run[]} runs @param {Trace} a @param {Trace} b @param {Scale} scale @param {Scale} change
     * @param {Float64Array} valuesA @param {Float64Array} valuesB
     */
    rowsOf(runs, a, b, scale, change, valuesA, valuesB) {
        /** @type {{left: HTMLElement[], right: HTMLElement[], changed: boolean, moved: boolean}[]} */
        const rows = [];
        let row = { left: /** @type {HTMLElement[]} */ ([]), right: /** @type {HTMLElement[]} */ ([]), changed: false, moved: false };
        const token = (/** @type {string} */ text, /** @type {number} */ grade, /** @type {string} */ kind, /** @type {string | null} */ title) =>
            h("span", { class: `t ${kind}`, "data-g": Number.isNaN(grade) ? null : String(grade), title, text: visible(text) });
        for (const run of runs) {
            if (!run.equal) {
                row.changed = true;
                for (let i = run.a[0]; i < run.a[1]; i++) row.left.push(token(a.pieces[i], gradeOf(scale, valuesA[i]), "only", `A: ${figure(valuesA[i])}`));
                for (let i = run.b[0]; i < run.b[1]; i++) row.right.push(token(b.pieces[i], gradeOf(scale, valuesB[i]), "only", `B: ${figure(valuesB[i])}`));
                continue;
            }
            for (let k = 0; k < run.a[1] - run.a[0]; k++) {
                const piece = a.pieces[run.a[0] + k];
                const step = valuesB[run.b[0] + k] - valuesA[run.a[0] + k];
                const grade = gradeOf(change, step);
                const title = Number.isNaN(step) ? null : `B − A: ${signed(step)}`;
                if (step !== 0 && !Number.isNaN(step)) row.moved = true;
                const parts = piece.split("\n");
                parts.forEach((part, place) => {
                    if (place > 0) {
                        rows.push(row);
                        row = { left: [], right: [], changed: false, moved: false };
                    }
                    if (!part) return;
                    row.left.push(token(part, grade, "both", title));
                    row.right.push(token(part, grade, "both", title));
                });
            }
        }
        rows.push(row);
        /** @type {HTMLElement[]} */
        const elements = [];
        for (let place = 0; place < rows.length; place++) {
            let quiet = place;
            while (quiet < rows.length && !rows[quiet].changed && !rows[quiet].moved) quiet += 1;
            if (quiet - place > 6) {
                elements.push(h("div", { class: "skipped", text: `${count(quiet - place - 2)} lines without a difference` }));
                place = quiet - 2;
            }
            const { left, right, changed } = rows[place];
            const name = changed ? "side changed" : "side";
            elements.push(h("div", { class: name }, left), h("div", { class: name }, right));
        }
        return elements;
    }
}

/** @param {number} value */
function signed(value) {
    return (value > 0 ? "+" : "") + figure(value);
}
