// @ts-check
/** What the model is given: a text to go on with, a conversation, or a text to be measured. */

import { button, h, preferences, refill } from "./dom.js";
import { attempt, faultLine } from "./live-fields.js";

const EXAMPLE = 'import os\n\n\ndef find_files(root, suffix):\n    """Yield the paths of all files below root."""\n';

const MODES = /** @type {const} */ ([["complete", "Complete"], ["chat", "Chat"], ["measure", "Measure"]]);

export class Composer {
    /** @param {import("./live-desk.js").LiveDesk} desk */
    constructor(desk) {
        this.desk = desk;
        this.mode = preferences.read("composer", "complete");
        this.fault = faultLine();
        const keys = (/** @type {KeyboardEvent} */ event) => {
            if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
                event.preventDefault();
                void this.run();
            }
        };
        this.text = /** @type {HTMLTextAreaElement} */ (h("textarea", {
            class: "prompt", spellcheck: "false", autocapitalize: "off", "aria-label": "Prompt", rows: 9,
            "aria-describedby": this.fault.element.id, onkeydown: keys, oninput: () => preferences.write("prompt", this.text.value),
        }));
        this.text.value = preferences.read("prompt", EXAMPLE);
        /** @type {{role: string, content: string}[]} */
        this.messages = preferences.read("messages", [{ role: "user", content: "" }]);
        this.talk = h("div", { class: "talk", onkeydown: keys });
        this.tabs = h("div", { class: "tabs", role: "group", "aria-label": "What to do" }, MODES.map(([mode, label]) =>
            button(label, () => this.choose(mode), { class: "tab" })));
        this.special = /** @type {HTMLInputElement} */ (h("input", { type: "checkbox", checked: preferences.read("special-tokens", true), onchange: () => preferences.write("special-tokens", this.special.checked) }));
        this.specialLabel = h("label", { class: "check", title: "What the tokenizer puts before a text, such as <|endoftext|>" }, this.special, "Begin with the model’s own mark");
        this.language = /** @type {HTMLSelectElement} */ (h("select", { "aria-label": "Language of the text" }));
        this.languagePick = h("label", { class: "pick" }, "Language", this.language);
        this.go = button("Generate", () => void this.run(), { class: "button primary", keys: "Ctrl + Enter" });
        this.element = h("section", { class: "composer", "aria-label": "Prompt" },
            h("div", { class: "row" }, this.tabs), this.text, this.talk, this.specialLabel, this.languagePick,
            desk.settings.element,
            h("div", { class: "row" }, this.go, h("span", { class: "faint keys-hint" }, h("kbd", { text: "Ctrl" }), h("kbd", { text: "Enter" }))),
            this.fault.element);
        this.drawTalk();
        this.choose(this.mode);
    }

    /** @param {string} mode */
    choose(mode) {
        this.mode = mode;
        preferences.write("composer", mode);
        MODES.forEach(([name], place) => {
            const tab = this.tabs.children[place];
            tab.setAttribute("aria-pressed", String(name === mode));
            if (name === mode) tab.setAttribute("aria-current", "true");
            else tab.removeAttribute("aria-current");
        });
        this.text.hidden = mode === "chat";
        this.talk.hidden = mode !== "chat";
        this.specialLabel.hidden = mode === "chat";
        this.languagePick.hidden = mode !== "measure";
        this.desk.settings.element.hidden = mode === "measure";
        this.text.setAttribute("aria-label", mode === "measure" ? "Text to measure" : "Prompt");
        this.go.textContent = mode === "measure" ? "Measure" : "Generate";
        this.fault.show(null);
        this.update();
    }

    /** What the model that is loaded can do. */
    update() {
        const model = this.desk.model;
        const tab = /** @type {HTMLButtonElement} */ (this.tabs.children[1]);
        tab.disabled = model ? !model.chat : false;
        tab.title = tab.disabled ? "This model has no template of conversations" : "A conversation, by the model’s own template";
        const languages = ["", ...this.desk.languages];
        if (this.language.options.length !== languages.length) {
            refill(this.language, languages.map((name) => h("option", { value: name, text: name || "find out" })));
        }
        if (tab.disabled && this.mode === "chat") this.choose("complete");
    }

    drawTalk() {
        const keep = () => preferences.write("messages", this.messages);
        refill(this.talk, this.messages.map((message, place) => h("div", { class: "message" },
            h("div", { class: "row" },
                h("select", { "aria-label": "Who speaks", onchange: (/** @type {Event} */ event) => { message.role = /** @type {HTMLSelectElement} */ (event.target).value; keep(); } },
                    ["system", "user", "assistant"].map((role) => h("option", { value: role, selected: role === message.role, text: role }))),
                h("span", { class: "gap" }),
                this.messages.length > 1 ? button("Remove the message", () => { this.messages.splice(place, 1); keep(); this.drawTalk(); }, { icon: "close", silent: true, class: "icon-button" }) : null),
            h("textarea", { class: "prompt", rows: 3, spellcheck: "false", "aria-label": `What ${message.role} says`, text: message.content,
                oninput: (/** @type {Event} */ event) => { message.content = /** @type {HTMLTextAreaElement} */ (event.target).value; keep(); } }))),
        button("Add a message", () => {
            this.messages.push({ role: this.messages.at(-1)?.role === "user" ? "assistant" : "user", content: "" });
            keep();
            this.drawTalk();
            this.talk.querySelectorAll("textarea")[this.messages.length - 1]?.focus();
        }, { class: "button small" }));
    }

    /** Puts a text into the editor. @param {string} text */
    edit(text) {
        this.choose("complete");
        this.text.value = text;
        preferences.write("prompt", text);
        this.text.focus();
        this.text.setSelectionRange(text.length, text.length);
        this.text.scrollTop = this.text.scrollHeight;
    }

    async run() {
        const { desk } = this;
        performance.mark("asked");
        await attempt(this.go, this.fault, async () => {
            if (!desk.model) throw new Error("Load a model first.");
            try {
                const title = this.text.value.trim().split("\n", 1)[0].slice(0, 60) || "text";
                await desk.source.begin(() => this.mode === "measure"
                    ? desk.server.act("score", { text: this.text.value, ...(this.language.value ? { language: this.language.value } : {}), bos: this.special.checked })
                    : desk.server.act("generate", {
                        ...(this.mode === "chat" ? { messages: this.messages } : { prompt: this.text.value, bos: this.special.checked }),
                        settings: desk.settings.read(),
                    }), title);
            } catch (error) {
                if (!desk.settings.blame(error)) throw error;
            }
        });
    }
}
