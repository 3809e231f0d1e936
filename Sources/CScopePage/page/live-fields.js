// @ts-check
/** Fields of the Explorer's forms: labelled, bounded, with their faults beside them. */

import { h } from "./dom.js";

/**
 * One setting that a reader may change.
 * @typedef {{name: string, label: string, kind: "int" | "double" | "seed" | "bool" | "choice" | "text", summary?: string, default?: any,
 *   least?: number, greatest?: number, step?: number, choices?: string[], unset?: string}} Setting
 */

let made = 0;

/** A line for what went wrong, silent until then. */
export function faultLine() {
    const element = h("p", { class: "fault", role: "alert", id: `fault-${made++}` });
    return {
        element,
        /** @param {unknown} fault nothing clears the line */
        show(fault) {
            element.textContent = fault ? (fault instanceof Error ? fault.message : String(fault)) : "";
        },
    };
}

/**
 * A field for a setting.
 * @param {Setting} setting
 * @param {() => void} changed
 */
export function settingField(setting, changed) {
    const { name, label, kind, summary } = setting;
    const id = `field-${made++}`;
    const fault = faultLine();
    const common = { id, title: summary ?? null, "data-setting": name, "aria-describedby": fault.element.id, onchange: () => { check(); changed(); } };
    const box = kind === "bool";
    const input = /** @type {HTMLInputElement & HTMLSelectElement} */ (kind === "choice"
        ? h("select", common, (setting.choices ?? []).map((choice) => h("option", { value: choice, text: choice })))
        : h("input", {
            ...common, type: box ? "checkbox" : kind === "text" || kind === "seed" ? "text" : "number", inputmode: kind === "seed" ? "numeric" : null, autocomplete: "off", spellcheck: "false",
            min: setting.least ?? null, max: setting.greatest ?? null, step: kind === "int" ? 1 : setting.step ?? (kind === "double" ? "any" : null),
            placeholder: setting.unset ?? null,
        }));
    const element = h("div", { class: box ? "field box-field" : "field", title: summary ?? null },
        box ? [input, h("label", { for: id, text: label })] : [h("label", { for: id, text: label }), input], fault.element);
    const set = (/** @type {any} */ value) => {
        if (box) input.checked = Boolean(value);
        else input.value = value === null || value === undefined ? "" : String(value);
        check();
    };
    /** The value, undefined for none. @returns {any} */
    const value = () => {
        if (box) return input.checked;
        if (input.value === "") return undefined;
        if (kind === "seed") return Number.isSafeInteger(Number(input.value)) ? Number(input.value) : input.value.trim();
        return kind === "int" || kind === "double" ? Number(input.value) : input.value;
    };
    /** @returns {boolean} */
    const check = () => {
        const number = value();
        let words = "";
        if (kind === "int" || kind === "double") {
            if (input.validity.badInput || Number.isNaN(number)) words = "A number is needed.";
            else if (number !== undefined && setting.least !== undefined && number < setting.least) words = `At least ${setting.least}.`;
            else if (number !== undefined && setting.greatest !== undefined && number > setting.greatest) words = `At most ${setting.greatest}.`;
            else if (kind === "int" && number !== undefined && !Number.isInteger(number)) words = "A whole number is needed.";
        }
        // A number of the page would round what has more than 53 bits.
        if (kind === "seed" && number !== undefined && !(/^\s*\d{1,20}\s*$/.test(input.value) && BigInt(input.value) < 1n << 64n)) words = "A whole number of up to 64 bits is needed.";
        fault.show(words);
        if (words) input.setAttribute("aria-invalid", "true");
        else input.removeAttribute("aria-invalid");
        return words === "";
    };
    set(setting.default);
    return { name, element, input, set, value, check, fault };
}

/**
 * Does what takes time: the button rests, and a fault stands in its line.
 * @param {HTMLElement | null} control
 * @param {ReturnType<typeof faultLine>} fault
 * @param {() => Promise<any>} work
 */
export async function attempt(control, fault, work) {
    fault.show(null);
    control?.setAttribute("aria-busy", "true");
    if (control instanceof HTMLButtonElement) control.disabled = true;
    try {
        return await work();
    } catch (error) {
        fault.show(error);
        return null;
    } finally {
        control?.removeAttribute("aria-busy");
        if (control instanceof HTMLButtonElement) control.disabled = false;
    }
}
