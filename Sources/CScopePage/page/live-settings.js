// @ts-check
/** How the model is to write: the settings of decoding. */

import { button, h, preferences } from "./dom.js";
import { settingField } from "./live-fields.js";

/** @type {import("./live-fields.js").Setting[]} */
const SETTINGS = [
    { name: "max_tokens", label: "Tokens at most", kind: "int", least: 1, greatest: 65536, default: 160 },
    { name: "temperature", label: "Temperature", kind: "double", least: 0, greatest: 100, step: 0.05, default: 0.7, summary: "Below 1 the probable becomes more probable; 0 always takes the most probable" },
    { name: "top_k", label: "Top-k", kind: "int", least: 0, greatest: 1000000, default: 0, summary: "Only the k most probable; 0 is off" },
    { name: "top_p", label: "Top-p", kind: "double", least: 0.01, greatest: 1, step: 0.01, default: 1, summary: "Only the most probable that hold this much of the mass; 1 is off" },
    { name: "min_p", label: "Min-p", kind: "double", least: 0, greatest: 1, step: 0.01, default: 0, summary: "Only what is at least this probable beside the most probable; 0 is off" },
    { name: "repetition_penalty", label: "Repetition penalty", kind: "double", least: 0.05, greatest: 100, step: 0.05, default: 1, summary: "Above 1 what was written becomes less probable" },
    { name: "seed", label: "Seed", kind: "seed", default: 0, summary: "One seed gives the same text again" },
    { name: "alternatives", label: "Alternatives", kind: "int", least: 0, greatest: 64, default: 10, summary: "How many other tokens are kept of each step" },
    { name: "stop", label: "Stop at", kind: "text", unset: "\\n\\n", summary: "A text that ends the writing; \\n is a line feed" },
    { name: "greedy", label: "Greedy: always the most probable", kind: "bool", default: false },
    { name: "attention", label: "Record attention", kind: "bool", default: false, summary: "It can be looked at afterwards too" },
    { name: "lens", label: "Record the logit lens", kind: "bool", default: false, summary: "It can be looked at afterwards too" },
];

/** The text of escapes that a line cannot hold. @param {string} text */
const unescaped = (text) => text.replace(/\\([nrt\\])/g, (_, letter) => ({ n: "\n", r: "\r", t: "\t", "\\": "\\" })[letter] ?? letter);

export class SettingsForm {
    constructor() {
        const kept = preferences.read("settings", {});
        this.fields = SETTINGS.map((setting) => {
            const field = settingField(setting, () => this.changed());
            if (setting.name in kept) field.set(kept[setting.name]);
            return field;
        });
        this.words = h("span", { class: "settings-words faint" });
        const dice = button("Another seed", () => {
            this.field("seed")?.set(Math.floor(Math.random() * 1e6));
            this.changed();
        }, { class: "button small" });
        const reset = button("Reset", () => {
            for (const setting of SETTINGS) this.field(setting.name)?.set(setting.default);
            this.changed();
        }, { class: "button small" });
        this.element = h("details", { class: "settings", open: preferences.read("settings-open", false), ontoggle: () => preferences.write("settings-open", /** @type {HTMLDetailsElement} */ (this.element).open) },
            h("summary", null, h("span", { text: "Settings" }), this.words),
            h("div", { class: "fields" }, this.fields.map((field) => field.element)),
            h("div", { class: "row" }, dice, h("span", { class: "gap" }), reset));
        this.changed();
    }

    /** @param {string} name */
    field(name) {
        return this.fields.find((field) => field.name === name);
    }

    changed() {
        const values = Object.fromEntries(this.fields.map((field) => [field.name, field.value()]));
        preferences.write("settings", values);
        this.words.textContent = [`${values.max_tokens ?? "–"} tokens`, values.greedy ? "greedy" : `T ${values.temperature ?? 1}`,
            values.top_p < 1 ? `top-p ${values.top_p}` : "", values.top_k ? `top-k ${values.top_k}` : "", `seed ${values.seed ?? 0}`].filter(Boolean).join(" · ");
    }

    /** The settings as the server reads them; opens the form where one of them cannot be. */
    read() {
        const bad = this.fields.find((field) => !field.check());
        if (bad) {
            /** @type {HTMLDetailsElement} */ (this.element).open = true;
            bad.input.focus();
            throw new Error(`${SETTINGS.find((one) => one.name === bad.name)?.label}: ${bad.fault.element.textContent}`);
        }
        const values = Object.fromEntries(this.fields.map((field) => [field.name, field.value()]).filter(([, value]) => value !== undefined));
        const { stop, attention, lens, ...rest } = values;
        return { ...rest, ...(stop ? { stop: [unescaped(stop)] } : {}), record: { attention, lens } };
    }

    /** Shows what the server found wrong. @param {unknown} error @returns {boolean} whether a field was named */
    blame(error) {
        const named = /** @type {any} */ (error)?.field;
        const field = typeof named === "string" && named.startsWith("settings.") ? this.field(named.slice(9)) : undefined;
        if (!field) return false;
        /** @type {HTMLDetailsElement} */ (this.element).open = true;
        field.fault.show(error);
        return true;
    }
}
