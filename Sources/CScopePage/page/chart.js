// @ts-check
/** Metrics over the sequence: a lane a metric, the tokens from left to right; a drag selects tokens. */

import { append, figure, h, refill, svg } from "./dom.js";
import { factsOf, gradesOf, scaleOf, unitText } from "./scales.js";
import { statistics } from "./trace.js";

/**
 * @typedef {import("./trace.js").Trace} Trace
 * @typedef {import("./trace.js").NumberColumn} NumberColumn
 * @typedef {import("./scales.js").Scale} Scale
 */

const GUTTER = 132, EDGE = 12, FIRST_LANE = 58, LANE = 40, AXIS = 18;

/** How high a value stands in its lane; sizes and places of wide range by their logarithm. @param {NumberColumn} column */
function heightOf(column) {
    const wide = column.unit === "rank" || column.unit === "count" || /perplexity/.test(column.name);
    return wide ? (/** @type {number} */ value) => Math.log1p(Math.max(0, value)) : (/** @type {number} */ value) => value;
}

export class TrendChart {
    /**
     * @param {{select: (token: number) => void, brush: (range: [number, number] | null) => void,
     *   point: (token: number | null) => void, lanes: (names: string[]) => void, metric: (name: string) => void}} actions
     */
    constructor(actions) {
        this.actions = actions;
        /** @type {Trace | null} */
        this.trace = null;
        /** @type {string[]} */
        this.names = [];
        /** @type {Scale | null} */
        this.scale = null;
        this.picture = svg("svg", { class: "trend-picture", role: "img" });
        this.menu = h("div", { class: "menu-list" });
        this.reading = h("span", { class: "faint reading" });
        this.element = h("section", { class: "trend", "aria-label": "Metrics over the sequence" },
            h("header", { class: "trend-head" },
                h("h2", { text: "Over the sequence" }),
                h("details", { class: "menu" }, h("summary", { class: "button", text: "Lanes" }), this.menu),
                this.reading,
                h("span", { class: "faint hint", text: "drag to select tokens" })),
            h("div", { class: "trend-body" }, this.picture));
        this.width = 0;
        this.total = 1;
        new ResizeObserver(([entry]) => {
            const width = Math.floor(entry.contentRect.width);
            if (width !== this.width) {
                this.width = width;
                this.draw();
            }
        }).observe(/** @type {Element} */ (this.element.querySelector(".trend-body")));
        this.listen();
    }

    /**
     * @param {Trace} trace @param {Scale} scale @param {string[]} further names of lanes beside the first
     * @param {number} [expected] how many tokens there may come to be: room is left for them
     */
    show(trace, scale, further, expected = 0) {
        this.trace = trace;
        this.total = Math.max(trace.count, expected, 1);
        this.scale = scale;
        this.names = [scale.name, ...further.filter((name) => name !== scale.name && trace.metric(name))];
        const listed = JSON.stringify([trace.metrics.map((column) => column.name), further]);
        if (listed !== this.listed) {
            this.listed = listed;
            refill(this.menu, trace.metrics.map((column) => {
                const chosen = further.includes(column.name);
                const box = h("input", { type: "checkbox", checked: chosen, onchange: () => {
                    this.actions.lanes(chosen ? further.filter((name) => name !== column.name) : [...further, column.name]);
                } });
                return h("label", { class: "check" }, box, factsOf(column.name).label);
            }));
        }
        this.draw();
    }

    /** The token at a place of the picture. @param {number} x */
    tokenAt(x) {
        const count = this.trace?.count ?? 0;
        const inside = this.width - GUTTER - EDGE;
        return Math.max(0, Math.min(count - 1, Math.floor((x - GUTTER) / inside * this.total)));
    }

    /** @param {number} token */
    placeOf(token) {
        return GUTTER + (this.width - GUTTER - EDGE) * token / this.total;
    }

    draw() {
        const { trace, scale, width } = this;
        if (!trace || !scale || width < GUTTER + 60) return;
        const bottom = FIRST_LANE + (this.names.length - 1) * LANE;
        this.picture.setAttribute("viewBox", `0 0 ${width} ${bottom + AXIS}`);
        this.picture.setAttribute("height", String(bottom + AXIS));
        const main = statistics(trace.metric(scale.name)?.values ?? new Float64Array(), 0, trace.count);
        this.picture.setAttribute("aria-label",
            `${factsOf(scale.name).label} over ${trace.count} tokens: mean ${figure(main.mean)}, `
            + `greatest ${figure(main.greatest)} at token ${main.greatestAt}`);
        this.pointer = svg("path", { class: "pointer" });
        this.chosen = svg("path", { class: "chosen" });
        this.band = svg("rect", { class: "band", y: 0, height: bottom, width: 0 });
        const promptEnd = this.placeOf(trace.promptCount);
        refill(this.picture,
            svg("rect", { class: "prompt-band", x: GUTTER, y: 0, width: Math.max(0, promptEnd - GUTTER), height: bottom }),
            this.band,
            this.names.map((name, place) => this.lane(name, place)),
            this.axis(bottom), this.chosen, this.pointer);
        this.mark(this.markedToken ?? null, this.markedRange ?? null);
    }

    /** @param {string} name @param {number} place */
    lane(name, place) {
        const trace = /** @type {Trace} */ (this.trace);
        const column = trace.metric(name);
        const first = place === 0;
        const top = first ? 0 : FIRST_LANE + (place - 1) * LANE;
        const tall = first ? FIRST_LANE : LANE;
        const group = svg("g", { class: first ? "lane first" : "lane" });
        append(group, [svg("line", { class: "rule", x1: GUTTER, x2: this.width - EDGE, y1: top + tall - 0.5, y2: top + tall - 0.5 })]);
        const label = svg("text", { x: 0, y: top + 15, class: "lane-name", text: factsOf(name).label });
        append(group, [label]);
        if (!column) return group;
        const scale = first && this.scale ? this.scale : scaleOf(column, this.scale?.kind ?? "absolute");
        const grades = gradesOf(scale, column.values);
        const height = heightOf(column);
        const sums = statistics(column.values.map((value) => Number.isFinite(value) ? value : NaN), 0, trace.count);
        const least = Math.min(0, height(sums.least)), most = Math.max(height(sums.greatest), 1e-9);
        const room = tall - 10;
        const zero = top + tall - 1 - room * (0 - least) / (most - least);
        const unit = unitText(column.unit);
        append(group, [
            svg("text", { x: 0, y: top + 29, class: "lane-fact", text: `mean ${figure(sums.mean)}${unit ? " " + unit : ""}` }),
            svg("text", { x: GUTTER - 6, y: top + 12, class: "lane-end", "text-anchor": "end", text: figure(sums.greatest) }),
        ]);
        const inside = this.width - GUTTER - EDGE;
        const bars = Math.min(this.total, Math.floor(inside / 2));
        const step = inside / bars;
        const thick = Math.max(1, step - (step > 5 ? 1 : step > 3 ? 0.5 : 0));
        /** @type {Map<number, string[]>} */
        const paths = new Map();
        for (let bar = 0; bar < bars; bar++) {
            const from = Math.floor(bar * this.total / bars), to = Math.min(trace.count, Math.max(from + 1, Math.floor((bar + 1) * this.total / bars)));
            let worst = -1;
            for (let i = from; i < to; i++) {
                if (Number.isNaN(column.values[i])) continue;
                if (worst < 0 || Math.abs(grades[i]) > Math.abs(grades[worst])
                    || (grades[i] === grades[worst] && Math.abs(column.values[i]) > Math.abs(column.values[worst]))) worst = i;
            }
            if (worst < 0) continue;
            const value = Math.max(-1e300, Math.min(1e300, column.values[worst]));
            const size = Math.min(room + 6, Math.max(0.6, Math.abs(room * height(value) / (most - least))));
            const x = GUTTER + bar * step;
            const y = value < 0 ? zero : zero - size;
            const list = paths.get(grades[worst]) ?? [];
            list.push(`M${x.toFixed(1)} ${y.toFixed(1)}h${thick.toFixed(1)}v${size.toFixed(1)}h${(-thick).toFixed(1)}z`);
            paths.set(grades[worst], list);
        }
        for (const [grade, list] of paths) append(group, [svg("path", { class: "bars", "data-g": String(grade), d: list.join("") })]);
        return group;
    }

    /** @param {number} bottom */
    axis(bottom) {
        const { total } = this;
        const inside = this.width - GUTTER - EDGE;
        const rough = total / Math.max(2, inside / 90);
        const power = 10 ** Math.floor(Math.log10(Math.max(1, rough)));
        const step = Math.max(1, [1, 2, 5, 10].map((k) => k * power).find((size) => size >= rough) ?? power);
        const group = svg("g", { class: "axis" });
        for (let token = 0; token < total; token += step) {
            append(group, [svg("text", { x: this.placeOf(token), y: bottom + 13, text: String(token) })]);
        }
        return group;
    }

    /** Shows where the selection is. @param {number | null} token @param {[number, number] | null} range */
    mark(token, range) {
        this.markedToken = token;
        this.markedRange = range;
        // While the view is hidden there is no room to draw in.
        if (!this.chosen || !this.band || this.width < GUTTER + 60) return;
        const height = this.band.getAttribute("height");
        const place = token === null || token < 0 ? NaN : this.placeOf(token + 0.5);
        this.chosen.setAttribute("d", Number.isNaN(place) ? "" : `M${place} 0V${height}`);
        this.band.setAttribute("x", String(range ? this.placeOf(range[0]) : 0));
        this.band.setAttribute("width", String(range ? this.placeOf(range[1]) - this.placeOf(range[0]) : 0));
    }

    /** Shows which token a pointer means. @param {number | null} token */
    point(token) {
        const place = token === null ? NaN : this.placeOf(token + 0.5);
        this.pointer?.setAttribute("d", Number.isNaN(place) ? "" : `M${place} 0V${this.band?.getAttribute("height")}`);
        this.reading.textContent = token === null ? "" : `token ${token}: ` + this.names.map((name) =>
            `${factsOf(name).label.toLowerCase()} ${figure(this.trace?.value(name, token) ?? NaN)}`).join(" · ");
    }

    listen() {
        let start = -1, from = -1;
        const x = (/** @type {Event} */ event) =>
            /** @type {PointerEvent} */ (event).clientX - this.picture.getBoundingClientRect().left;
        this.picture.addEventListener("pointerdown", (event) => {
            const pointer = /** @type {PointerEvent} */ (event);
            if (pointer.button !== 0 || x(event) < GUTTER) return;
            start = x(event);
            from = this.tokenAt(start);
            this.picture.setPointerCapture(pointer.pointerId);
            event.preventDefault();
        });
        this.picture.addEventListener("pointermove", (event) => {
            if (start >= 0 && Math.abs(x(event) - start) > 3) {
                const to = this.tokenAt(x(event));
                this.mark(this.markedToken ?? null, [Math.min(from, to), Math.max(from, to) + 1]);
                this.actions.brush(this.markedRange ?? null);
            }
            this.actions.point(x(event) < GUTTER ? null : this.tokenAt(x(event)));
        });
        this.picture.addEventListener("pointerup", (event) => {
            if (start >= 0 && Math.abs(x(event) - start) <= 3) this.actions.select(from);
            start = -1;
        });
        this.picture.addEventListener("pointercancel", () => { start = -1; });
        this.picture.addEventListener("pointerleave", () => this.actions.point(null));
    }
}
