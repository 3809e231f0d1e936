// @ts-check
/** Requests to the Explorer's server, and what it tells as it happens. */

/** A fault in words for the reader, with the field of the request that it is about. */
export class RequestError extends Error {
    /** @param {string} message @param {string} [field] */
    constructor(message, field) {
        super(message);
        this.field = field;
    }
}

/** What the server tells of. */
const KINDS = ["tokens", "branch", "run", "attribution", "models", "sessions", "reset"];

export class Server {
    /** @param {(kind: string, data: any) => void} told @param {(on: boolean) => void} connected */
    constructor(told, connected) {
        this.told = told;
        this.connected = connected;
        this.last = 0;
        this.waits = 0;
    }

    /** @param {string} path @param {RequestInit} [options] */
    async request(path, options) {
        let response;
        try {
            response = await fetch(`api/${path}`, { cache: "no-store", ...options });
        } catch {
            throw new RequestError("The Explorer does not answer. Is it still running?");
        }
        const text = await response.text();
        let answer = null;
        try {
            answer = text ? JSON.parse(text) : null;
        } catch {
            throw new RequestError(`The answer cannot be read (status ${response.status}).`);
        }
        if (!response.ok) throw new RequestError(answer?.error?.message ?? `The request failed with status ${response.status}.`, answer?.error?.field);
        return answer;
    }

    /** @param {string} path */
    get(path) {
        return this.request(path);
    }

    /** @param {string} name @param {any} [body] */
    act(name, body = {}) {
        return this.request(name, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
    }

    /** @param {File} file */
    upload(file) {
        return this.request(`open?name=${encodeURIComponent(file.name)}`, { method: "POST", headers: { "Content-Type": "application/octet-stream" }, body: file });
    }

    /** Listens from an event on; after a break it goes on where it was. @param {number} after */
    listen(after) {
        this.last = after;
        this.stream?.close();
        clearTimeout(this.retry);
        const stream = this.stream = new EventSource(`api/events?after=${after}`);
        stream.onopen = () => {
            this.waits = 0;
            this.connected(true);
        };
        stream.onerror = () => {
            stream.close();
            this.connected(false);
            this.retry = setTimeout(() => this.listen(this.last), Math.min(5000, 300 * 2 ** this.waits++));
        };
        for (const kind of KINDS) {
            stream.addEventListener(kind, (event) => {
                if (event.lastEventId) this.last = Number(event.lastEventId);
                this.told(kind, JSON.parse(event.data));
            });
        }
    }
}

/** An address of the server, such as a download's. @param {string} session @param {string} rest */
export function sessionPath(session, rest = "") {
    return `session/${encodeURIComponent(session)}${rest}`;
}
