// @ts-check
/** What the model is doing: how far it is, how fast, and how to stop it. */

import { button, count, figure, h, refill } from "./dom.js";

/** @typedef {{id: string, kind: string, session?: string, branch?: string, state: string, error?: string, tokens?: number, total?: number, seconds?: number, tokens_per_second?: number, progress?: number}} Run */

const WORDS = {
    generate: "Writing", replace: "Writing", resume: "Writing", redecode: "Writing", sample: "Writing", fill: "Filling in", attribute: "Explaining",
    syntax: "Reading the syntax", load: "Loading", score: "Measuring", attention: "Reading attention", lens: "Reading the lens",
};

/** Runs that write tokens, up to a number of them. */
const TALLIED = ["generate", "replace", "redecode", "resume", "fill"];

/** @param {string} kind */
const wordOf = (kind) => WORDS[/** @type {keyof typeof WORDS} */ (kind)] ?? kind;

export class RunState {
    /** @param {import("./live-desk.js").LiveDesk} desk */
    constructor(desk) {
        this.desk = desk;
        this.words = h("span", { class: "run-words", role: "status" });
        this.bar = h("progress", { max: 1, "aria-label": "How far it is" });
        this.stop = button("Stop", () => void this.act(), { class: "button small stop" });
        this.resume = button("Resume", () => void this.desk.resume(), { class: "button small" });
        this.queue = h("span", { class: "faint queue" });
        this.element = h("div", { class: "run-state", "aria-label": "Run", role: "group" }, this.bar, this.words, this.stop, this.resume, this.queue);
        /** @type {Run | null} */
        this.run = null;
        /** @type {Run | null} the one before, to be spoken of */
        this.last = null;
        /** @type {Map<string, Run>} */
        this.waiting = new Map();
        this.draw();
    }

    /** @param {Run | null} run @param {Run[]} queue */
    set(run, queue) {
        this.run = run;
        this.waiting = new Map(queue.map((one) => [one.id, one]));
        this.draw();
    }

    /** @param {Run} run */
    take(run) {
        if (run.total === undefined && run.tokens !== undefined && TALLIED.includes(run.kind)) run.total = this.desk.source.most || undefined;
        this.waiting.delete(run.id);
        if (run.state === "waiting") this.waiting.set(run.id, run);
        else if (run.state === "running") this.run = this.run?.id === run.id ? { ...this.run, ...run } : run;
        else {
            const known = this.run?.id === run.id ? this.run : null;
            this.last = { ...known, ...run };
            if (known) this.run = null;
        }
        this.draw();
    }

    act() {
        this.stop.setAttribute("aria-busy", "true");
        return this.desk.server.act("stop", this.run ? { run: this.run.id } : {}).catch((error) => this.desk.say(error.message))
            .finally(() => this.stop.removeAttribute("aria-busy"));
    }

    draw() {
        const { run, last } = this;
        const progress = run ? run.progress ?? (run.total ? (run.tokens ?? 0) / run.total : undefined) : undefined;
        this.bar.hidden = !run;
        if (progress === undefined) this.bar.removeAttribute("value");
        else this.bar.setAttribute("value", String(progress));
        this.stop.hidden = !run;
        this.resume.hidden = Boolean(run) || !this.desk.resumable;
        this.element.dataset.state = run ? "running" : last?.state ?? "idle";
        const speed = (/** @type {Run} */ one) => one.tokens_per_second ? ` · ${figure(Math.round(one.tokens_per_second))} tokens/s` : "";
        const size = (/** @type {Run} */ one) => one.tokens ? ` ${count(one.tokens)}${one.total && one === run ? ` of ${count(one.total)}` : one.tokens === 1 ? " token" : " tokens"}` : "";
        if (run) refill(this.words, `${wordOf(run.kind)}${size(run)}${speed(run)}`);
        else if (last?.state === "failed" && last.kind !== "load") refill(this.words, h("span", { class: "fault", text: last.error ?? "It failed." }));
        else if (last && last.state !== "failed") refill(this.words, `${last.state === "stopped" ? "Stopped" : "Done"}${size(last)}${speed(last)}`);
        else refill(this.words);
        this.words.title = this.words.textContent ?? "";
        const waiting = [...this.waiting.values()];
        refill(this.queue, waiting.length ? [`${waiting.length} waiting`, button("Drop the last that waits", () => void this.desk.server.act("stop", { run: waiting.at(-1)?.id }), { icon: "close", silent: true, class: "icon-button small" })] : null);
    }
}
