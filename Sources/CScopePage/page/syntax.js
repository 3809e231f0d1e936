// @ts-check
/** Syntax: the tree of a text with what was measured of its nodes. */

import { h } from "./dom.js";

export class SyntaxView {
    /** @param {{go: (token: number) => void, copy: (text: string, what: string) => void}} actions */
    constructor(actions) {
        this.actions = actions;
        this.element = h("div", { class: "view syntax" });
    }

    /** @param {any} data @param {number} place @param {import("./trace.js").Trace} trace @param {import("./scales.js").Scale} scale */
    show(data, place, trace, scale) {
        void [data, place, trace, scale];
    }
}
