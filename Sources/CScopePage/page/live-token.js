// @ts-check
/** What may be done with a token: write something else, write on from it again, fill a range in anew. */

import { button, count, h, spelled } from "./dom.js";
import { AttributionForm } from "./live-attribution.js";
import { attempt, faultLine } from "./live-fields.js";
import { AttentionForm, LensForm } from "./live-signals.js";
import { section } from "./panel.js";

/** @typedef {import("./trace.js").Trace} Trace */

export class TokenDesk {
    /** @param {import("./live-desk.js").LiveDesk} desk */
    constructor(desk) {
        this.desk = desk;
        this.token = -1;
        /** @type {Trace | null} */
        this.trace = null;
        this.fault = faultLine();
        this.text = /** @type {HTMLInputElement} */ (h("input", {
            type: "text", class: "line-input mono", placeholder: "another text; \\n is a line feed", "aria-label": "Text to write instead", spellcheck: "false", autocomplete: "off",
            "aria-describedby": this.fault.element.id,
            oninput: () => void this.preview(),
            onkeydown: (/** @type {KeyboardEvent} */ event) => { if (event.key === "Enter") void this.replace(); },
        }));
        this.seen = h("p", { class: "pieces faint", "aria-live": "polite" });
        this.replaceButton = button("Replace", () => void this.replace(), { class: "button small" });
        this.again = button("Decode again", () => void this.go("redecode", {}, this.again), { class: "button small" });
        this.many = /** @type {HTMLInputElement} */ (h("input", { type: "number", class: "line-input few", value: 3, min: 1, max: 20, "aria-label": "How many samples" }));
        this.sample = button("Samples", () => void this.go("sample", { count: Number(this.many.value) }, this.sample), { class: "button small" });
        this.box = section("Write something else", h("span", { class: "faint", text: "a branch begins here" }),
            h("div", { class: "row" }, this.text, this.replaceButton), this.seen,
            h("div", { class: "row" }, this.again, h("span", { class: "gap" }), this.many, this.sample), this.fault.element);
        this.attention = new AttentionForm(desk);
        this.lens = new LensForm(desk);
        this.attribution = new AttributionForm(desk);
        this.fillFault = faultLine();
        this.fill = button("Fill in the middle anew", () => void this.fillIn(), { class: "button small" });
        this.fillBox = section("Fill in the middle", h("span", { class: "faint", text: "from what stands on both sides" }), h("div", { class: "row" }, this.fill), this.fillFault.element);
    }

    /** @param {Trace} trace @param {number} token */
    sections(trace, token) {
        if (trace !== this.trace || token !== this.token) {
            this.trace = trace;
            this.token = token;
            this.fault.show(null);
            this.text.value = "";
            this.seen.textContent = "";
            for (const form of [this.attention, this.lens, this.attribution]) form.aim(trace, token);
        }
        const able = this.desk.able;
        for (const control of [this.text, this.replaceButton, this.again, this.many, this.sample]) /** @type {any} */ (control).disabled = !able;
        this.box.title = able ? "" : "The model of this session is not loaded.";
        const predicted = token > 0;
        return {
            top: [this.box], below: predicted && able ? [this.attribution.element, this.attention.element, this.lens.element] : [],
            choose: able ? (/** @type {number} */ id) => void this.go(id === trace.ids[token] ? "redecode" : "replace", id === trace.ids[token] ? {} : { id }, null) : undefined,
        };
    }

    /** The text to be put in, with its escapes read. */
    get wanted() {
        return this.text.value.replace(/\\([nt\\])/g, (_, letter) => ({ n: "\n", t: "\t", "\\": "\\" })[letter] ?? letter);
    }

    /** Shows the tokens of the text that is being written. */
    async preview() {
        const text = this.wanted;
        const turn = this.turn = (this.turn ?? 0) + 1;
        if (!text) return void (this.seen.textContent = "");
        const answer = await this.desk.server.act("tokens", { text }).catch(() => null);
        if (turn !== this.turn) return;
        this.seen.replaceChildren();
        for (const piece of answer?.texts ?? []) this.seen.append(h("code", { text: spelled(piece, 20) }), " ");
        if (answer) this.seen.append(`${count(answer.ids.length)} ${answer.ids.length === 1 ? "token" : "tokens"}`);
    }

    replace() {
        return this.go("replace", { text: this.wanted }, this.replaceButton);
    }

    /** @param {string} name @param {any} more @param {HTMLElement | null} control */
    go(name, more, control) {
        const { desk, token } = this;
        performance.mark("asked");
        return attempt(control, this.fault, async () => {
            if (more.text === "") throw new Error("Type the text to write instead.");
            const answer = await desk.server.act(name, { ...desk.place, token, ...more, settings: desk.settings.read() });
            const key = answer.branch ?? answer.branches?.[0];
            if (key && desk.source.session) await desk.source.want(desk.source.session, key);
        });
    }

    /** @param {Trace} trace @param {[number, number]} range */
    rangeSections(trace, range) {
        if (this.range?.[0] !== range[0] || this.range?.[1] !== range[1]) this.fillFault.show(null);
        this.range = range;
        const words = `Write these ${count(range[1] - range[0])} tokens anew`;
        this.fill.textContent = range[1] - range[0] === 1 ? "Write this token anew" : words;
        return this.desk.able ? [this.fillBox] : [];
    }

    fillIn() {
        const { desk, range } = this;
        return attempt(this.fill, this.fillFault, async () => {
            if (!range) return;
            const answer = await desk.server.act("fill", { ...desk.place, from: range[0], to: range[1], settings: desk.settings.read() });
            if (answer.branch) await desk.source.want(answer.session ?? desk.source.session, answer.branch);
        });
    }
}
