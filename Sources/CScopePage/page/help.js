// @ts-check
/** The page's own help, and what moves by keys. */

import { button, h } from "./dom.js";

/** @type {[string, string][]} */
const KEYS = [
    ["← →", "token before, token after"],
    ["↑ ↓", "token above, token below"],
    ["Home End", "first token, last token"],
    ["Shift + arrows", "select several tokens"],
    ["n p", "next, previous token that stands out"],
    ["/", "search; Enter: next find, Shift + Enter: the one before"],
    ["m M", "next, previous metric"],
    ["s", "absolute or percentile scale"],
    ["a A", "draw what the token looked at, what looked at it"],
    ["[ ]", "trace before, trace after"],
    ["1 2 3 …", "views"],
    ["c", "code or prose"],
    ["d", "light or dark"],
    ["Esc", "drop the selection"],
    ["?", "this help"],
];

/** A dialog that says what there is. */
export function helpDialog() {
    const dialog = /** @type {HTMLDialogElement} */ (h("dialog", { class: "help", "aria-labelledby": "help-title" },
        h("header", null, h("h2", { id: "help-title", text: "How to read this page" }),
            button("Close", () => dialog.close(), { icon: "close", silent: true, class: "icon-button", keys: "Esc" })),
        h("p", null, "Each token of the text is coloured by how far a metric departs from what is expected: no colour is as expected, "
            + "and the underline grows with the colour, so that the order shows without colours too. The legend names the values between the steps; "
            + "a click on a step shows its tokens alone."),
        h("p", null, "What is shown of a token is about its prediction, by what stands before it. Nothing predicts the first token."),
        h("p", null, "Search finds text, or tokens by a metric: ", h("code", { text: "surprisal > 3" }), "."),
        h("h3", { text: "Keys" }),
        h("dl", { class: "keys" }, KEYS.map(([keys, what]) => [
            h("dt", null, keys.split(" ").map((key) => key === "+" || key === "arrows" || key === "…" ? ` ${key} ` : h("kbd", { text: key }))),
            h("dd", { text: what })]))));
    dialog.addEventListener("click", (event) => {
        if (event.target === dialog) dialog.close();
    });
    return dialog;
}

/**
 * Sends keys that are pressed anywhere but in a field to what they mean.
 * @param {Record<string, (event: KeyboardEvent) => void>} meanings
 */
export function listenForKeys(meanings) {
    document.addEventListener("keydown", (event) => {
        const target = /** @type {Element} */ (event.target);
        const field = target.closest("input, textarea, select, [contenteditable], dialog");
        if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
        if (field && event.key !== "Escape") return;
        // Where a button has the keys, those that work it stay its own.
        if (target.closest("button, summary, a") && [" ", "Enter"].includes(event.key)) return;
        const meaning = meanings[event.key] ?? (/^[1-9]$/.test(event.key) ? meanings.digit : undefined);
        if (meaning) meaning(event);
    });
}
