// @ts-check
/** Small tools round the document: elements, numbers as text, files, preferences. */

const SVG_SPACE = "http://www.w3.org/2000/svg";

/**
 * What an element is made with: `class`, `text`, `data-…`, `aria-…`, other attributes, `on…` handlers and
 * `style` as an object of properties, which a strict content security policy allows where it forbids
 * the attribute.
 * @typedef {Record<string, any>} Parts
 */

/**
 * @param {Element} element
 * @param {Parts | null} parts
 * @param {any[]} children
 */
function furnish(element, parts, children) {
    for (const [name, value] of Object.entries(parts ?? {})) {
        if (value === null || value === undefined || value === false) continue;
        if (name === "text") element.textContent = value;
        else if (name === "style") {
            for (const [property, setting] of Object.entries(value)) {
                /** @type {HTMLElement} */ (element).style.setProperty(property, setting);
            }
        } else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
        else element.setAttribute(name, value === true ? "" : String(value));
    }
    append(element, children);
    return element;
}

/**
 * Appends elements and texts; lists are taken apart, and what is nothing is left out.
 * @param {Element | DocumentFragment} element
 * @param {any[]} children
 */
export function append(element, children) {
    for (const child of children) {
        if (child === null || child === undefined || child === false) continue;
        if (Array.isArray(child)) append(element, child);
        else element.append(child);
    }
}

/**
 * Makes an element of the page.
 * @param {string} name
 * @param {Parts | null} [parts]
 * @param {...any} children
 * @returns {HTMLElement}
 */
export function h(name, parts, ...children) {
    const element = document.createElement(name);
    furnish(element, parts ?? null, children);
    return element;
}

/**
 * Makes an element of a drawing.
 * @param {string} name
 * @param {Parts | null} [parts]
 * @param {...any} children
 * @returns {SVGElement}
 */
export function svg(name, parts, ...children) {
    const element = document.createElementNS(SVG_SPACE, name);
    furnish(element, parts ?? null, children);
    return /** @type {SVGElement} */ (element);
}

const ICONS = {
    search: "M7 12A5 5 0 1 1 7 2a5 5 0 0 1 0 10Zm3.6-1.4L14 14",
    left: "M10 3 5 8l5 5",
    right: "m6 3 5 5-5 5",
    close: "m4 4 8 8m0-8-8 8",
    copy: "M6 6h7v7H6zM10 6V3H3v7h3",
    save: "M8 2v8m0 0 3-3m-3 3L5 7M3 13h10",
    theme: "M8 2a6 6 0 1 0 0 12V2Z",
    help: "M5.8 6a2.2 2.2 0 1 1 3.2 2c-.7.4-1 .8-1 1.6M8 12v.4",
    down: "m4 6 4 4 4-4",
    more: "M3.5 8h.01M8 8h.01M12.5 8h.01",
    side: "M2.5 3h11v10h-11zM6 3v10",
    pin: "M8 9v5M5 2h6l-.8 4.2L12 9H4l1.8-2.8z",
};

/**
 * A small drawing that says the same as the label beside it, and is silent to readers of screens.
 * @param {keyof typeof ICONS} name
 */
export function icon(name) {
    return svg("svg", { class: "icon", viewBox: "0 0 16 16", "aria-hidden": "true" },
        svg("path", { d: ICONS[name] }));
}

/**
 * A button with a label, shown or only spoken.
 * @param {string} label
 * @param {(event: Event) => void} action
 * @param {{icon?: keyof typeof ICONS, silent?: boolean, class?: string, pressed?: boolean, keys?: string}} [look]
 */
export function button(label, action, look = {}) {
    return h("button", {
        type: "button", class: look.class ?? "button", onclick: action,
        title: look.keys ? `${label} (${look.keys})` : label,
        "aria-label": look.silent ? label : null,
        "aria-pressed": look.pressed === undefined ? null : String(look.pressed),
    }, look.icon ? icon(look.icon) : null, look.silent ? null : label);
}

/** The head of a table, in which a column without a heading has an empty cell. @param {string[]} texts */
export function headings(texts) {
    return h("thead", null, h("tr", null, texts.map((text) => text ? h("th", { scope: "col", text }) : h("td"))));
}

/**
 * Puts other children into an element.
 * @param {Element} element
 * @param {...any} children
 */
export function refill(element, ...children) {
    element.replaceChildren();
    append(element, children);
}

/**
 * A number for people: three digits that count, none that mislead.
 * @param {number} value
 */
export function figure(value) {
    if (Number.isNaN(value)) return "–";
    if (!Number.isFinite(value)) return value < 0 ? "−∞" : "∞";
    const size = Math.abs(value);
    let text;
    if (Number.isInteger(value) && size < 1e6) text = String(size);
    else if (size >= 1e6 || size < 1e-4) text = size.toExponential(2).replace("e-", "e−").replace("e+", "e");
    else text = size >= 100 ? size.toFixed(1) : size >= 1 ? size.toFixed(2) : size >= 0.01 ? size.toFixed(3) : String(Number(size.toPrecision(2)));
    return (value < 0 ? "−" : "") + text;
}

/**
 * A whole number with thin spaces between thousands.
 * @param {number} value
 */
export function count(value) {
    return String(value).replace(/\B(?=(\d{3})+$)/g, "\u2009");
}

/**
 * A probability as a percentage that never shows 0 for what is possible, nor 100 for what is not certain.
 * @param {number} value
 */
export function percent(value) {
    if (Number.isNaN(value)) return "–";
    const share = value * 100;
    if (share >= 99.95 && value < 1) return ">99.9%";
    if (share >= 10 || share === 0) return share.toFixed(1) + "%";
    if (share >= 0.1) return share.toFixed(2) + "%";
    return share >= 0.001 ? share.toFixed(3) + "%" : "<0.001%";
}

/**
 * Texts of control characters and of those that turn or hide the text round them, so that nothing a model
 * writes changes what is shown of its neighbours.
 * @param {string} text
 * @param {boolean} [breaks] whether line feeds and tabs are spelled out too
 */
export function visible(text, breaks = false) {
    return text.replace(
        /[\u0000-\u001f\u007f-\u009f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g,
        (character) => {
            const code = character.charCodeAt(0);
            if (code === 10) return breaks ? "⏎" : "\n";
            if (code === 9) return breaks ? "⇥" : "\t";
            if (code < 32) return String.fromCharCode(0x2400 + code);
            if (code === 127) return "\u2421";
            return `‹${code.toString(16).toUpperCase().padStart(4, "0")}›`;
        });
}

/**
 * A token's text on one line with its white space shown.
 * @param {string} text
 * @param {number} [limit]
 */
export function spelled(text, limit = 60) {
    const shown = visible(text, true).replace(/ /g, "·");
    return shown.length > limit ? shown.slice(0, limit - 1) + "…" : shown || "∅";
}

/**
 * Hands the reader a file.
 * @param {string} name
 * @param {string} text
 * @param {string} type
 */
export function download(name, text, type) {
    const address = URL.createObjectURL(new Blob([text], { type }));
    const link = h("a", { href: address, download: name });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/**
 * Puts a text on the clipboard; pages that are opened from disk may lack the modern way.
 * @param {string} text
 * @returns {Promise<boolean>}
 */
export async function copyText(text) {
    try {
        await navigator.clipboard.writeText(text);
        return true;
    } catch {
        const area = /** @type {HTMLTextAreaElement} */ (h("textarea", { class: "away", "aria-hidden": "true" }));
        area.value = text;
        document.body.append(area);
        area.select();
        const done = document.execCommand("copy");
        area.remove();
        return done;
    }
}

/** What a reader prefers, kept by the browser where it keeps anything. */
export const preferences = {
    /** @param {string} name @param {any} fallback */
    read(name, fallback) {
        try {
            const text = localStorage.getItem("tokenscope." + name);
            return text === null ? fallback : JSON.parse(text);
        } catch {
            return fallback;
        }
    },
    /** @param {string} name @param {any} value */
    write(name, value) {
        try {
            localStorage.setItem("tokenscope." + name, JSON.stringify(value));
        } catch {
            // Private windows keep nothing: the choice lasts as long as the page.
        }
    },
};
