// @ts-check
/** The text of a trace, token by token, in colours. */

import { append, h, visible } from "./dom.js";

/** @typedef {import("./trace.js").Trace} Trace */

/** Lines that are laid out together, or not at all while they are out of sight. */
const CHUNK = 40;

/** Draws tokens, and says which one a pointer or key meant. */
export class TokenStream {
    /**
     * @param {{select: (token: number | null, extend?: boolean) => void, hover: (token: number | null, at?: Element) => void,
     *   running?: () => boolean, scrolled?: () => void}} actions
     */
    constructor(actions) {
        this.actions = actions;
        this.element = h("div", {
            class: "stream", tabindex: "0", role: "listbox", "aria-label": "Tokens of the text",
            "aria-describedby": "stream-help", id: "stream",
        });
        /** @type {Trace | null} */
        this.trace = null;
        /** @type {HTMLElement[][]} the elements of each token; several where it spans lines */
        this.elements = [];
        this.selected = -1;
        /** @type {[number, number] | null} */
        this.range = null;
        /** @type {number[]} */
        this.marked = [];
        this.lines = 0;
        this.follows = false;
        this.placed = 0;
        this.element.addEventListener("scroll", () => {
            // A reader who scrolls up stays there, until the end is in sight again.
            const top = this.element.scrollTop;
            if (top < this.placed - 4) this.follows = false;
            else if (actions.running?.() && this.atEnd) this.follows = true;
            this.placed = top;
            actions.scrolled?.();
        }, { passive: true });
        this.element.addEventListener("click", (event) => {
            const token = this.tokenOf(event.target);
            if (token >= 0 || !String(document.getSelection() ?? "")) {
                actions.select(token < 0 ? null : token, event.shiftKey);
            }
        });
        this.element.addEventListener("pointerover", (event) => {
            const token = event.pointerType === "touch" ? -1 : this.tokenOf(event.target);
            actions.hover(token < 0 ? null : token, /** @type {Element} */ (event.target));
        });
        this.element.addEventListener("pointerleave", () => actions.hover(null));
    }

    /** @param {EventTarget | null} target */
    tokenOf(target) {
        const place = target instanceof Element ? target.closest("[data-i]")?.getAttribute("data-i") : null;
        return place ? Number(place) : -1;
    }

    /** Lays out a trace. @param {Trace} trace */
    show(trace) {
        this.trace = trace;
        this.selected = -1;
        this.range = null;
        this.marked = [];
        this.pointed = [];
        this.elements = [];
        this.follows = false;
        this.lines = 0;
        // Before the text changes, since a place can be set only in a text that is laid out.
        this.element.scrollTop = 0;
        const chunks = document.createDocumentFragment();
        this.write(chunks, 0);
        this.element.replaceChildren(chunks);
        this.element.setAttribute("aria-activedescendant", "");
    }

    /** Lays out tokens from one on again, and those that came behind them. @param {number} from */
    grow(from) {
        const { trace } = this;
        if (!trace) return;
        const first = this.elements[from]?.[0];
        const lines = first ? trace.lines[from] : this.lines;
        for (const elements of this.elements.splice(from)) for (const element of elements) element.remove();
        // What is left of lines below goes with its tokens.
        while (this.lines > lines) {
            const chunk = this.element.lastElementChild;
            chunk?.lastElementChild?.remove();
            if (!chunk?.firstElementChild) chunk?.remove();
            this.lines -= 1;
        }
        this.write(this.element, from);
        if (this.range) this.flag("r", [], span(this.range).filter((token) => token >= from));
        // Places are read once a frame, when the text is laid out anyhow.
        if (this.follows) this.frame ??= requestAnimationFrame(() => this.keepUp());
    }

    /** Goes on with the end, unless the reader has scrolled up just now. */
    keepUp() {
        this.frame = undefined;
        if (this.element.scrollTop < this.placed - 4) this.follows = false;
        if (this.follows) this.toEnd();
    }

    /**
     * Writes tokens from one on at the end of what is written.
     * @param {ParentNode & Node} parent @param {number} from
     */
    write(parent, from) {
        const trace = /** @type {Trace} */ (this.trace);
        let chunk = /** @type {HTMLElement | null} */ (parent.lastElementChild);
        let line = /** @type {HTMLElement | null} */ (chunk?.lastElementChild ?? null);
        const close = () => {
            if (line && !line.firstChild) line.append("\u200b");
            chunk?.style.setProperty("contain-intrinsic-size", `auto ${chunk.childElementCount * 1.55}em`);
        };
        const open = () => {
            close();
            if (!chunk || chunk.childElementCount === CHUNK) {
                chunk = h("div", { class: "chunk", role: "presentation" });
                parent.append(chunk);
            }
            this.lines += 1;
            line = h("div", { class: "ln", role: "presentation", "data-n": String(this.lines) });
            chunk.append(line);
        };
        if (!line) open();
        if (line?.textContent === "\u200b") line.textContent = "";
        for (let i = from; i < trace.count; i++) {
            const piece = trace.pieces[i];
            const special = trace.roles[i] !== "text";
            this.elements.push([]);
            if (special) {
                line?.append(this.piece(i, visible(piece, true) || "∅", true));
                continue;
            }
            if (piece === "") {
                // A part of a character: the token that completes it shows it, this one has a place of its own.
                line?.append(this.piece(i, "", false, "part"));
                continue;
            }
            let start = 0;
            for (;;) {
                const end = piece.indexOf("\n", start);
                const text = piece.slice(start, end < 0 ? undefined : end);
                if (text) line?.append(this.piece(i, visible(text), false));
                if (end < 0) break;
                line?.append(this.piece(i, "", false, "nl"));
                open();
                start = end + 1;
                if (start >= piece.length) break;
            }
        }
        close();
        this.element.style.setProperty("--digits", String(Math.max(2, String(this.lines).length)));
    }

    /** Whether the end of the text is in sight. */
    get atEnd() {
        const last = this.element.lastElementChild?.lastElementChild;
        return !last || last.getBoundingClientRect().bottom <= this.element.getBoundingClientRect().bottom + 4;
    }

    /** Brings the end into sight, where a reader who follows the writing wants it. */
    toEnd() {
        const last = this.element.lastElementChild?.lastElementChild;
        const below = last ? last.getBoundingClientRect().bottom + 60 - this.element.getBoundingClientRect().bottom : 0;
        if (below > 0) this.element.scrollTop = Math.round(this.element.scrollTop + below);
        this.placed = this.element.scrollTop;
    }

    /** Whether the view keeps with the end of a text that grows. @param {boolean} follows */
    follow(follows) {
        this.follows = follows;
        this.placed = 0;
        if (follows) this.frame ??= requestAnimationFrame(() => this.keepUp());
    }

    /** @param {number} token @param {string} text @param {boolean} special @param {string} [more] */
    piece(token, text, special, more) {
        const element = document.createElement("span");
        const origin = this.trace?.origins[token];
        element.className = "t" + (more ? " " + more : "") + (special ? " x" : "")
            + (origin === "prompt" ? " p" : origin === "forced" ? " f" : "");
        if (token > 0 && token === this.trace?.promptCount && this.elements[token].length === 0) element.className += " first";
        element.setAttribute("role", "option");
        element.dataset.i = String(token);
        element.textContent = text;
        if (!text.trim()) {
            // A name for what has no letters.
            element.setAttribute("aria-label", more === "nl" ? "line feed" : more === "part" ? "part of a character" : "space");
        }
        this.elements[token].push(element);
        return element;
    }

    /**
     * Colours the tokens.
     * @param {Float32Array} grades from −6 to 6, NaN for none
     * @param {"metric" | "weights"} mode
     * @param {number} [from] the first token whose colour may have changed
     */
    paint(grades, mode, from = 0) {
        this.element.dataset.mode = mode;
        for (let i = from; i < this.elements.length; i++) {
            const grade = grades[i];
            const text = Number.isNaN(grade) ? "" : String(grade);
            for (const element of this.elements[i]) {
                if ((element.dataset.g ?? "") === text) continue;
                if (text === "") delete element.dataset.g;
                else element.dataset.g = text;
            }
        }
    }

    /** @param {number} token @param {string} label @param {boolean} [scrolls] */
    select(token, label, scrolls = true) {
        for (const element of this.elements[this.selected] ?? []) {
            element.classList.remove("s");
            element.removeAttribute("id");
            element.removeAttribute("aria-selected");
            element.removeAttribute("aria-label");
        }
        this.selected = token;
        const elements = this.elements[token] ?? [];
        elements.forEach((element, place) => {
            element.classList.add("s");
            if (place > 0) return;
            element.id = "token-selected";
            element.setAttribute("aria-selected", "true");
            element.setAttribute("aria-label", label);
        });
        this.element.setAttribute("aria-activedescendant", elements.length ? "token-selected" : "");
        if (scrolls) this.reveal(token);
    }

    /** Brings a token into sight. @param {number} token */
    reveal(token) {
        const element = this.elements[token]?.[0];
        if (!element) return;
        const box = element.getBoundingClientRect();
        const view = this.element.getBoundingClientRect();
        if (box.top < view.top + 24 || box.bottom > view.bottom - 24) {
            element.scrollIntoView({ block: "center", inline: "nearest" });
            // What comes into sight only now may have another height than was thought.
            requestAnimationFrame(() => element.scrollIntoView({ block: "nearest", inline: "nearest" }));
        }
    }

    /** Marks the tokens of a range, or none. @param {[number, number] | null} range */
    setRange(range) {
        this.flag("r", this.range ? span(this.range) : [], range ? span(range) : []);
        this.range = range;
    }

    /** Marks what a search has found. @param {number[]} tokens */
    setMarked(tokens) {
        this.flag("m", this.marked, tokens);
        this.marked = tokens;
    }

    /** Marks the token under a pointer elsewhere, such as on a chart. @param {number | null} token */
    setPointed(token) {
        this.flag("h", this.pointed ?? [], token === null ? [] : [token]);
        this.pointed = token === null ? [] : [token];
    }

    /** @param {string} name @param {number[]} before @param {number[]} after */
    flag(name, before, after) {
        for (const token of before) for (const element of this.elements[token] ?? []) element.classList.remove(name);
        for (const token of after) for (const element of this.elements[token] ?? []) element.classList.add(name);
    }

    /** The token above or below one, nearest to it. @param {number} token @param {number} step */
    vertical(token, step) {
        const trace = this.trace;
        const element = this.elements[token]?.[0];
        if (!trace || !element) return token;
        const box = element.getBoundingClientRect();
        const middle = (box.left + box.right) / 2;
        let best = token, bestGap = Infinity, row = NaN;
        for (let i = token + step; i >= 0 && i < trace.count; i += step) {
            const other = this.elements[i][0]?.getBoundingClientRect();
            if (!other || other.height === 0) continue;
            const centre = (other.top + other.bottom) / 2;
            if (step > 0 ? centre <= box.bottom : centre >= box.top) continue;
            if (Number.isNaN(row)) row = centre;
            else if (Math.abs(centre - row) > box.height / 2) break;
            const gap = Math.abs((other.left + other.right) / 2 - middle);
            if (gap < bestGap) [best, bestGap] = [i, gap];
        }
        return best;
    }
}

/** The tokens of a range. @param {[number, number]} range */
function span([from, to]) {
    return Array.from({ length: to - from }, (_, k) => from + k);
}
