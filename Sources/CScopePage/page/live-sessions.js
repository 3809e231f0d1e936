// @ts-check
/** What was written before: sessions to open, name, annotate, save and drop; traces made elsewhere. */

import { button, count, h, icon, refill } from "./dom.js";
import { attempt, faultLine } from "./live-fields.js";
import { sessionPath } from "./live-server.js";

/** @typedef {{id: string, name: string, note: string, model: string, kind: string, branches: number, tokens: number, saved: boolean, created: string}} SessionInfo */

export class SessionList {
    /** @param {import("./live-desk.js").LiveDesk} desk */
    constructor(desk) {
        this.desk = desk;
        this.fault = faultLine();
        /** @type {string | null} the session whose name and note are being written */
        this.editing = null;
        this.list = h("ul", { class: "sessions" });
        this.file = /** @type {HTMLInputElement} */ (h("input", { type: "file", hidden: true, multiple: true, accept: ".json,.jsonl,.gz,.scope", "aria-label": "Files of traces or sessions", onchange: () => {
            void this.upload([...this.file.files ?? []]);
            this.file.value = "";
        } }));
        this.openButton = button("Open a file", () => this.file.click(), { class: "button small" });
        this.element = h("section", { class: "session-list", "aria-label": "Sessions" },
            h("header", { class: "box-head" }, h("h2", { text: "Sessions" }), this.openButton, this.file),
            this.fault.element, this.list);
        this.listen();
        this.draw();
    }

    /** Files that are dropped on the page are opened. */
    listen() {
        const sign = h("div", { class: "drop-sign", hidden: true, "aria-hidden": "true" }, h("p", { text: "Open this trace or session" }));
        document.body.append(sign);
        const files = (/** @type {DragEvent} */ event) => event.dataTransfer?.types.includes("Files");
        addEventListener("dragover", (event) => {
            if (!files(event)) return;
            event.preventDefault();
            sign.hidden = false;
        });
        addEventListener("dragleave", (event) => { if (!event.relatedTarget) sign.hidden = true; });
        addEventListener("drop", (event) => {
            sign.hidden = true;
            if (!files(event)) return;
            event.preventDefault();
            void this.upload([...event.dataTransfer?.files ?? []]);
        });
    }

    /** @param {File[]} files */
    upload(files) {
        return attempt(this.openButton, this.fault, async () => {
            for (const file of files) {
                const answer = await this.desk.server.upload(file).catch((error) => {
                    throw new Error(`${file.name}: ${error.message}`);
                });
                await this.desk.source.open(answer.session, answer.branch);
            }
        });
    }

    draw() {
        const { sessions, source } = this.desk;
        if (sessions.length === 0) {
            refill(this.list, h("li", { class: "faint empty-line", text: "None yet. What is written is listed here; files of traces can be dropped on the page." }));
            return;
        }
        const field = document.activeElement?.closest(".session-form");
        if (field && this.list.contains(field)) return;
        // What is open and where the focus is stay so, whatever the server tells meanwhile.
        const parts = (/** @type {Element} */ row) => [...row.querySelectorAll("summary, button")];
        const key = (/** @type {Element | null | undefined} */ row) => row?.getAttribute("data-session");
        const focused = [...this.list.children].find((row) => row.contains(document.activeElement));
        const place = focused ? parts(focused).findIndex((part) => part === document.activeElement) : -1;
        const open = this.list.querySelector("details[open]")?.closest("li");
        refill(this.list, [...sessions].reverse().map((session) => this.row(session, session.id === source.session)));
        for (const row of this.list.children) {
            const menu = row.querySelector("details");
            if (menu && key(open) && key(row) === key(open)) menu.open = true;
            const part = key(focused) && key(row) === key(focused) ? parts(row)[place] : null;
            if (part instanceof HTMLElement) part.focus();
        }
    }

    /** @param {SessionInfo} session @param {boolean} current */
    row(session, current) {
        const model = this.desk.nameOf(session.model);
        const facts = [session.kind === "decoded" ? model : session.kind, `${count(session.tokens)} tokens`, session.branches > 1 ? `${session.branches} branches` : "", session.saved ? "saved" : ""];
        const act = (/** @type {string} */ name, /** @type {any} */ body = {}) => () => void attempt(null, this.fault, () => this.desk.server.act(name, { session: session.id, ...body }));
        if (this.editing === session.id) return this.form(session);
        const menu = /** @type {HTMLDetailsElement} */ (h("details", { class: "menu" },
            h("summary", { class: "icon-button", "aria-label": `More of ${session.name}`, title: "Rename, annotate, save, remove" }, icon("more")),
            h("div", { class: "menu-list" },
                button("Rename and annotate", () => { this.editing = session.id; this.draw(); this.list.querySelector("input")?.focus(); }, { class: "item" }),
                button(session.saved ? "Save again" : "Save", act("save"), { class: "item" }),
                button("Remove", () => void this.remove(session), { class: "item" }))));
        menu.addEventListener("focusout", (event) => {
            if (!(event.relatedTarget instanceof Node) || !menu.contains(event.relatedTarget)) setTimeout(() => { menu.open = false; }, 150);
        });
        menu.addEventListener("click", (event) => {
            if (event.target instanceof Element && event.target.closest(".item")) menu.open = false;
        });
        return h("li", { class: current ? "session on" : "session", "data-session": session.id },
            h("button", { type: "button", class: "session-open", "aria-current": current ? "true" : null, onclick: () => void attempt(null, this.fault, () => this.desk.source.open(session.id)) },
                h("b", { text: session.name }), h("span", { class: "faint", text: facts.filter(Boolean).join(" · ") }),
                session.note ? h("span", { class: "note", text: session.note }) : null),
            menu);
    }

    /** @param {SessionInfo} session */
    form(session) {
        const name = /** @type {HTMLInputElement} */ (h("input", { class: "line-input", type: "text", value: session.name, "aria-label": "Name of the session" }));
        const note = /** @type {HTMLTextAreaElement} */ (h("textarea", { class: "line-input", rows: 2, "aria-label": "Note", placeholder: "Note", text: session.note }));
        const done = async (/** @type {boolean} */ keep) => {
            if (keep && await attempt(null, this.fault, () => this.desk.server.act("rename", { session: session.id, name: name.value.trim() || session.name, note: note.value })) === null && this.fault.element.textContent) return;
            this.editing = null;
            if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
            this.draw();
        };
        return h("li", { class: "session-form", onkeydown: (/** @type {KeyboardEvent} */ event) => {
            if (event.key === "Escape") { event.stopPropagation(); void done(false); }
            if (event.key === "Enter" && event.target === name) void done(true);
        } }, name, note, h("div", { class: "row" }, button("Keep", () => void done(true), { class: "button small" }), button("Cancel", () => void done(false), { class: "button small" })));
    }

    /** @param {SessionInfo} session */
    async remove(session) {
        if (!await this.desk.confirm(`Remove “${session.name}”?`, session.saved ? "Its file is deleted too." : "It has not been saved.", "Remove")) return;
        await attempt(null, this.fault, async () => {
            await this.desk.server.act("remove", { session: session.id });
            if (session.id === this.desk.source.session) await this.desk.source.open(null);
        });
    }

    /** What a session can be saved as, by the server. */
    exports() {
        const link = (/** @type {string} */ label, /** @type {string} */ format) => button(label, () => {
            const { source, app } = this.desk;
            if (!source.session || !app) return;
            const branch = source.branches[app.state.trace]?.key ?? "";
            const address = `api/${sessionPath(source.session, `/export?format=${format}&branch=${encodeURIComponent(branch)}`)}`;
            const anchor = h("a", { href: address, download: "" });
            document.body.append(anchor);
            anchor.click();
            anchor.remove();
        }, { class: "item" });
        return [h("hr"), link("Session with all branches", "session"), link("Report (HTML)", "html"), link("Chart (SVG)", "svg"), link("Hot spots (SARIF)", "sarif")];
    }
}
