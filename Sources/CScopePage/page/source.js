// @ts-check
/**
 * Where the page's data come from. A report carries them in the document; a server sends them. The page
 * knows them by this interface alone:
 *
 * @typedef {object} DataSource
 * @property {() => Promise<Manifest>} manifest what there is
 * @property {(index: number) => Promise<Trace>} trace one trace, the same object each time
 * @property {(index: number) => Promise<any>} syntax what was measured over a trace's syntax, null for nothing
 * @property {(listener: (change: Change) => void) => void} subscribe tells of what changes
 * @property {(address: URLSearchParams) => number} find the trace that an address names, −1 for none
 * @property {(index: number) => Record<string, string>} address what names a trace in an address
 *
 * @typedef {object} Change
 * @property {number} [trace] which trace has changed
 * @property {number} [from] the first token that is new or has other values
 * @property {Manifest} [manifest] what there is now
 * @property {number} [open] the trace to be shown now
 * @property {string} [view]
 * @property {any} [attribution] that has come
 *
 * What a model behind the page adds to it.
 * @typedef {object} Desk
 * @property {HTMLElement} side the column before the text
 * @property {HTMLElement} first stands before all in the page's head
 * @property {HTMLElement} head stands in the page's head
 * @property {HTMLElement} empty what is shown while nothing is open
 * @property {HTMLElement} over lies over the end of the text
 * @property {any[]} menu further ways to save
 * @property {HTMLElement} languagePick chooses the language of the syntax view
 * @property {(app: any, changed: string[]) => void} update
 * @property {(app: any) => void} scrolled
 * @property {(folded?: boolean) => void} fold
 * @property {(trace: Trace, token: number) => {top: any[], below: any[], choose?: (id: number) => void}} token
 * @property {(trace: Trace, range: [number, number]) => any[]} range
 * @property {(trace: Trace) => any[]} whole
 *
 * @typedef {object} TraceInfo
 * @property {string} name
 * @property {number} tokens
 * @property {number} prompt tokens of the prompt
 * @property {boolean} [syntax] whether there are results about its syntax
 * @property {string} [note] what was noted of it
 * @property {Record<string, number>} summary results about the whole sequence
 * @property {boolean} [running] whether it grows
 * @property {number} [expected] how many tokens there may come to be
 *
 * @typedef {object} Manifest
 * @property {string} title
 * @property {string | null} language
 * @property {string} generator
 * @property {TraceInfo[]} traces
 * @property {{trace: number, token: number, attribution?: string}} [start] where a reader begins
 * @property {any} [comparison] of two models
 */

import { Trace } from "./trace.js";

/** The format and version of data that this page reads. */
export const FORMAT = { name: "tokenscope.page", version: 1 };

/** A fault of the data, in words for the reader. */
export class DataError extends Error {}

/**
 * Data in the document: a manifest, the texts of ids, and of each trace its columns and its long lists, each in
 * an element of its own that is read when it is needed.
 * @implements {DataSource}
 */
export class EmbeddedSource {
    /** @param {Document} page */
    constructor(page) {
        this.page = page;
        /** @type {Map<number, Promise<Trace>>} */
        this.traces = new Map();
        /** @type {Map<number, string> | null} */
        this.texts = null;
    }

    /** @param {string} name */
    read(name) {
        const element = this.page.getElementById("scope-" + name);
        if (!element) return null;
        const value = JSON.parse(element.textContent ?? "null");
        // The text is not needed twice, and a large report holds much of it.
        element.remove();
        return value;
    }

    /** @returns {Promise<Manifest>} */
    async manifest() {
        const manifest = this.read("manifest");
        if (!manifest) throw new DataError("This page holds no data.");
        if (manifest.format !== FORMAT.name || manifest.version !== FORMAT.version) {
            throw new DataError(
                `This page reads ${FORMAT.name} ${FORMAT.version}, and the data are `
                + `${manifest.format} ${manifest.version}.`);
        }
        this.info = manifest;
        return manifest;
    }

    /** @param {number} id */
    text(id) {
        if (!this.texts) {
            const table = this.read("vocabulary") ?? { ids: [], texts: [] };
            this.texts = new Map(table.ids.map((/** @type {number} */ key, /** @type {number} */ place) =>
                [key, table.texts[place]]));
        }
        return this.texts.get(id);
    }

    /** @param {number} index @returns {Promise<Trace>} */
    trace(index) {
        let trace = this.traces.get(index);
        if (!trace) {
            trace = Promise.resolve().then(() => {
                const raw = this.read(`trace-${index}`);
                if (!raw) throw new DataError(`Trace ${index} is missing.`);
                return new Trace(raw, this.info?.traces[index].name ?? `${index}`, (id) => this.text(id),
                    async () => this.read(`rows-${index}`) ?? []);
            });
            this.traces.set(index, trace);
        }
        return trace;
    }

    /** @param {number} index @returns {Promise<any>} */
    async syntax(index) {
        this.folded ??= new Map();
        if (!this.folded.has(index)) this.folded.set(index, this.read(`syntax-${index}`));
        return this.folded.get(index);
    }

    /** Nothing changes in a report. */
    subscribe() {}

    /** @param {URLSearchParams} address */
    find(address) {
        return Number(address.get("trace") ?? -1);
    }

    /** @param {number} index @returns {Record<string, string>} */
    address(index) {
        return index > 0 ? { trace: String(index) } : {};
    }
}
