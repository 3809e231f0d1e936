// @ts-check
/** A text that grows: its new tokens are shown at once, what is made of the whole of it follows. */

import { factsOf, gradeOf } from "./scales.js";

/** What is made of the whole of a text follows so many milliseconds later. */
const PAUSE = 240;

/** Shows tokens from one on. @param {import("./app.js").App} app @param {number} from */
export function grow(app, from) {
    const { trace, scale } = app;
    if (!trace) return;
    app.stream.grow(from);
    if (!scale || scale.name !== (trace.metric(app.state.metric) ?? trace.metrics[0])?.name) {
        // The first tokens: their colours at once, all else when they are on the screen.
        app.rescale();
        void app.paint();
        clearTimeout(app.paused);
        app.paused = setTimeout(() => refresh(app, true), 60);
    } else if (app.shownScale === scale && app.legend.isolated === null) {
        app.values = trace.metric(scale.name)?.values ?? new Float64Array();
        if (!app.room || app.room.length < trace.count) {
            app.room = new Float32Array(2 * trace.count);
            app.room.set(app.grades);
        }
        for (let i = from; i < trace.count; i++) app.room[i] = gradeOf(scale, app.values[i]);
        app.grades = app.room.subarray(0, trace.count);
        app.shownValues = app.values;
        app.stream.paint(app.grades, "metric", from);
    }
    pause(app);
}

/** Something has changed: what hangs on the whole is brought up to date soon. @param {import("./app.js").App} app */
export function pause(app) {
    app.paused ??= setTimeout(() => refresh(app, false), PAUSE);
}

/** @param {import("./app.js").App} app @param {boolean} done whether nothing more comes */
export function refresh(app, done) {
    clearTimeout(app.paused);
    app.paused = undefined;
    const { trace, scale, state } = app;
    if (!trace || !scale) return;
    if (done) return app.update(["all"]);
    // Scales that hang on the values are taken anew when there are a tenth more of them.
    const fixed = state.scale === "absolute" && factsOf(scale.name).cuts;
    if (trace.count > 1.1 * (app.scaled ?? 0) && !fixed) app.rescale();
    if (fixed && app.shownScale === scale) app.legend.show(scale, app.grades, "metric");
    else void app.paint();
    app.tools.update(app);
    if (state.chart && app.scale) app.chart.show(trace, app.scale, state.lanes, app.expected);
    if (state.selected < 0 && !state.range && app.scale) app.panel.showWhole(trace, app.scale);
    if (state.view === "branches") void app.showBranches();
}
