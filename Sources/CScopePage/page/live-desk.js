// @ts-check
/** What a model behind the page adds to it: a column to ask from, the state of the run, and acts on tokens. */

import { button, h, icon, preferences, refill } from "./dom.js";
import { Composer } from "./live-composer.js";
import { ModelPicker, shortName } from "./live-models.js";
import { promptSection } from "./live-prompt.js";
import { RunState } from "./live-run.js";
import { SessionList } from "./live-sessions.js";
import { SettingsForm } from "./live-settings.js";
import { TokenDesk } from "./live-token.js";

/**
 * @typedef {import("./trace.js").Trace} Trace
 * @typedef {import("./source.js").Desk} Desk
 */

/** @implements {Desk} */
export class LiveDesk {
    /** @param {import("./live-server.js").Server} server @param {import("./live-source.js").HTTPSource} source @param {any} state */
    constructor(server, source, state) {
        this.server = server;
        this.source = source;
        /** @type {any} the page itself, which is made after this */
        this.app = null;
        /** @type {{run: string, method: string, token: number} | null} what was asked to be explained */
        this.explains = null;
        this.restate(state);
        this.settings = new SettingsForm();
        const most = () => { source.most = Number(this.settings.field("max_tokens")?.value() ?? 0); };
        this.settings.element.addEventListener("change", most);
        most();
        this.composer = new Composer(this);
        this.picker = new ModelPicker(this);
        this.sessionList = new SessionList(this);
        this.run = new RunState(this);
        this.run.set(state.run, state.queue ?? []);
        this.tokens = new TokenDesk(this);
        this.menu = this.sessionList.exports();
        this.notice = h("div", { class: "notice", role: "status" });
        this.side = h("aside", { class: "desk-side", "aria-label": "Explorer" }, this.picker.element, this.composer.element, this.sessionList.element);
        this.head = h("div", { class: "head-live" }, this.run.element, this.notice);
        this.latest = button("Latest", () => {
            this.app.stream.follow(true);
            this.scrolled(this.app);
        }, { icon: "down", class: "button latest" });
        this.latest.hidden = true;
        this.over = this.latest;
        this.empty = h("div", { class: "view welcome" }, h("div", { class: "welcome-words" },
            h("span", { class: "brand large", "aria-hidden": "true" }, h("i"), h("i"), h("i"), h("i")),
            h("h2", { text: "See how sure a model is of what it writes" }),
            h("p", { text: "Give it the beginning of a program on the left and press Generate. Each token is coloured as it comes; click one to see what else could have stood there, and to write that instead." }),
            h("p", { class: "faint", text: "Nothing leaves this machine." })));
        this.language = /** @type {HTMLSelectElement} */ (h("select", { "aria-label": "Language", onchange: () => {
            source.language = this.language.value;
            void this.app.showSyntax().catch((/** @type {Error} */ error) => this.say(error.message));
        } }));
        refill(this.language, ["", ...this.languages, "fences"].map((name) => h("option", { value: name, text: name === "fences" ? "Markdown" : name || "its language" })));
        this.languagePick = h("label", { class: "pick" }, "Code in", this.language);
        this.first = button("Column of prompt and sessions", () => this.fold(), { icon: "side", silent: true, class: "icon-button side-button", keys: "b" });
        this.fold(preferences.read("folded", false));
    }

    /** Shows or hides the column. @param {boolean} [folded] */
    fold(folded = !document.documentElement.classList.contains("folded")) {
        document.documentElement.classList.toggle("folded", folded);
        preferences.write("folded", folded);
    }

    /** What the server says there is. @param {any} state */
    restate(state) {
        /** @type {import("./live-models.js").Model[]} */
        this.models = state.models ?? this.models ?? [];
        /** @type {string | null} */
        this.chosen = state.model === undefined ? this.chosen ?? null : state.model;
        /** @type {{name: string, summary: string, settings: any[]}[]} */
        this.methods = state.methods ?? this.methods ?? [];
        /** @type {string[]} */
        this.languages = state.languages ?? this.languages ?? [];
        /** @type {import("./live-sessions.js").SessionInfo[]} */
        this.sessions = state.sessions ?? this.sessions ?? [];
    }

    /** What a model is called. @param {string} id */
    nameOf(id) {
        const model = this.models.find((one) => one.id === id || one.name === id);
        return model ? shortName(model) : id;
    }

    get model() {
        return this.models.find((one) => one.id === this.chosen) ?? null;
    }

    /** The branch that is shown. */
    get branch() {
        return this.source.branches[this.app?.state.trace ?? -1];
    }

    /** What names the branch that is shown. */
    get place() {
        return { session: this.source.session, branch: this.branch?.key };
    }

    /** Whether the model can go on with what is shown. */
    get able() {
        return this.model !== null && this.branch !== undefined;
    }

    get resumable() {
        const reason = this.app?.trace?.end?.stop_reason;
        return this.able && !this.branch?.running && this.app?.trace?.count > this.app?.trace?.promptCount && reason !== "eos";
    }

    async resume() {
        try {
            await this.server.act("resume", { ...this.place, settings: this.settings.read() });
        } catch (error) {
            if (!this.settings.blame(error)) this.say(error instanceof Error ? error.message : String(error));
        }
    }

    /** @param {string} words */
    say(words) {
        this.app?.say(words);
    }

    /** @param {any} app */
    update(app) {
        this.empty.hidden = app.trace !== null;
        this.run.draw();
        if (this.listed !== this.source.session) {
            this.listed = this.source.session;
            this.sessionList.draw();
        }
        this.scrolled(app);
    }

    /** @param {any} app */
    scrolled(app) {
        this.latest.hidden = !app.running || app.stream.follows;
    }

    /** @param {Trace} trace @param {number} token */
    token(trace, token) {
        return this.tokens.sections(trace, token);
    }

    /** @param {Trace} trace @param {[number, number]} range */
    range(trace, range) {
        return this.tokens.rangeSections(trace, range);
    }

    /** @param {Trace} trace */
    whole(trace) {
        const session = this.sessions.find((one) => one.id === this.source.session);
        return [session?.note ? h("p", { class: "note", text: session.note }) : null, promptSection(this, trace)];
    }

    /** Takes in what the server tells. @param {string} kind @param {any} data */
    take(kind, data) {
        if (kind === "models") {
            this.restate(data);
            this.picker.draw();
            this.composer.update();
            this.app?.update(["selected"]);
        } else if (kind === "sessions") {
            this.restate(data);
            // What the model writes comes first.
            this.listing ??= setTimeout(() => {
                this.listing = undefined;
                this.sessionList.draw();
            }, 60);
            const name = this.sessions.find((one) => one.id === this.source.session)?.name;
            if (name) this.source.rename(name);
            if (this.source.session && !this.sessions.some((one) => one.id === this.source.session)) void this.source.open(null);
        } else if (kind === "run") {
            this.run.take(data);
            if (data.kind === "load") this.picker.tell(data);
            if (data.state === "failed" && data.kind === "attribute") this.tokens.attribution.fault.show(data.error);
            if (data.state === "failed" && data.kind === "fill") this.tokens.fillFault.show(data.error);
            if (data.state === "failed" && ["generate", "score"].includes(data.kind)) this.composer.fault.show(data.error);
            if (data.state === "failed" && ["replace", "redecode", "sample"].includes(data.kind)) this.tokens.fault.show(data.error);
            if (data.seconds && data.tokens && data.branch === this.branch?.key && this.app?.trace) {
                this.app.trace.time = { seconds: data.seconds, tokens: data.tokens };
                if (data.state !== "running" && this.app.state.selected < 0) this.app.update(["selected"]);
            }
        } else if (kind === "attribution" && this.explains && data.session === this.source.session) {
            const { method, token } = this.explains;
            if (data.attribution.target === token && this.app?.state.selected === token) this.app.weights.overlay = { kind: "attribution", method: data.attribution.method ?? method };
            this.explains = null;
        }
    }

    /** @param {boolean} on */
    connected(on) {
        refill(this.notice, on ? null : [icon("theme"), h("span", { text: "Not connected; trying again" })]);
        this.notice.classList.toggle("shown", !on);
    }

    /** Asks before something is lost. @param {string} title @param {string} words @param {string} act @returns {Promise<boolean>} */
    confirm(title, words, act) {
        return new Promise((done) => {
            const dialog = /** @type {HTMLDialogElement} */ (h("dialog", { class: "help ask", "aria-labelledby": "ask-title" },
                h("h2", { id: "ask-title", text: title }), h("p", { text: words }),
                h("div", { class: "row" }, h("span", { class: "gap" }), button("Cancel", () => dialog.close(), { class: "button" }), button(act, () => dialog.close("yes"), { class: "button primary" }))));
            dialog.addEventListener("close", () => {
                done(dialog.returnValue === "yes");
                dialog.remove();
            });
            document.body.append(dialog);
            dialog.showModal();
        });
    }
}
