// @ts-check
/** Asks which earlier tokens a prediction came from, by a method of the reader's choice. */

import { button, h, refill, spelled } from "./dom.js";
import { attempt, faultLine, settingField } from "./live-fields.js";
import { section } from "./panel.js";

/** @typedef {import("./trace.js").Trace} Trace */

/** Settings that methods share. @type {Record<string, any>} */
const KNOWN = {
    rank: { kind: "int", least: 1, greatest: 4096, summary: "How many of the most probable tokens are taken into account" },
    samples: { kind: "int", least: 2, greatest: 65536, summary: "How many draws the estimate is a mean of" },
    seed: { kind: "seed", default: 0, summary: "The same seed draws the same" },
    width: { kind: "int", least: 1, greatest: 4096, summary: "How many tokens are taken away at once" },
};

export class AttributionForm {
    /** @param {import("./live-desk.js").LiveDesk} desk */
    constructor(desk) {
        this.desk = desk;
        this.fault = faultLine();
        this.method = /** @type {HTMLSelectElement} */ (h("select", { "aria-label": "Method", onchange: () => this.choose() }));
        this.about = h("p", { class: "faint" });
        this.contrast = /** @type {HTMLSelectElement} */ (h("select", { "aria-label": "In contrast to" }));
        this.settings = h("div", { class: "fields" });
        this.more = h("details", null, h("summary", { text: "Settings of the method" }), this.settings);
        /** @type {ReturnType<typeof settingField>[]} */
        this.fields = [];
        this.go = button("Explain", () => void this.run(), { class: "button small" });
        this.element = section("Where it came from", h("span", { class: "faint", text: "attribution" }),
            h("div", { class: "row" }, this.method, this.go), this.about,
            h("label", { class: "pick" }, "rather than", this.contrast), this.more, this.fault.element);
    }

    /** @param {Trace} trace @param {number} token */
    aim(trace, token) {
        this.trace = trace;
        this.token = token;
        this.fault.show(null);
        const { methods } = this.desk;
        if (this.method.options.length !== methods.length) {
            refill(this.method, methods.map((one) => h("option", { value: one.name, text: one.name })));
            this.choose();
        }
        const others = (trace.alternatives(token) ?? []).filter((one) => one.id !== trace.ids[token]).slice(0, 20);
        refill(this.contrast, h("option", { value: "", text: "all others" }), others.map((one) => h("option", { value: String(one.id), text: spelled(one.text, 24) })));
    }

    choose() {
        const method = this.desk.methods.find((one) => one.name === this.method.value);
        this.about.textContent = method?.summary ?? "";
        this.fields = (method?.settings ?? []).map((/** @type {any} */ setting) => settingField({ unset: "default", ...KNOWN[setting.name ?? setting], ...(setting.name ? setting : {}), name: setting.name ?? setting, label: (setting.name ?? setting).replace(/_/g, " ") }, () => {}));
        refill(this.settings, this.fields.map((field) => field.element));
        this.more.hidden = this.fields.length === 0;
    }

    run() {
        const { desk } = this;
        return attempt(this.go, this.fault, async () => {
            const bad = this.fields.find((field) => !field.check());
            if (bad) throw new Error(`${bad.name}: ${bad.fault.element.textContent}`);
            const settings = Object.fromEntries(this.fields.map((field) => [field.name, field.value()]).filter(([, value]) => value !== undefined));
            const contrast = this.contrast.value === "" ? {} : { with: Number(this.contrast.value) };
            const { run } = await desk.server.act("attribute", { ...desk.place, token: this.token, method: this.method.value, settings, ...contrast });
            desk.explains = { run, method: this.method.value, token: Number(this.token) };
        });
    }
}
