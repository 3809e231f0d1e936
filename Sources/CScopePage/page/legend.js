// @ts-check
/** What the colours mean: seven steps, the values between them, and how many tokens have each. */

import { count, figure, h, refill } from "./dom.js";
import { factsOf, unitText } from "./scales.js";

/** @typedef {import("./scales.js").Scale} Scale */

export class Legend {
    /** @param {{isolate: (grade: number | null) => void}} actions */
    constructor(actions) {
        this.actions = actions;
        this.element = h("div", { class: "legend", role: "group", "aria-label": "Legend" });
        /** @type {number | null} */
        this.isolated = null;
    }

    /** @param {Scale} scale @param {Float32Array} grades @param {"metric" | "weights"} mode */
    show(scale, grades, mode) {
        const tallies = new Map();
        for (const grade of grades) tallies.set(grade, (tallies.get(grade) ?? 0) + 1);
        const steps = scale.signed ? [-6, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6] : [0, 1, 2, 3, 4, 5, 6];
        const facts = factsOf(scale.name);
        const unit = unitText(scale.unit);
        this.element.dataset.mode = mode;
        const cut = (/** @type {number} */ step) => {
            // The value between a step and the next.
            const value = scale.signed ? (step < 0 ? -scale.cuts[-step - 1] : scale.cuts[step]) : scale.cuts[step];
            return value === undefined ? "" : cutText(value);
        };
        refill(this.element,
            h("span", { class: "legend-name", title: facts.about }, mode === "weights" ? scale.name : facts.label,
                h("small", { text: [unit, scale.kind === "percentile" ? "by percentile" : ""].filter(Boolean).join(", ") ? ` ${[unit, scale.kind === "percentile" ? "by percentile" : ""].filter(Boolean).join(", ")}` : "" })),
            h("span", { class: "legend-steps" }, steps.map((step, place) => {
                const tally = tallies.get(step) ?? 0;
                const last = place === steps.length - 1;
                const words = describe(scale, step);
                return h("button", {
                    type: "button", class: this.isolated === step ? "step on" : "step", "data-g": String(step),
                    "aria-pressed": String(this.isolated === step), "aria-label": `${words}: ${tally} tokens`,
                    title: `${words}: ${count(tally)} tokens. Click to see these alone`,
                    onclick: () => this.actions.isolate(this.isolated === step ? null : step),
                }, h("span", { class: "tally", text: tally ? count(tally) : "" }),
                last ? null : h("span", { class: "cut", "aria-hidden": "true", text: cut(step) }));
            })),
            h("span", { class: "legend-end faint", text: scale.signed ? "against · for" : "as expected · stands out" }));
    }
}

/** A cut-off in as little room as it takes. @param {number} value */
function cutText(value) {
    return Math.abs(value) < 1 ? String(Number(value.toPrecision(2))).replace(/^(-?)0\./, "$1.") : String(Number(value.toPrecision(3)));
}

/** @param {Scale} scale @param {number} step */
function describe(scale, step) {
    const { cuts, low } = scale;
    const at = Math.abs(step);
    const lower = at > 0 ? figure(cuts[at - 1]) : "", upper = at < 6 ? figure(cuts[at]) : "";
    const sign = step < 0 ? "minus " : "";
    if (at === 0) return low ? `above ${upper}` : `below ${upper}`;
    if (at === 6) return low ? `${sign}${lower} and less` : `${sign}${lower} and more`;
    return low ? `${lower} to ${upper}` : `${sign}${lower} to ${upper}`;
}
