// @ts-check
/** Which model writes: those that were found, how far one is loaded, a folder by hand. */

import { button, count, h, icon, percent, refill } from "./dom.js";
import { attempt, faultLine } from "./live-fields.js";

/**
 * @typedef {{id: string, name: string, folder: string, family?: string, parameters?: number, weights?: string, bytes?: number,
 *   state: "available" | "loading" | "loaded" | "failed", progress?: number, error?: string, chat: boolean, fill: boolean,
 *   layers?: number, heads?: number, context?: number}} Model
 */

/** A large number in a word. @param {number} value */
export function large(value) {
    if (value >= 1e9) return `${Number((value / 1e9).toPrecision(2))} B`;
    return value >= 1e6 ? `${Number((value / 1e6).toPrecision(2))} M` : count(value);
}

/** What there is to say of a model in a line. @param {Model} model */
function factsOf(model) {
    return [model.family, model.parameters ? `${large(model.parameters)} parameters` : "", model.weights, model.layers ? `${model.layers} layers` : "",
        model.context ? `context ${count(model.context)}` : ""].filter(Boolean).join(" · ");
}

/** What a model is called in a list: the last part of a path. @param {Model} model */
export function shortName(model) {
    return model.name === model.folder ? model.name.replace(/\/+$/, "").split("/").at(-1) ?? model.name : model.name;
}

export class ModelPicker {
    /** @param {import("./live-desk.js").LiveDesk} desk */
    constructor(desk) {
        this.desk = desk;
        this.fault = faultLine();
        this.shown = h("span", { class: "model-shown" });
        this.filter = /** @type {HTMLInputElement} */ (h("input", { type: "search", class: "line-input", placeholder: "Filter", "aria-label": "Filter models", spellcheck: "false", oninput: () => this.draw() }));
        this.list = h("ul", { class: "models" });
        this.folder = /** @type {HTMLInputElement} */ (h("input", { type: "text", class: "line-input mono", placeholder: "/path/of/a/model", "aria-label": "Folder or file of a model", spellcheck: "false",
            "aria-describedby": this.fault.element.id,
            onkeydown: (/** @type {KeyboardEvent} */ event) => { if (event.key === "Enter") void this.load({ folder: this.folder.value.trim() }); } }));
        this.loadFolder = button("Load", () => void this.load({ folder: this.folder.value.trim() }), { class: "button small" });
        this.element = /** @type {HTMLDetailsElement} */ (h("details", { class: "model-picker" },
            h("summary", { "aria-label": "Model", title: "Choose a model" }, this.shown, icon("down")),
            h("div", { class: "model-list" }, this.filter, this.list,
                h("div", { class: "row" }, this.folder, this.loadFolder), this.fault.element)));
        this.draw();
    }

    /** @param {{model?: string, folder?: string}} what */
    load(what) {
        const control = what.folder === undefined ? null : this.loadFolder;
        return attempt(control, this.fault, async () => {
            if (what.folder === "") throw new Error("Type the folder of a model.");
            const { run } = await this.desk.server.act("load", what);
            this.loading = run;
        });
    }

    /** What is told of a run that loads. @param {any} run */
    tell(run) {
        if (run.state === "failed") this.fault.show(run.error);
        if (run.state === "finished") {
            this.fault.show(null);
            this.element.open = false;
        }
    }

    draw() {
        const { desk } = this;
        const chosen = desk.model;
        const loading = desk.models.find((one) => one.state === "loading");
        const named = loading ?? chosen;
        refill(this.shown, h("b", { text: named ? shortName(named) : "Choose a model" }),
            h("span", { class: "faint", text: loading ? `loading${loading.progress === undefined ? "" : ` ${percent(loading.progress)}`} …` : chosen ? factsOf(chosen) : "none is loaded" }));
        this.filter.hidden = desk.models.length < 8;
        const wanted = this.filter.value.toLowerCase();
        // A row that is made anew under the pointer would take no click.
        const rows = JSON.stringify([wanted, chosen?.id, desk.models.map(({ progress, ...rest }) => rest)]);
        if (rows === this.rows) {
            if (loading?.progress !== undefined) this.bar?.setAttribute("value", String(loading.progress));
            return;
        }
        this.rows = rows;
        refill(this.list, desk.models.filter((model) => `${model.name} ${model.folder} ${model.family ?? ""}`.toLowerCase().includes(wanted)).map((model) => this.row(model)));
    }

    /** @param {Model} model */
    row(model) {
        const current = model.id === this.desk.model?.id;
        const bar = model.state === "loading" ? h("progress", { max: 1, value: model.progress ?? null, "aria-label": `Loading ${model.name}` }) : null;
        if (bar) this.bar = bar;
        return h("li", { class: current ? "model on" : "model" },
            h("div", { class: "model-words" }, h("b", { text: shortName(model), title: model.name }), h("span", { class: "faint", title: model.folder, text: factsOf(model) || model.folder }),
                model.state === "failed" ? h("p", { class: "fault", text: model.error ?? "It could not be loaded." }) : null, bar),
            model.state === "loading" ? button("Cancel", () => void this.desk.run.act(), { class: "button small" })
                : current ? h("span", { class: "chip", text: "in use" })
                    : button(model.state === "failed" ? "Try again" : "Load", () => void this.load({ model: model.id }), { class: "button small" }));
    }
}
