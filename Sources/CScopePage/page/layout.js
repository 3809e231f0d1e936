// @ts-check
/** Where the parts of the page stand, and which views there are. */

import { comparisonView } from "./comparison.js";
import { append, h, refill } from "./dom.js";

/** Puts the page together. @param {import("./app.js").App} app */
export function layOut(app) {
    const { manifest, desk } = app;
    app.body = h("main", { class: "body", id: "main" });
    refill(/** @type {Element} */ (document.getElementById("app")),
        h("a", { class: "skip", href: "#stream", text: "Skip to the text" }),
        app.tools.top, desk ? h("div", { class: "desk" }, desk.side, app.body) : app.body,
        app.status, app.announcer, app.help);
    append(app.body, [app.textView = h("div", { class: "view text" },
        h("div", { class: "reader" }, app.tools.bar, h("div", { class: "page" }, app.stream.element, desk?.over), app.chart.element), app.panel.element)]);
    append(app.body, [h("p", { class: "away", id: "stream-help", text: "Arrow keys move between tokens, slash searches, question mark shows help." })]);
    append(app.body, [app.branches.element, app.syntax.element, desk?.empty, app.card.element]);
    if (manifest.comparison) append(app.body, [app.comparison = comparisonView(manifest.comparison)]);
    for (const view of [app.branches.element, app.syntax.element, app.comparison]) if (view) view.hidden = true;
    listViews(app);
}

/** What there is to look at. @param {import("./app.js").App} app */
export function listViews(app) {
    const { manifest, desk } = app;
    const some = manifest.traces.length > 0;
    app.views = [["text", "Text"], ...(manifest.traces.length > 1 || (desk && some) ? [["branches", "Branches"]] : []),
        ...(manifest.traces.some((one) => one.syntax) || (desk && some) ? [["syntax", "Syntax"]] : []), ...(manifest.comparison ? [["comparison", "Comparison"]] : [])];
    document.title = manifest.title;
}
