// @ts-check
/** Starts the page. */

import { App } from "./app.js";
import { h, refill } from "./dom.js";
import { EmbeddedSource } from "./source.js";

async function begin() {
    try {
        const source = new EmbeddedSource(document);
        const app = new App(source, await source.manifest());
        await app.start();
    } catch (error) {
        const words = error instanceof Error ? error.message : String(error);
        refill(document.getElementById("app") ?? document.body, h("p", { class: "failure", role: "alert", text: `This report cannot be shown: ${words}` }));
        throw error;
    }
}

void begin();
