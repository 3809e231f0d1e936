// @ts-check
/** What a token drew on inside the model, computed when a reader asks: attention by layer and head, the logit lens. */

import { button, count, figure, h, headings, percent, refill, spelled } from "./dom.js";
import { attempt, faultLine } from "./live-fields.js";
import { section } from "./panel.js";

/** @typedef {import("./trace.js").Trace} Trace */

export class AttentionForm {
    /** @param {import("./live-desk.js").LiveDesk} desk */
    constructor(desk) {
        this.desk = desk;
        this.fault = faultLine();
        const pick = (/** @type {string} */ label) => /** @type {HTMLSelectElement} */ (h("select", { "aria-label": label, onchange: () => void this.run() }));
        this.direction = pick("Direction");
        refill(this.direction, h("option", { value: "from", text: "it looked at" }), h("option", { value: "to", text: "looked at it" }));
        this.layer = pick("Layer");
        this.head = pick("Head");
        this.go = button("Show", () => void this.run(), { class: "button small" });
        this.result = h("div", { class: "live-result" });
        this.element = section("Attention, computed now", this.go,
            h("div", { class: "picks" },
                this.direction, h("label", { class: "pick" }, "layer", this.layer), h("label", { class: "pick" }, "head", this.head)),
            this.result, this.fault.element);
    }

    /** @param {Trace} trace @param {number} token */
    aim(trace, token) {
        this.trace = trace;
        this.token = token;
        this.fault.show(null);
        this.result.replaceChildren();
        const { model } = this.desk;
        this.list(this.layer, model?.layers ?? 0);
        this.list(this.head, model?.heads ?? 0);
    }

    /** @param {HTMLSelectElement} field @param {number} size */
    list(field, size) {
        if (field.options.length === size + 1) return;
        const before = field.value;
        refill(field, h("option", { value: "mean", text: "mean" }), Array.from({ length: size }, (_, place) => h("option", { value: String(place), text: String(place) })));
        if (before) field.value = before;
    }

    run() {
        const { desk, trace, token } = this;
        return attempt(this.go, this.fault, async () => {
            if (!trace || token === undefined) return;
            const place = (/** @type {HTMLSelectElement} */ field) => field.value === "mean" ? "mean" : Number(field.value);
            const direction = this.direction.value;
            const answer = await desk.server.act("attention", { ...desk.place, token, direction, layer: place(this.layer), head: place(this.head) });
            if (token !== this.token) return;
            this.list(this.layer, answer.layers);
            this.list(this.head, answer.heads);
            const weights = answer.weights.map((/** @type {number} */ weight, /** @type {number} */ at) => ({ token: (answer.first ?? 0) + at, weight }))
                .filter((/** @type {any} */ one) => one.weight > 0 && one.token < trace.count).sort((/** @type {any} */ a, /** @type {any} */ b) => b.weight - a.weight);
            refill(this.result, weights.length ? desk.app.weights.list(trace, weights, NaN, "probability") : h("p", { class: "faint", text: direction === "to" ? "No later token looked at it." : "Nothing." }));
            const where = `layer ${this.layer.value}, head ${this.head.value}`;
            desk.app.setOverlay({ kind: "given", title: `Attention ${direction === "from" ? "from" : "to"} token ${token}, ${where}`, token, weights, unit: "probability" });
        });
    }
}

export class LensForm {
    /** @param {import("./live-desk.js").LiveDesk} desk */
    constructor(desk) {
        this.desk = desk;
        this.fault = faultLine();
        this.go = button("Show", () => void this.run(), { class: "button small" });
        this.result = h("div", { class: "live-result" });
        this.element = section("Logit lens, computed now", this.go, this.result, this.fault.element);
    }

    /** @param {Trace} trace @param {number} token */
    aim(trace, token) {
        this.trace = trace;
        this.token = token;
        this.fault.show(null);
        this.result.replaceChildren();
    }

    run() {
        const { desk, trace, token } = this;
        return attempt(this.go, this.fault, async () => {
            if (!trace || token === undefined) return;
            const answer = await desk.server.act("lens", { ...desk.place, token, top: 5 });
            if (token !== this.token) return;
            refill(this.result, h("table", { class: "lens" }, headings(["layer", "most probable", "", "this token’s rank", "entropy"]),
                h("tbody", null, [...answer.layers].reverse().map((/** @type {any} */ reading) => h("tr", {
                    class: reading.ids[0] === trace.ids[token] ? "right" : null,
                    title: reading.texts.map((/** @type {string} */ text, /** @type {number} */ place) => `${spelled(text, 20)} ${percent(reading.probabilities[place])}`).join("\n"),
                },
                h("th", { scope: "row", text: String(reading.layer) }),
                h("td", null, h("code", { text: spelled(reading.texts[0] ?? "", 16) })),
                h("td", null, h("span", { class: "bar" }, h("i", { style: { width: `${100 * (reading.probabilities[0] ?? 0)}%` } }))),
                h("td", { class: "num", text: reading.rank == null ? "–" : count(reading.rank) }),
                h("td", { class: "num", text: figure(reading.entropy ?? NaN) }))))));
        });
    }
}
