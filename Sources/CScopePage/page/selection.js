// @ts-check
/** Which token is selected, and how it is called. */

import { figure, spelled } from "./dom.js";
import { factsOf, unitText } from "./scales.js";

/** A token in words, for readers of screens. @param {import("./app.js").App} app @param {number} token */
export function describeToken(app, token) {
    const { trace, scale } = app;
    if (!trace || !scale || token < 0) return "";
    const value = app.values?.[token] ?? NaN;
    return `${spelled(trace.pieces[token], 30)}, token ${token}, line ${trace.lines[token]}, `
        + (Number.isNaN(value) ? "no value" : `${factsOf(scale.name).label.toLowerCase()} ${figure(value)} ${unitText(scale.unit)}`);
}

/** @param {import("./app.js").App} app @param {number | null} token @param {boolean} extend whether the tokens between are selected too */
export function select(app, token, extend) {
    const { state } = app;
    if (!app.trace?.count) return;
    if (extend && token !== null) {
        const anchor = state.anchor >= 0 ? state.anchor : state.selected >= 0 ? state.selected : token;
        state.anchor = anchor;
        app.head = token;
        Object.assign(state, { range: [Math.min(anchor, token), Math.max(anchor, token) + 1], selected: -1 });
        app.update(["range"]);
        app.stream.reveal(token);
        return;
    }
    app.set({ selected: token ?? -1, range: null, anchor: token ?? -1 });
    if (token !== null) app.announcer.textContent = describeToken(app, token);
}

/** @param {import("./app.js").App} app @param {number} by @param {boolean} extend */
export function step(app, by, extend) {
    const total = app.trace?.count ?? 0;
    const from = app.state.range ? (app.head ?? app.state.range[0]) : app.state.selected;
    select(app, Math.max(0, Math.min(total - 1, from < 0 ? (by > 0 ? 0 : total - 1) : from + by)), extend);
}

/** The next token whose colour is strong. @param {import("./app.js").App} app @param {number} by */
export function stepToHot(app, by) {
    const count = app.trace?.count ?? 0;
    for (let token = app.state.selected + by; token >= 0 && token < count; token += by) {
        if (Math.abs(app.grades[token]) >= 4) return select(app, token, false);
    }
    app.say("No further token stands out.");
}
