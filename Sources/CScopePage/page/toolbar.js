// @ts-check
/** The page's head: what is open, views, search, and how the text is coloured and set. */

import { button, count, figure, h, icon, refill } from "./dom.js";
import { factsOf } from "./scales.js";

/** @typedef {import("./app.js").App} App */

/** @param {string} label @param {[string, string][]} options @param {(value: string) => void} choose @param {string} [more] */
function choice(label, options, choose, more = "") {
    const field = /** @type {HTMLSelectElement} */ (h("select", { "aria-label": label, title: label, class: more, onchange: () => choose(field.value) },
        options.map(([value, text]) => h("option", { value, text }))));
    return field;
}

/** A menu that closes when something in it is chosen, or when the reader turns elsewhere. @param {any} label @param {string} words @param {...any} children */
function menu(label, words, ...children) {
    const element = /** @type {HTMLDetailsElement} */ (h("details", { class: "menu" }, h("summary", { class: "button", title: words, "aria-label": words }, label), h("div", { class: "menu-list" }, children)));
    element.addEventListener("click", (event) => {
        if (event.target instanceof Element && event.target.closest(".menu-list button")) element.open = false;
    });
    document.addEventListener("pointerdown", (event) => {
        if (event.target instanceof Node && !element.contains(event.target)) element.open = false;
    });
    element.addEventListener("keydown", (event) => {
        if (event.key !== "Escape" || !element.open) return;
        element.open = false;
        element.querySelector("summary")?.focus();
        event.stopPropagation();
    });
    return element;
}

/** @param {App} app */
export function toolbar(app) {
    const traces = choice("Trace", [], (value) => void app.open(Number(value), null), "trace-choice");
    const step = (/** @type {number} */ by) => () => {
        const total = app.manifest.traces.length;
        void app.open((app.state.trace + by + total) % total, null);
    };
    const steps = h("span", { class: "steps" }, button("Trace before", step(-1), { icon: "left", silent: true, class: "icon-button", keys: "[" }),
        traces, button("Trace after", step(1), { icon: "right", silent: true, class: "icon-button", keys: "]" }));
    const title = h("h1");
    const facts = h("span", { class: "facts-line faint" });
    const searchField = /** @type {HTMLInputElement} */ (h("input", {
        type: "search", placeholder: "Search, or surprisal > 3", "aria-label": "Search the text, or find tokens by a metric", spellcheck: "false",
        oninput: () => app.search(searchField.value, 0),
        onkeydown: (/** @type {KeyboardEvent} */ event) => {
            if (event.key === "Enter") app.search(searchField.value, event.shiftKey ? -1 : 1);
        },
    }));
    const finds = h("span", { class: "finds", role: "status" });
    const tabs = h("nav", { class: "tabs", "aria-label": "Views" });
    const top = h("header", { class: "top" },
        app.desk?.first ?? null, h("span", { class: "brand", "aria-hidden": "true" }, h("i"), h("i"), h("i"), h("i")),
        title, steps,
        tabs, app.desk?.head ?? null, h("span", { class: "gap" }), facts,
        h("label", { class: "search" }, icon("search"), searchField, finds),
        menu(icon("save"), "Save or copy",
            button("Copy the text", () => void app.copy(app.trace?.textOf() ?? "", "Text"), { class: "item" }),
            button("Save as JSON", () => app.save("json"), { class: "item" }),
            button("Save as JSON Lines", () => app.save("jsonl"), { class: "item" }),
            button("Save as CSV", () => app.save("csv"), { class: "item" }),
            button("Save the text", () => app.save("txt"), { class: "item" }), app.desk?.menu ?? null),
        button("Light or dark", () => app.toggleTheme(), { icon: "theme", silent: true, class: "icon-button", keys: "d" }),
        button("Help", () => app.help.showModal(), { icon: "help", silent: true, class: "icon-button", keys: "?" }));

    const metric = choice("Metric that colours the text", [], (name) => app.set({ metric: name }), "metric-choice");
    const scale = button("percentile", () => app.set({ scale: app.state.scale === "absolute" ? "percentile" : "absolute" }), { class: "button toggle", pressed: false, keys: "s" });
    const palette = choice("Colours", [["ember", "Ember"], ["ocean", "Ocean"], ["grey", "Grey"]], (name) => app.set({ palette: name }));
    /** @param {string} label @param {"wrap" | "cue" | "special" | "chart"} name */
    const check = (label, name) => {
        const box = /** @type {HTMLInputElement} */ (h("input", { type: "checkbox", onchange: () => app.set({ [name]: box.checked }) }));
        boxes.push([box, name]);
        return h("label", { class: "check" }, box, label);
    };
    /** @type {[HTMLInputElement, "wrap" | "cue" | "special" | "chart"][]} */
    const boxes = [];
    const prose = button("Prose", () => app.set({ mode: app.state.mode === "code" ? "prose" : "code" }), { class: "item toggle", pressed: false, keys: "c" });
    const back = button("Back", () => app.setOverlay(null), { class: "button", icon: "close" });
    back.hidden = true;
    const bar = h("div", { class: "bar-tools" }, metric, scale, app.legend.element, back, h("span", { class: "gap" }),
        menu("View", "How the text is set",
            h("label", { class: "check" }, palette, "colours"), prose,
            check("Wrap long lines", "wrap"), check("Underlines beside colours", "cue"),
            check("Special tokens", "special"), check("Chart over the sequence", "chart")));
    let shown = "", listed = "";
    return {
        top, bar, searchField,
        /** @param {string} text */
        found(text) { finds.textContent = text; },
        /** @param {boolean} isDrawn */
        drawn(isDrawn) { back.hidden = !(scale.hidden = isDrawn); },
        /** @param {App} of */
        update(of) {
            const { state, trace, manifest } = of;
            const list = JSON.stringify([manifest.title, manifest.traces.map((one) => [one.name, one.tokens])]);
            if (listed !== list) {
                listed = list;
                title.textContent = title.title = manifest.title;
                steps.hidden = manifest.traces.length < 2;
                refill(traces, manifest.traces.map((one, place) => h("option", { value: String(place), text: `${one.name} · ${count(one.tokens)} tokens` })));
            }
            searchField.disabled = bar.hidden = !trace;
            traces.value = String(state.trace);
            const facets = trace ? `${trace.name} ${trace.count} ${trace.metrics.length} ${state.trace}` : "";
            if (trace && shown !== facets) {
                shown = facets;
                refill(metric, trace.metrics.map((column) => h("option", { value: column.name, text: factsOf(column.name).label })));
                refill(facts, [`${trace.header?.model?.name ?? ""}`, `${count(trace.count)} tokens`,
                    trace.end?.summary?.perplexity === undefined ? "" : `perplexity ${figure(Number(trace.end.summary.perplexity))}`].filter(Boolean).join(" · "));
            }
            metric.value = state.metric;
            palette.value = state.palette;
            scale.setAttribute("aria-pressed", String(state.scale === "percentile"));
            prose.setAttribute("aria-pressed", String(state.mode === "prose"));
            for (const [box, name] of boxes) box.checked = Boolean(state[name]);
            if (tabs.childElementCount !== of.views?.length || Array.from(tabs.children).some((tab, place) => tab.textContent !== of.views?.[place][1])) {
                refill(tabs, (of.views ?? []).map(([name, text], place) => button(text, () => of.set({ view: name }), { class: "tab", keys: String(place + 1) })));
            }
            Array.from(tabs.children).forEach((tab, place) => {
                if (of.views?.[place][0] === state.view) tab.setAttribute("aria-current", "page");
                else tab.removeAttribute("aria-current");
            });
            tabs.hidden = (of.views?.length ?? 0) < 2;
        },
    };
}
