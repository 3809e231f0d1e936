// @ts-check
/** The card that follows the pointer over the text. */

import { append, figure, h, percent, refill, spelled } from "./dom.js";
import { factsOf, gradeOf, unitText } from "./scales.js";

/**
 * @typedef {import("./trace.js").Trace} Trace
 * @typedef {import("./scales.js").Scale} Scale
 */

/** The metrics that a card names first. */
const FIRST = ["surprisal", "confidence", "entropy", "margin", "rank"];

/**
 * Rows of alternatives with bars.
 * @param {import("./trace.js").Alternative[]} alternatives @param {number} limit
 * @param {(id: number) => void} [choose] what a click does, where there is a model behind the page
 */
export function alternativeBars(alternatives, limit, choose) {
    const greatest = Math.max(...alternatives.map((one) => one.probability), 1e-9);
    return alternatives.slice(0, limit).map((one) => {
        const looks = { class: one.chosen ? "alt chosen" : "alt", title: `id ${one.id}` };
        const parts = [h("code", { class: "alt-text", text: spelled(one.text, 28) }),
            h("span", { class: "bar" }, h("i", { style: { width: `${100 * one.probability / greatest}%` } })),
            h("span", { class: "num", text: percent(one.probability) })];
        return choose ? h("button", {
            ...looks, type: "button", class: looks.class + " choice", onclick: () => choose(one.id),
            title: one.chosen ? `id ${one.id}: write on from here again` : `id ${one.id}: write this instead, in a branch`,
        }, parts) : h("div", looks, parts);
    });
}

export class HoverCard {
    constructor() {
        this.element = h("div", { class: "card", role: "tooltip", id: "hover-card", hidden: true });
        /** @type {number | null} */
        this.token = null;
    }

    hide() {
        this.token = null;
        this.element.hidden = true;
    }

    /**
     * @param {Trace} trace
     * @param {number} token
     * @param {Element} at
     * @param {Scale} scale what the text is coloured by
     * @param {number} shown the value that it is coloured by
     * @param {string} mode
     */
    show(trace, token, at, scale, shown, mode) {
        this.element.dataset.mode = mode;
        if (this.token !== token) {
            this.token = token;
            const facts = factsOf(scale.name);
            const unit = unitText(scale.unit);
            const names = FIRST.filter((name) => name !== scale.name && trace.metric(name)).slice(0, 4);
            refill(this.element,
                h("header", null,
                    h("code", { class: "token", text: spelled(trace.label(token), 40) }),
                    h("span", { class: "faint", text: `#${token} · line ${trace.lines[token]}:${trace.columns[token]}` })),
                h("div", { class: "main-value" },
                    h("i", { class: "swatch", "data-g": String(gradeOf(scale, shown)) }),
                    h("b", { text: figure(shown) }), unit ? h("small", { text: " " + unit }) : null,
                    h("span", { class: "faint", text: " " + (facts.label || scale.name).toLowerCase() })),
                h("dl", { class: "pairs" }, names.map((name) => [
                    h("dt", { text: factsOf(name).label }),
                    h("dd", { text: figure(trace.value(name, token)) }),
                ])));
            const alternatives = trace.alternatives(token);
            if (alternatives) append(this.element, [h("div", { class: "alts" }, alternativeBars(alternatives, 5))]);
            const origin = trace.origins[token];
            if (token === 0) append(this.element, [h("p", { class: "faint", text: "The first token: nothing predicts it." })]);
            else if (origin !== "sampled") {
                append(this.element, [h("p", { class: "faint", text: origin === "prompt" ? "of the prompt" : "put in by hand" })]);
            }
        }
        this.element.hidden = false;
        const box = at.getBoundingClientRect();
        const { offsetWidth: width, offsetHeight: height } = this.element;
        const left = Math.max(8, Math.min(box.left, innerWidth - width - 8));
        const below = box.bottom + 8;
        const top = below + height > innerHeight - 8 ? Math.max(8, box.top - height - 8) : below;
        this.element.style.setProperty("left", `${left}px`);
        this.element.style.setProperty("top", `${top}px`);
    }
}
