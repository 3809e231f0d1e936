// @ts-check
/** Data from a server: one session at a time, whose traces grow while a model writes. */

import { sessionPath } from "./live-server.js";
import { Trace } from "./trace.js";

/**
 * @typedef {import("./source.js").DataSource} DataSource
 * @typedef {import("./source.js").Change} Change
 * @typedef {import("./source.js").TraceInfo & {key: string, parent?: string | null, fork?: number | null, edit?: string,
 *   prompt_text?: string, settings?: any}} Branch
 * @typedef {{trace: Trace | null, coming: Promise<Trace> | null, parts: any[]}} Holder
 */

/** The tokens before one, as the beginning of a branch. @param {Trace} trace @param {number} to @param {string} name @param {() => Promise<any[]>} loadRows */
export function beginningOf(trace, to, name, loadRows) {
    const columns = [
        ...trace.metrics.filter((column) => column.name !== "none").map((column) => ({ ...column, values: Array.from(column.values.subarray(0, to), (value) => Number.isNaN(value) ? null : value) })),
        ...trace.texts.map((column) => ({ ...column, values: column.values.slice(0, to) })),
        ...Array.from(trace.listed.byName.values(), (rows) => rows.slice(0, to)),
    ];
    const runs = (/** @type {string[]} */ values) => values.slice(0, to).map((value) => [value, 1]);
    let binary = "";
    for (const byte of trace.bytes.subarray(0, trace.offsets[to])) binary += String.fromCharCode(byte);
    return new Trace({
        header: trace.header, ids: trace.ids.slice(0, to), bytes: btoa(binary), columns,
        lengths: Array.from({ length: to }, (_, i) => trace.offsets[i + 1] - trace.offsets[i]),
        origins: runs(trace.origins), roles: runs(trace.roles),
    }, name, trace.vocabulary, loadRows);
}

/** @implements {DataSource} */
export class HTTPSource {
    /** @param {import("./live-server.js").Server} server */
    constructor(server) {
        this.server = server;
        /** @type {string | null} the session that is open */
        this.session = null;
        /** @type {any} */
        this.info = { title: "TokenScope Explorer", language: null, traces: [] };
        /** @type {Map<string, Holder>} by the branches' keys */
        this.holders = new Map();
        /** @type {Map<number, string>} */
        this.texts = new Map();
        /** @type {Map<string, {edition: number, data: Promise<any>}>} */
        this.folded = new Map();
        this.language = "";
        /** @type {(change: Change) => void} */
        this.tell = () => {};
        /** How many tokens a run writes where nothing is said of it. */
        this.most = 0;
        /** @type {string | null} a branch that is to be shown as soon as it is there */
        this.wanted = null;
        /** @type {Branch[] | null} */
        this.late = null;
        /** @type {[string, any][] | null} what is told of sessions that are not open, while one is asked for */
        this.early = null;
    }

    /** @returns {Branch[]} */
    get branches() {
        return this.info.traces;
    }

    async manifest() {
        return this.info;
    }

    /** @param {(change: Change) => void} listener */
    subscribe(listener) {
        this.tell = listener;
    }

    /** @param {URLSearchParams} address */
    find(address) {
        return this.place(address.get("branch") ?? "");
    }

    /** @param {number} index @returns {Record<string, string>} */
    address(index) {
        const key = this.branches[index]?.key;
        return this.session ? { session: this.session, ...(key ? { branch: key } : {}) } : {};
    }

    /** @param {string} key */
    place(key) {
        return this.branches.findIndex((one) => one.key === key);
    }

    /** Reads a session; what is told of it in the meantime is kept for its traces. @param {string | null} session */
    async read(session) {
        if (session !== this.session) {
            this.holders.clear();
            this.folded.clear();
        }
        this.session = session;
        /** @type {Branch[]} what is told of branches while the session is read */
        const late = this.late = [];
        const info = session === null ? { title: "TokenScope Explorer", language: null, traces: [] } : await this.server.get(sessionPath(session));
        if (session !== this.session) return;
        for (const branch of info.traces) expect(branch, this.most);
        this.info = info;
        if (this.late === late) this.late = null;
        for (const branch of late) this.takeBranch(branch);
    }

    /** Opens a session, or none. @param {string | null} session @param {string} [key] the branch to be shown */
    async open(session, key) {
        await this.read(session);
        if (session !== this.session) return;
        const place = key ? this.place(key) : this.branches.findIndex((one) => one.running);
        if (key && place < 0) this.wanted = key;
        this.tell({ manifest: this.info, open: Math.max(0, place) });
    }

    /**
     * Asks for a session that begins, and shows it from its first token on.
     * @param {() => Promise<{session: string, branch: string}>} ask @param {string} title
     */
    async begin(ask, title) {
        this.early = [];
        try {
            const { session, branch } = await ask();
            const early = this.early ?? [];
            this.early = null;
            this.holders.clear();
            this.folded.clear();
            this.session = session;
            this.info = { title, language: null, traces: [] };
            this.wanted = branch;
            for (const [kind, data] of early) this.take(kind, data);
        } finally {
            this.early = null;
        }
    }

    /** Shows a branch, now or when it is told of. @param {string} session @param {string} key */
    async want(session, key) {
        if (session !== this.session) return this.open(session, key);
        const place = this.place(key);
        if (place < 0) this.wanted = key;
        else this.tell({ manifest: this.info, open: place, view: "text" });
    }

    /** @param {string} key @returns {Holder} */
    holder(key) {
        let holder = this.holders.get(key);
        if (!holder) this.holders.set(key, holder = { trace: null, coming: null, parts: [] });
        return holder;
    }

    /** @param {number} index @returns {Promise<Trace>} */
    trace(index) {
        const branch = this.branches[index];
        const holder = this.holder(branch.key);
        if (holder.trace) return Promise.resolve(holder.trace);
        return holder.coming ??= this.fetchTrace(branch, holder);
    }

    /** @param {Branch} branch @param {Holder} holder */
    async fetchTrace(branch, holder) {
        const session = /** @type {string} */ (this.session);
        try {
            const raw = await this.server.get(sessionPath(session, `/trace/${encodeURIComponent(branch.key)}`));
            if (holder.trace) return holder.trace;
            this.name(raw.vocabulary);
            const trace = new Trace(raw, branch.name, (id) => this.texts.get(id), () => this.rowsOf(session, branch.key));
            holder.trace = trace;
            for (const part of holder.parts.splice(0)) if (part.from <= trace.count) trace.put(part.part, part.from);
            return trace;
        } finally {
            holder.coming = null;
        }
    }

    /** @param {string} session @param {string} key */
    async rowsOf(session, key) {
        return await this.server.get(sessionPath(session, `/rows/${encodeURIComponent(key)}`)) ?? [];
    }

    /** @param {{ids: number[], texts: string[]} | undefined} vocabulary */
    name(vocabulary) {
        vocabulary?.ids.forEach((id, place) => this.texts.set(id, vocabulary.texts[place]));
    }

    /** @param {number} index @returns {Promise<any>} */
    async syntax(index) {
        const branch = this.branches[index];
        const trace = await this.trace(index);
        const name = `${branch.key} ${this.language}`;
        const known = this.folded.get(name);
        if (known?.edition === trace.edition) return known.data;
        const query = this.language ? `?language=${encodeURIComponent(this.language)}` : "";
        const data = this.server.get(sessionPath(/** @type {string} */ (this.session), `/syntax/${encodeURIComponent(branch.key)}${query}`));
        this.folded.set(name, { edition: trace.edition, data });
        data.catch(() => this.folded.delete(name));
        return data;
    }

    /** What the session is called. @param {string} title */
    rename(title) {
        if (title === this.info.title) return;
        this.info = { ...this.info, title };
        this.tell({ manifest: this.info });
    }

    /** Takes in what the server tells. @param {string} kind @param {any} data */
    take(kind, data) {
        if (data.session !== this.session || this.session === null) return void this.early?.push([kind, data]);
        if (kind === "branch") this.takeBranch(data.branch);
        else if (kind === "tokens") this.takeTokens(data);
        else if (kind === "attribution") this.takeAttribution(data);
    }

    /** @param {Branch} branch */
    takeBranch(branch) {
        this.late?.push(branch);
        const place = this.place(branch.key);
        const known = place < 0 ? null : this.branches[place];
        expect(branch, this.most);
        const traces = [...this.branches];
        if (known) traces[place] = { ...known, ...branch };
        else traces.push(branch);
        this.info = { ...this.info, traces };
        const trace = this.holders.get(branch.key)?.trace;
        if (trace) trace.name = traces[place < 0 ? traces.length - 1 : place].name;
        if (!known) this.beginBranch(branch);
        if (this.wanted === branch.key) {
            this.wanted = null;
            this.tell({ manifest: this.info, open: this.place(branch.key), view: "text" });
        } else this.tell({ manifest: this.info });
    }

    /** A branch begins with what it shares with its parent, if that is here. @param {Branch} branch */
    beginBranch(branch) {
        const holder = this.holder(branch.key);
        if (holder.trace || holder.coming || !branch.running) return;
        const session = /** @type {string} */ (this.session);
        const rows = () => this.rowsOf(session, branch.key);
        const parent = branch.parent ? this.holders.get(branch.parent)?.trace : null;
        if (branch.fork == null && !branch.tokens) {
            const nothing = { ids: [], bytes: "", lengths: [], origins: [], roles: [], columns: [] };
            holder.trace = new Trace(nothing, branch.name, (id) => this.texts.get(id), rows);
        } else if (parent && branch.fork != null && branch.fork <= parent.count) {
            holder.trace = beginningOf(parent, branch.fork, branch.name, rows);
        }
    }

    /** @param {{branch: string, from: number, part: any}} data */
    takeTokens(data) {
        const holder = this.holder(data.branch);
        const place = this.place(data.branch);
        this.name(data.part.vocabulary);
        if (holder.trace && data.from > holder.trace.count) holder.trace = null;
        if (!holder.trace) {
            // What is fetched may be older than this.
            if (holder.coming || place < 0) holder.parts.push(data);
            return;
        }
        const from = holder.trace.put(data.part, data.from);
        if (place < 0) return;
        this.branches[place].tokens = holder.trace.count;
        this.tell({ trace: place, from });
    }

    /** @param {{branch: string, attribution: any}} data */
    takeAttribution({ branch, attribution }) {
        const trace = this.holders.get(branch)?.trace;
        if (!trace) return;
        const name = (/** @type {any} */ one) => JSON.stringify([one.target, one.target_id, one.method, one.settings]);
        const same = (/** @type {any} */ one) => name(one) === name(attribution);
        trace.attributions = [...trace.attributions.filter((one) => !same(one)), attribution];
        this.tell({ trace: this.place(branch), attribution });
    }
}

/** How long a branch may come to be. @param {Branch} branch @param {number} most tokens that are written at most */
function expect(branch, most) {
    if (branch.running) branch.expected = Math.max(branch.tokens ?? 0, branch.fork ?? branch.prompt ?? 0) + Number(branch.settings?.max_tokens ?? most);
}
