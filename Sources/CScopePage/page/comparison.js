// @ts-check
/** Two models on the same text: what it comes to, and the layers at which they part. */

import { figure, h, headings } from "./dom.js";

/** @param {any} data @returns {HTMLElement} */
export function comparisonView(data) {
    const rows = [["model", data.a.name, data.b.name], ["weights", data.a.weights, data.b.weights],
        ["parameters", data.a.parameters, data.b.parameters],
        ["perplexity", figure(data.perplexity_a ?? NaN), figure(data.perplexity_b ?? NaN)]];
    const greatest = Math.max(...(data.layers ?? []).map(Number), 1e-12);
    return h("div", { class: "view comparison" },
        h("h2", { text: "Two models on the same text" }),
        h("table", { class: "metrics sums pair" },
            headings(["", "A", "B"]),
            h("tbody", null, rows.map(([name, a, b]) => h("tr", null, h("th", { scope: "row", text: name }), h("td", { class: "num", text: String(a) }), h("td", { class: "num", text: String(b) }))))),
        h("p", null, `KL(A‖B) over ${data.compared} tokens: mean ${figure(data.mean_kl ?? NaN)} nats, largest ${figure(data.max_kl ?? NaN)}`
            + (data.max_kl_index === null ? "." : ` at token ${data.max_kl_index}.`)),
        h("p", { text: data.disagreements ? `The most probable token differs at ${data.disagreements} of ${data.compared}, first at token ${data.first_disagreement}.` : "The most probable token is the same everywhere." }),
        data.layers ? [h("h3", { text: "Relative difference of the layers’ outputs" }),
            h("div", { class: "alts layers" }, data.layers.map((/** @type {any} */ value, /** @type {number} */ layer) => h("div", { class: layer === data.departing_layer ? "alt chosen" : "alt" },
                h("span", { text: layer === 0 ? "embedding" : layer === data.layers.length - 1 ? "final norm" : `block ${layer - 1}` }),
                h("span", { class: "bar" }, h("i", { style: { width: `${100 * Math.min(1, Number(value) / greatest)}%` } })),
                h("span", { class: "num", text: figure(Number(value)) }))))] : null);
}
