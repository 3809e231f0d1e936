// @ts-check
/** Starts the page with a model behind it. */

import { App } from "./app.js";
import { h, refill } from "./dom.js";
import { LiveDesk } from "./live-desk.js";
import { Server } from "./live-server.js";
import { HTTPSource } from "./live-source.js";

async function begin() {
    /** @type {LiveDesk | null} */
    let desk = null;
    const server = new Server((kind, data) => {
        if (kind === "reset") return void again();
        // What was asked for is known before the page is told of it.
        desk?.take(kind, data);
        source.take(kind, data);
    }, (on) => desk?.connected(on));
    const source = new HTTPSource(server);
    /** Reads all that there is, since what was missed cannot be told. */
    const again = async () => {
        const state = await server.get("state");
        desk?.restate(state);
        desk?.picker.draw();
        desk?.composer.update();
        desk?.sessionList.draw();
        desk?.run.set(state.run, state.queue ?? []);
        const session = state.sessions.some((/** @type {any} */ one) => one.id === source.session) ? source.session : null;
        const key = desk?.branch?.key;
        source.holders.clear();
        await source.open(session, key);
        server.listen(state.event);
    };
    try {
        const state = await server.get("state");
        const wanted = new URLSearchParams(location.hash.slice(1)).get("session");
        if (state.sessions.some((/** @type {any} */ one) => one.id === wanted)) await source.read(wanted);
        desk = new LiveDesk(server, source, state);
        const app = desk.app = new App(source, await source.manifest(), desk);
        app.help.append(h("h3", { text: "In the Explorer" }), h("dl", { class: "keys" },
            h("dt", null, h("kbd", { text: "Ctrl" }), h("kbd", { text: "Enter" })), h("dd", { text: "in the prompt: generate" }),
            h("dt", null, h("kbd", { text: "b" })), h("dd", { text: "hide or show the column of prompt and sessions" })));
        server.listen(state.event);
        await app.start();
    } catch (error) {
        const words = error instanceof Error ? error.message : String(error);
        refill(document.getElementById("app") ?? document.body, h("p", { class: "failure", role: "alert", text: words }));
        throw error;
    }
}

void begin();
