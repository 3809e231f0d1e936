// @ts-check
/** The page: what is shown, and what a reader's acts change. */

import { BranchesView } from "./branches.js";
import { TrendChart } from "./chart.js";
import { comparisonView } from "./comparison.js";
import { append, button, copyText, count, download, figure, h, icon, preferences, refill, spelled } from "./dom.js";
import { traceCSV, traceJSON, traceLines } from "./export.js";
import { helpDialog, listenForKeys } from "./help.js";
import { HoverCard } from "./hover.js";
import { Legend } from "./legend.js";
import { Panel } from "./panel.js";
import { factsOf, gradesOf, scaleOf, unitText } from "./scales.js";
import { findTokens } from "./search.js";
import { TokenStream } from "./stream.js";
import { SyntaxView } from "./syntax.js";
import { toolbar } from "./toolbar.js";
import { WeightsPanel } from "./weights.js";

/**
 * @typedef {import("./source.js").DataSource} DataSource
 * @typedef {import("./source.js").Manifest} Manifest
 * @typedef {import("./trace.js").Trace} Trace
 * @typedef {import("./scales.js").Scale} Scale
 */

export class App {
    /** @param {DataSource} source @param {Manifest} manifest */
    constructor(source, manifest) {
        this.source = source;
        this.manifest = manifest;
        this.state = {
            trace: 0, view: "text", metric: "surprisal", selected: -1, anchor: -1,
            /** @type {[number, number] | null} */
            range: null,
            scale: preferences.read("scale", "absolute"),
            palette: preferences.read("palette", "ember"),
            theme: preferences.read("theme", "auto"),
            mode: preferences.read("mode", manifest.language === "text" ? "prose" : "code"),
            wrap: preferences.read("wrap", true), cue: preferences.read("cue", true),
            special: preferences.read("special", true), chart: preferences.read("chart", true),
            /** @type {string[]} */
            lanes: preferences.read("lanes", ["entropy"]),
        };
        /** @type {Trace | null} */
        this.trace = null;
        this.grades = new Float32Array();
        this.card = new HoverCard();
        this.stream = new TokenStream({ select: (token, extend) => this.select(token, extend), hover: (token, at) => this.hover(token, at) });
        this.weights = new WeightsPanel({
            go: (token) => this.select(token), overlay: (overlay) => this.setOverlay(overlay), changed: () => this.update(["selected"]),
        });
        this.panel = new Panel({
            go: (token) => this.select(token), metric: (name) => this.set({ metric: name }), step: (by) => this.step(by),
            copy: (text, what) => this.copy(text, what), close: () => this.select(null),
        }, this.weights);
        this.chart = new TrendChart({
            select: (token) => this.select(token), metric: (name) => this.set({ metric: name }),
            brush: (range) => this.set({ range, selected: -1 }), lanes: (lanes) => this.set({ lanes }),
            point: (token) => this.point(token),
        });
        this.legend = new Legend({ isolate: (grade) => this.isolate(grade) });
        this.branches = new BranchesView({ open: (trace, token) => this.open(trace, token, "text") });
        this.syntax = new SyntaxView({
            go: (token) => void this.open(this.state.trace, token, "text"),
            range: (range) => {
                this.set({ view: "text", range, selected: -1 });
                this.stream.reveal(range[0]);
            },
        });
        this.help = helpDialog();
        this.status = h("div", { class: "status", role: "status", "aria-live": "polite" });
        this.announcer = h("div", { class: "away", "aria-live": "polite" });
        this.tools = toolbar(this);
        this.build();
        this.keys();
    }

    build() {
        const { manifest } = this;
        this.views = [["text", "Text"], ...(manifest.traces.length > 1 ? [["branches", "Branches"]] : []),
            ...(manifest.traces.some((one) => one.syntax) ? [["syntax", "Syntax"]] : []), ...(manifest.comparison ? [["comparison", "Comparison"]] : [])];
        this.body = h("main", { class: "body", id: "main" });
        document.title = manifest.title;
        refill(/** @type {Element} */ (document.getElementById("app")),
            h("a", { class: "skip", href: "#stream", text: "Skip to the text" }),
            this.tools.top, this.body, this.card.element, this.status, this.announcer, this.help);
        append(this.body, [this.textView = h("div", { class: "view text" },
            h("div", { class: "reader" }, this.tools.bar, this.stream.element, this.chart.element), this.panel.element)]);
        append(this.body, [h("p", { class: "away", id: "stream-help", text: "Arrow keys move between tokens, slash searches, question mark shows help." })]);
        append(this.body, [this.branches.element, this.syntax.element]);
        if (manifest.comparison) append(this.body, [this.comparison = comparisonView(manifest.comparison)]);
        for (const view of [this.branches.element, this.syntax.element, this.comparison]) if (view) view.hidden = true;
    }

    /** Reads what the address says, and shows it. */
    async start() {
        const wanted = new URLSearchParams(location.hash.slice(1));
        const number = (/** @type {string} */ name) => Number(wanted.get(name) ?? NaN);
        const first = this.manifest.start;
        if (first && location.hash.length < 2) {
            Object.assign(this.state, { trace: first.trace, selected: first.token });
            if (first.attribution) this.weights.overlay = { kind: "attribution", method: first.attribution };
        }
        if (number("trace") in this.manifest.traces) this.state.trace = number("trace");
        await this.load();
        if (this.trace?.metric(wanted.get("metric") ?? "")) this.state.metric = String(wanted.get("metric"));
        if (number("token") >= 0 && number("token") < (this.trace?.count ?? 0)) this.state.selected = number("token");
        if (this.state.selected >= (this.trace?.count ?? 0)) this.state.selected = -1;
        this.update(["all"]);
        this.source.subscribe((change) => {
            if (change.trace === this.state.trace) void this.load().then(() => this.update(["all"]));
        });
        if (this.state.selected >= 0) this.stream.reveal(this.state.selected);
        // After the first frame: what a reader waited for is on the screen.
        requestAnimationFrame(() => setTimeout(() => {
            performance.mark("ready");
            document.documentElement.dataset.ready = "true";
        }));
    }

    async load() {
        this.trace = await this.source.trace(this.state.trace);
        if (!this.trace.metric(this.state.metric)) this.state.metric = this.trace.metric("kl")?.name ?? this.trace.metrics[0]?.name ?? "";
        if (this.manifest.comparison && this.trace.metric("kl") && !this.asked) this.state.metric = "kl";
        this.asked = true;
        this.stream.show(this.trace);
    }

    /** Another trace, or another place of the one that is shown. @param {number} trace @param {number | null} token @param {string} [view] */
    async open(trace, token, view) {
        if (trace !== this.state.trace) {
            this.state.trace = trace;
            Object.assign(this.state, { selected: -1, range: null, anchor: -1 });
            await this.load();
        }
        if (view) this.state.view = view;
        if (token !== null) this.state.selected = token;
        this.update(["all"]);
        if (token !== null) this.stream.reveal(token);
    }

    /** @param {Partial<App["state"]>} changes */
    set(changes) {
        Object.assign(this.state, changes);
        for (const name of ["scale", "palette", "theme", "mode", "wrap", "cue", "special", "chart", "lanes"]) {
            if (name in changes) preferences.write(name, /** @type {any} */ (changes)[name]);
        }
        if ("range" in changes && changes.range) this.state.anchor = -1;
        this.update(Object.keys(changes));
    }

    /** The scale by which a trace is coloured. @param {Trace} trace @returns {Scale | null} */
    scaleFor(trace) {
        const column = trace.metric(this.state.metric) ?? trace.metrics[0];
        return column ? scaleOf(column, this.state.scale) : null;
    }

    /** Brings the page in line with the state. @param {string[]} changed */
    update(changed) {
        const { state, trace } = this;
        const any = (/** @type {string[]} */ ...names) => changed.includes("all") || names.some((name) => changed.includes(name));
        if (!trace) return;
        const root = document.documentElement;
        root.dataset.palette = state.palette;
        root.dataset.theme = state.theme;
        this.stream.element.classList.toggle("prose", state.mode === "prose");
        this.stream.element.classList.toggle("nowrap", !state.wrap);
        this.stream.element.classList.toggle("no-special", !state.special);
        root.classList.toggle("cue", state.cue);
        this.chart.element.hidden = !state.chart;
        for (const [name] of this.views ?? []) {
            const element = { text: this.textView, branches: this.branches.element, syntax: this.syntax.element, comparison: this.comparison }[name];
            if (element) element.hidden = name !== state.view;
        }
        this.tools.update(this);
        this.legend.isolated = any("metric", "scale", "trace") ? null : this.legend.isolated;
        if (any("metric", "scale")) this.scale = this.scaleFor(trace);
        if (!this.scale) return;
        this.values = trace.metric(this.scale.name)?.values ?? new Float64Array();
        if (any("metric", "scale", "selected", "overlay", "range")) this.paint();
        if (any("metric", "scale", "lanes", "chart")) this.chart.show(trace, this.scale, state.lanes);
        if (any("selected", "range", "metric", "scale")) this.showSelection(any("metric", "scale"));
        if (state.view === "branches" && any("view", "metric", "scale", "trace")) void this.showBranches();
        if (state.view === "syntax" && any("view", "metric", "scale", "trace")) void this.showSyntax();
        this.remember();
    }

    /** Colours the text by the metric, or by what a selected token drew on. */
    async paint() {
        const { trace, scale, weights, state } = this;
        if (!trace || !scale) return;
        const turn = this.painting = (this.painting ?? 0) + 1;
        const drawn = weights.overlay && state.selected >= 0 ? weights.drawn(trace, await trace.rows(), state.selected) : null;
        if (turn !== this.painting) return;
        this.shownScale = drawn ? drawn.scale : scale;
        this.shownValues = drawn ? drawn.values : this.values;
        this.grades = gradesOf(this.shownScale, /** @type {Float64Array} */ (this.shownValues));
        const mode = drawn && !drawn.scale.signed ? "weights" : "metric";
        const isolated = this.legend.isolated;
        this.stream.paint(isolated === null ? this.grades : this.grades.map((grade) => grade === isolated ? grade : NaN), mode);
        this.legend.show(this.shownScale, this.grades, mode);
        this.tools.drawn(Boolean(drawn));
    }

    /** @param {number | null} grade */
    isolate(grade) {
        this.legend.isolated = grade;
        void this.paint();
    }

    /** @param {boolean} whole whether what the colours mean has changed too */
    showSelection(whole) {
        const { state, trace, scale } = this;
        if (!trace || !scale) return;
        this.chart.mark(state.selected, state.range);
        this.stream.setRange(state.range);
        if (state.selected !== this.stream.selected || whole) {
            this.stream.select(state.selected, this.describe(state.selected), state.selected !== this.stream.selected);
        }
        this.textView?.classList.toggle("has-selection", state.selected >= 0 || state.range !== null);
        if (state.range) this.panel.showRange(trace, state.range);
        else if (state.selected >= 0) void this.panel.showToken(trace, state.selected, scale);
        else this.panel.showWhole(trace, scale);
    }

    /** A token in words, for readers of screens. @param {number} token */
    describe(token) {
        const { trace, scale } = this;
        if (!trace || !scale || token < 0) return "";
        const value = this.values?.[token] ?? NaN;
        return `${spelled(trace.pieces[token], 30)}, token ${token}, line ${trace.lines[token]}, `
            + (Number.isNaN(value) ? "no value" : `${factsOf(scale.name).label.toLowerCase()} ${figure(value)} ${unitText(scale.unit)}`);
    }

    async showBranches() {
        const traces = [];
        for (const place of this.manifest.traces.keys()) traces.push(await this.source.trace(place));
        this.branches.show(traces, this.state.trace, (trace) => this.scaleFor(trace), this.manifest.traces.map((one) => one.note));
    }

    async showSyntax() {
        const data = await this.source.syntax(this.state.trace);
        if (this.scale && this.trace) this.syntax.show(data, this.scale, this.trace);
    }

    /** @param {number | null} token @param {boolean} [extend] */
    select(token, extend = false) {
        const { state } = this;
        if (extend && token !== null) {
            const anchor = state.anchor >= 0 ? state.anchor : state.selected >= 0 ? state.selected : token;
            state.anchor = anchor;
            this.head = token;
            Object.assign(state, { range: [Math.min(anchor, token), Math.max(anchor, token) + 1], selected: -1 });
            this.update(["range"]);
            this.stream.reveal(token);
            return;
        }
        this.set({ selected: token ?? -1, range: null, anchor: token ?? -1 });
        if (token !== null) this.announcer.textContent = this.describe(token);
    }

    /** @param {number} by @param {boolean} [extend] */
    step(by, extend = false) {
        const count = this.trace?.count ?? 0;
        const from = this.state.range ? (this.head ?? this.state.range[0]) : this.state.selected;
        this.select(Math.max(0, Math.min(count - 1, from < 0 ? (by > 0 ? 0 : count - 1) : from + by)), extend);
    }

    /** The next token whose colour is strong. @param {number} by */
    stepToHot(by) {
        const count = this.trace?.count ?? 0;
        for (let token = this.state.selected + by; token >= 0 && token < count; token += by) {
            if (Math.abs(this.grades[token]) >= 4) return this.select(token);
        }
        this.say("No further token stands out.");
    }

    /** @param {number | null} token @param {Element} [at] */
    hover(token, at) {
        const { trace, shownScale, shownValues } = this;
        this.chart.point(token);
        if (token === null || !at || !trace || !shownScale || !shownValues) this.card.hide();
        else this.card.show(trace, token, at.closest("[data-i]") ?? at, shownScale, shownValues[token], this.stream.element.dataset.mode ?? "metric");
    }

    /** @param {number | null} token */
    point(token) {
        this.chart.point(token);
        this.stream.setPointed(token);
    }

    /** @param {import("./weights.js").Overlay | null} overlay */
    setOverlay(overlay) {
        this.weights.overlay = overlay;
        this.legend.isolated = null;
        this.update(["overlay", "selected"]);
    }

    /** @param {string} query @param {number} by */
    search(query, by) {
        if (!this.trace) return;
        const found = findTokens(this.trace, query);
        this.stream.setMarked(found.tokens);
        const starts = found.starts;
        let place = starts.findIndex((token) => token >= this.state.selected);
        if (by !== 0 && starts.length) {
            const after = starts.findIndex((token) => token > this.state.selected);
            place = by > 0 ? (after < 0 ? 0 : after) : (starts.findLastIndex((token) => token < this.state.selected) + starts.length) % starts.length;
            if (place < 0) place = starts.length - 1;
            this.select(starts[place]);
        } else if (starts.length) this.stream.reveal(starts[Math.max(0, place)]);
        this.tools.found(query === "" ? "" : starts.length ? (by === 0 ? count(starts.length) : `${place + 1} of ${count(starts.length)}`) : "none");
    }

    /** @param {string} text @param {string} what */
    async copy(text, what) {
        this.say(await copyText(text) ? `${what} copied` : "The browser does not let this page copy");
    }

    /** @param {string} text */
    say(text) {
        this.status.textContent = text;
        this.status.classList.add("shown");
        clearTimeout(this.silence);
        this.silence = setTimeout(() => this.status.classList.remove("shown"), 2200);
    }

    /** @param {"json" | "jsonl" | "csv" | "txt"} kind */
    async save(kind) {
        const { trace } = this;
        if (!trace) return;
        const name = trace.name.replace(/[^\w.-]+/g, "-").replace(/^-+|-+$/g, "") || "trace";
        if (kind === "json") download(`${name}.json`, await traceJSON(trace), "application/json");
        else if (kind === "jsonl") download(`${name}.jsonl`, await traceLines(trace), "application/jsonl");
        else if (kind === "csv") download(`${name}.csv`, traceCSV(trace), "text/csv");
        else download(`${name}.txt`, trace.textOf(), "text/plain");
    }

    /** Keeps the place in the address, where the browser allows it. */
    remember() {
        const parts = new URLSearchParams();
        if (this.state.trace > 0) parts.set("trace", String(this.state.trace));
        if (this.state.metric !== "surprisal") parts.set("metric", this.state.metric);
        if (this.state.selected >= 0) parts.set("token", String(this.state.selected));
        try {
            history.replaceState(null, "", "#" + parts.toString());
        } catch {
            // Some browsers keep no addresses of files.
        }
    }

    keys() {
        const move = (/** @type {number} */ by) => (/** @type {KeyboardEvent} */ event) => {
            event.preventDefault();
            this.step(by, event.shiftKey);
        };
        const vertical = (/** @type {number} */ by) => (/** @type {KeyboardEvent} */ event) => {
            event.preventDefault();
            const from = this.state.range ? (this.head ?? this.state.range[0]) : this.state.selected;
            if (from < 0) this.step(by);
            else this.select(this.stream.vertical(from, by), event.shiftKey);
        };
        const metric = (/** @type {number} */ by) => () => {
            const names = this.trace?.metrics.map((column) => column.name) ?? [];
            const place = (names.indexOf(this.state.metric) + by + names.length) % names.length;
            this.set({ metric: names[place] });
        };
        const trace = (/** @type {number} */ by) => () => {
            const total = this.manifest.traces.length;
            void this.open((this.state.trace + by + total) % total, null);
        };
        const overlay = (/** @type {"from" | "to"} */ kind) => () => this.setOverlay(this.weights.overlay?.kind === kind ? null : { kind });
        listenForKeys({
            ArrowLeft: move(-1), ArrowRight: move(1), ArrowUp: vertical(-1), ArrowDown: vertical(1),
            Home: (event) => { event.preventDefault(); this.select(0, event.shiftKey); },
            End: (event) => { event.preventDefault(); this.select((this.trace?.count ?? 1) - 1, event.shiftKey); },
            n: () => this.stepToHot(1), p: () => this.stepToHot(-1),
            m: metric(1), M: metric(-1), "[": trace(-1), "]": trace(1),
            s: () => this.set({ scale: this.state.scale === "absolute" ? "percentile" : "absolute" }),
            c: () => this.set({ mode: this.state.mode === "code" ? "prose" : "code" }),
            d: () => this.toggleTheme(), a: overlay("from"), A: overlay("to"),
            "/": (event) => { event.preventDefault(); this.tools.searchField.focus(); this.tools.searchField.select(); },
            "?": () => this.help.showModal(),
            digit: (event) => { const view = this.views?.[Number(event.key) - 1]; if (view) this.set({ view: view[0] }); },
            Escape: () => {
                if (document.activeElement !== this.tools.searchField) return this.select(null);
                this.tools.searchField.value = "";
                this.search("", 0);
                this.stream.element.focus();
            },
        });
    }

    toggleTheme() {
        const dark = this.state.theme === "auto" ? matchMedia("(prefers-color-scheme: dark)").matches : this.state.theme === "dark";
        this.set({ theme: dark ? "light" : "dark" });
    }
}
