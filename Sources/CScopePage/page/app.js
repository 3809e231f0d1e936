// @ts-check
/** The page: what is shown, and what a reader's acts change. */

import { BranchesView } from "./branches.js";
import { TrendChart } from "./chart.js";
import { copyText, h, preferences } from "./dom.js";
import { saveTrace } from "./export.js";
import { grow, pause, refresh } from "./growth.js";
import { helpDialog } from "./help.js";
import { HoverCard } from "./hover.js";
import { layOut, listViews } from "./layout.js";
import { Legend } from "./legend.js";
import { Panel } from "./panel.js";
import { gradesOf, scaleOf } from "./scales.js";
import { showFinds } from "./search.js";
import { describeToken, select, step } from "./selection.js";
import { bindKeys } from "./shortcuts.js";
import { TokenStream } from "./stream.js";
import { SyntaxView } from "./syntax.js";
import { toolbar } from "./toolbar.js";
import { WeightsPanel } from "./weights.js";

/**
 * @typedef {import("./source.js").DataSource} DataSource
 * @typedef {import("./source.js").Manifest} Manifest
 * @typedef {import("./source.js").Desk} Desk
 * @typedef {import("./trace.js").Trace} Trace
 * @typedef {import("./scales.js").Scale} Scale
 */

/** What a reader chose stays chosen. */
const KEPT = ["scale", "palette", "theme", "mode", "wrap", "cue", "special", "chart", "lanes"];

export class App {
    /** @param {DataSource} source @param {Manifest} manifest @param {Desk | null} [desk] what a model behind the page adds */
    constructor(source, manifest, desk = null) {
        this.source = source;
        this.manifest = manifest;
        this.desk = desk;
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
        this.stream = new TokenStream({
            select: (token, extend) => this.select(token, extend), hover: (token, at) => this.hover(token, at),
            running: () => this.running, scrolled: () => desk?.scrolled(this),
        });
        this.weights = new WeightsPanel({
            go: (token) => this.select(token), overlay: (overlay) => this.setOverlay(overlay), changed: () => this.update(["selected"]),
        });
        this.panel = new Panel({
            go: (token) => this.select(token), metric: (name) => this.set({ metric: name }), step: (by) => this.step(by),
            copy: (text, what) => this.copy(text, what), close: () => this.select(null),
        }, this.weights, desk);
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
        }, desk);
        this.help = helpDialog();
        this.status = h("div", { class: "status", role: "status", "aria-live": "polite" });
        this.announcer = h("div", { class: "away", "aria-live": "polite" });
        this.tools = toolbar(this);
        layOut(this);
        bindKeys(this);
    }

    /** Whether the trace that is shown grows. */
    get running() {
        return this.manifest.traces[this.state.trace]?.running === true;
    }

    /** Reads what the address says, and shows it. */
    async start() {
        const wanted = new URLSearchParams(location.hash.slice(1));
        const token = Number(wanted.get("token") ?? NaN);
        const first = this.manifest.start;
        if (first && location.hash.length < 2) {
            Object.assign(this.state, { trace: first.trace, selected: first.token });
            if (first.attribution) this.weights.overlay = { kind: "attribution", method: first.attribution };
        }
        const place = this.source.find(wanted);
        if (place in this.manifest.traces) this.state.trace = place;
        await this.load();
        if (this.trace?.metric(wanted.get("metric") ?? "")) this.state.metric = String(wanted.get("metric"));
        if (token >= 0 && token < (this.trace?.count ?? 0)) this.state.selected = token;
        if (this.state.selected >= (this.trace?.count ?? 0)) this.state.selected = -1;
        this.update(["all"]);
        this.source.subscribe((change) => void this.take(change));
        if (this.state.selected >= 0) this.stream.reveal(this.state.selected);
        // After the first frame: what a reader waited for is on the screen.
        requestAnimationFrame(() => setTimeout(() => {
            performance.mark("ready");
            document.documentElement.dataset.ready = "true";
        }));
    }

    async load() {
        const { state } = this;
        const turn = this.loading = (this.loading ?? 0) + 1;
        const trace = this.manifest.traces[state.trace] ? await this.source.trace(state.trace) : null;
        if (turn !== this.loading) return;
        this.trace = trace;
        if (!trace) return;
        if (!trace.metric(state.metric) && !this.running) state.metric = trace.metric("kl")?.name ?? trace.metrics[0]?.name ?? "";
        if (this.manifest.comparison && trace.metric("kl") && !this.asked) state.metric = "kl";
        this.asked = true;
        this.stream.show(trace);
        if (this.running) this.stream.follow(true);
    }

    /** What has changed at the source. @param {import("./source.js").Change} change */
    async take(change) {
        if (change.manifest) {
            const grew = this.running;
            this.manifest = change.manifest;
            listViews(this);
            if (change.open !== undefined) return this.open(change.open, null, change.view, true);
            this.update(["manifest"]);
            if (grew && !this.running) refresh(this, true);
        }
        if (change.trace === this.state.trace && this.trace && change.from !== undefined) grow(this, change.from);
        if (change.attribution) return change.trace === this.state.trace ? this.update(["selected", "overlay"]) : undefined;
        if (change.trace !== undefined) pause(this);
    }

    /** Another trace, or another place of the one that is shown. @param {number} trace @param {number | null} token @param {string} [view] @param {boolean} [anew] */
    async open(trace, token, view, anew = false) {
        if (trace !== this.state.trace || anew) {
            this.state.trace = trace;
            Object.assign(this.state, { selected: -1, range: null, anchor: -1 });
            if (this.weights.overlay?.kind === "given") this.weights.overlay = null;
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
        for (const name of KEPT) if (name in changes) preferences.write(name, /** @type {any} */ (changes)[name]);
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
        const root = document.documentElement;
        root.dataset.palette = state.palette;
        root.dataset.theme = state.theme;
        this.stream.element.classList.toggle("prose", state.mode === "prose");
        this.stream.element.classList.toggle("nowrap", !state.wrap);
        this.stream.element.classList.toggle("no-special", !state.special);
        root.classList.toggle("cue", state.cue);
        this.chart.element.hidden = !state.chart;
        if (!this.views?.some(([name]) => name === state.view)) state.view = "text";
        for (const [name, element] of Object.entries({ text: this.textView, branches: this.branches.element, syntax: this.syntax.element, comparison: this.comparison })) {
            if (element) element.hidden = name !== state.view || !trace;
        }
        this.tools.update(this);
        this.desk?.update(this, changed);
        // What was shown before stays till there is something to show.
        if (!trace || (trace.count === 0 && this.running)) return this.remember();
        this.legend.isolated = any("metric", "scale", "trace") ? null : this.legend.isolated;
        if (any("metric", "scale")) this.rescale();
        if (!this.scale) return;
        if (any("metric", "scale", "selected", "overlay", "range")) void this.paint();
        if (any("metric", "scale", "lanes", "chart")) this.chart.show(trace, this.scale, state.lanes, this.expected);
        if (any("selected", "range", "metric", "scale")) this.showSelection(any("metric", "scale"));
        if (state.view === "branches" && any("view", "metric", "scale", "trace", "manifest")) void this.showBranches();
        if (state.view === "syntax" && any("view", "metric", "scale", "trace")) void this.showSyntax();
        this.remember();
    }

    rescale() {
        const trace = /** @type {Trace} */ (this.trace);
        this.scale = this.scaleFor(trace);
        this.scaled = trace.count;
        this.values = this.scale ? trace.metric(this.scale.name)?.values : undefined;
        this.values ??= new Float64Array();
    }

    /** How many tokens there may come to be. */
    get expected() {
        return this.running ? this.manifest.traces[this.state.trace]?.expected : undefined;
    }

    /** Colours the text by the metric, or by what a selected token drew on. */
    async paint() {
        const { trace, scale, weights, state } = this;
        if (!trace || !scale) return;
        const turn = this.painting = (this.painting ?? 0) + 1;
        const drawn = weights.overlay && state.selected >= 0
            ? weights.drawn(trace, weights.overlay.kind === "given" ? null : await trace.rows(), state.selected) : null;
        if (turn !== this.painting) return;
        this.shownScale = drawn ? drawn.scale : scale;
        this.shownValues = drawn ? drawn.values : trace.metric(scale.name)?.values ?? new Float64Array();
        this.grades = gradesOf(this.shownScale, this.shownValues);
        this.room = undefined;
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
            this.stream.select(state.selected, describeToken(this, state.selected), state.selected !== this.stream.selected);
        }
        this.textView?.classList.toggle("has-selection", state.selected >= 0 || state.range !== null);
        if (state.range) this.panel.showRange(trace, state.range);
        else if (state.selected >= 0) void this.panel.showToken(trace, state.selected, scale);
        else this.panel.showWhole(trace, scale);
    }

    async showBranches() {
        const { manifest } = this;
        const traces = await Promise.all(manifest.traces.map((_, place) => this.source.trace(place)));
        if (manifest === this.manifest) this.branches.show(traces, this.state.trace, (trace) => this.scaleFor(trace), manifest.traces.map((one) => one.note));
    }

    async showSyntax() {
        const data = await this.source.syntax(this.state.trace);
        if (this.scale && this.trace) this.syntax.show(data, this.scale, this.trace);
    }

    /** @param {number | null} token @param {boolean} [extend] */
    select(token, extend = false) {
        select(this, token, extend);
    }

    /** @param {number} by @param {boolean} [extend] */
    step(by, extend = false) {
        step(this, by, extend);
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
        showFinds(this, query, by);
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
    save(kind) {
        if (this.trace) void saveTrace(this.trace, kind);
    }

    /** Keeps the place in the address, where the browser allows it. */
    remember() {
        const parts = new URLSearchParams(this.source.address(this.state.trace));
        if (this.state.metric !== "surprisal") parts.set("metric", this.state.metric);
        if (this.state.selected >= 0) parts.set("token", String(this.state.selected));
        if (parts.toString() === this.remembered) return;
        this.remembered = parts.toString();
        try {
            history.replaceState(null, "", "#" + parts.toString());
        } catch {
            // Some browsers keep no addresses of files.
        }
    }

    toggleTheme() {
        const dark = this.state.theme === "auto" ? matchMedia("(prefers-color-scheme: dark)").matches : this.state.theme === "dark";
        this.set({ theme: dark ? "light" : "dark" });
    }
}
