// @ts-check
/** The text that a branch began with, and the text up to the last token that was put in by hand. */

import { button, count, h } from "./dom.js";
import { section } from "./panel.js";

/** @typedef {import("./trace.js").Trace} Trace */

/** Tokens as text, without the marks that a tokenizer adds. @param {Trace} trace @param {number} to */
function plain(trace, to) {
    let text = "";
    for (let from = 0; from < to;) {
        let end = from;
        while (end < to && trace.roles[end] === "text") end += 1;
        text += trace.textOf(from, end);
        from = end + 1;
    }
    return text;
}

/** @param {import("./live-desk.js").LiveDesk} desk @param {Trace} trace */
export function promptSection(desk, trace) {
    const branch = desk.branch;
    const last = trace.origins.lastIndexOf("forced");
    const parts = [["Prompt", branch?.prompt_text ?? plain(trace, trace.promptCount), trace.promptCount]];
    if (last >= trace.promptCount) parts.push(["To the last token put in by hand", plain(trace, last + 1), last + 1]);
    return parts.filter(([, text]) => text !== "").map(([title, text, size]) => section(String(title), h("span", { class: "faint", text: `${count(Number(size))} tokens` }),
        h("pre", { class: "excerpt short", tabindex: "0", text: String(text) }),
        h("div", { class: "row" },
            button("Copy", () => void desk.app.copy(String(text), "Prompt"), { class: "button small", icon: "copy" }),
            button("Edit and start anew", () => desk.composer.edit(String(text)), { class: "button small" }))));
}
