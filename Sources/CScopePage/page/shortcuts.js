// @ts-check
/** What keys do on the page. */

import { listenForKeys } from "./help.js";
import { stepToHot } from "./selection.js";

/** @param {import("./app.js").App} app */
export function bindKeys(app) {
    const move = (/** @type {number} */ by) => (/** @type {KeyboardEvent} */ event) => {
        event.preventDefault();
        app.step(by, event.shiftKey);
    };
    const vertical = (/** @type {number} */ by) => (/** @type {KeyboardEvent} */ event) => {
        event.preventDefault();
        const from = app.state.range ? (app.head ?? app.state.range[0]) : app.state.selected;
        if (from < 0) app.step(by);
        else app.select(app.stream.vertical(from, by), event.shiftKey);
    };
    const metric = (/** @type {number} */ by) => () => {
        const names = app.trace?.metrics.map((column) => column.name) ?? [];
        const place = (names.indexOf(app.state.metric) + by + names.length) % names.length;
        app.set({ metric: names[place] });
    };
    const trace = (/** @type {number} */ by) => () => {
        const total = app.manifest.traces.length;
        void app.open((app.state.trace + by + total) % total, null);
    };
    const overlay = (/** @type {"from" | "to"} */ kind) => () => app.setOverlay(app.weights.overlay?.kind === kind ? null : { kind });
    listenForKeys({
        ArrowLeft: move(-1), ArrowRight: move(1), ArrowUp: vertical(-1), ArrowDown: vertical(1),
        Home: (event) => { event.preventDefault(); app.select(0, event.shiftKey); },
        End: (event) => { event.preventDefault(); app.select((app.trace?.count ?? 1) - 1, event.shiftKey); },
        n: () => stepToHot(app, 1), p: () => stepToHot(app, -1),
        m: metric(1), M: metric(-1), "[": trace(-1), "]": trace(1),
        s: () => app.set({ scale: app.state.scale === "absolute" ? "percentile" : "absolute" }),
        c: () => app.set({ mode: app.state.mode === "code" ? "prose" : "code" }),
        d: () => app.toggleTheme(), b: () => app.desk?.fold(), a: overlay("from"), A: overlay("to"),
        "/": (event) => { event.preventDefault(); app.tools.searchField.focus(); app.tools.searchField.select(); },
        "?": () => app.help.showModal(),
        digit: (event) => { const view = app.views?.[Number(event.key) - 1]; if (view) app.set({ view: view[0] }); },
        Escape: () => {
            if (document.activeElement !== app.tools.searchField) return app.select(null);
            app.tools.searchField.value = "";
            app.search("", 0);
            app.stream.element.focus();
        },
    });
}
