// @ts-check
/** How values turn into grades of colour, from 0 (as expected) to 6 (stands out). */

/** @typedef {import("./trace.js").NumberColumn} NumberColumn */

/** @typedef {{label: string, about: string, cuts?: number[], low?: boolean, signed?: boolean}} MetricFacts */

const CHANCES = [0.5, 0.25, 0.1, 0.05, 0.01, 0.001];

/** @type {Record<string, MetricFacts>} */
const FACTS = {
    surprisal: {
        label: "Surprisal", about: "−ln p of the token that stands there",
        cuts: CHANCES.map((chance) => Math.round(-Math.log(chance) * 100) / 100),
    },
    confidence: { label: "Confidence", about: "the model's probability of the token", cuts: CHANCES, low: true },
    entropy: { label: "Entropy", about: "how widely the model wavered", cuts: [0.5, 1, 1.5, 2.5, 3.5, 5] },
    margin: {
        label: "Margin", about: "greatest probability less the second", low: true,
        cuts: [0.5, 0.25, 0.1, 0.05, 0.02, 0.01],
    },
    rank: { label: "Rank", about: "the token's place among all, from 1", cuts: [2, 3, 5, 10, 50, 500] },
    running_perplexity: {
        label: "Running perplexity", about: "exp of the mean surprisal so far", cuts: [2, 4, 8, 16, 32, 64],
    },
    varentropy: { label: "Varentropy", about: "the spread of surprisal at the step", cuts: [0.5, 1, 2, 3, 5, 8] },
    other_probability: {
        label: "Other probability", about: "of all that is not among the alternatives",
        cuts: [0.05, 0.1, 0.2, 0.4, 0.6, 0.8],
    },
    kl: { label: "Divergence", about: "KL(A‖B) of two models", cuts: [0.001, 0.01, 0.1, 0.5, 1, 3] },
    kl_to_previous: {
        label: "Change of mind", about: "KL from the step before", cuts: [1, 2, 4, 6, 8, 10],
    },
    sampling_probability: {
        label: "Sampling probability", about: "after temperature and filters", cuts: CHANCES, low: true,
    },
    none: { label: "No metric", about: "nothing was measured of this text", cuts: [1, 2, 3, 4, 5, 6] },
    token_seconds: { label: "Time", about: "seconds that the step took" },
    sink_mass: { label: "Sink mass", about: "attention to the first tokens" },
    received_attention: { label: "Received attention", about: "mass from later tokens" },
    lookback_ratio: { label: "Lookback ratio", about: "attention to the prompt of all" },
    surprisal_change: {
        label: "Change of surprisal", about: "this branch less the other", signed: true,
        cuts: [0.1, 0.25, 0.5, 1, 2, 4],
    },
};

/** @param {string} name @returns {MetricFacts} */
export function factsOf(name) {
    const facts = FACTS[name];
    if (facts) return facts;
    const nucleus = /^nucleus_size_(.+)$/.exec(name);
    if (nucleus) {
        return {
            label: `Nucleus ${nucleus[1]}`, about: `tokens that hold ${nucleus[1]} of the mass`,
            cuts: [2, 5, 10, 30, 100, 400],
        };
    }
    const words = name.replace(/_l(\d+)_h(\d+)$/, " · layer $1 head $2").replace(/_l(\d+)$/, " · layer $1")
        .replace(/_/g, " ");
    return { label: words.charAt(0).toUpperCase() + words.slice(1), about: "" };
}

/** @param {string} unit */
export function unitText(unit) {
    return unit === "none" || unit === "ratio" || unit === "rank" || unit === "" ? "" : unit;
}

/**
 * How a column's values turn into grades.
 * @typedef {object} Scale
 * @property {string} name
 * @property {string} unit
 * @property {"absolute" | "percentile"} kind
 * @property {number[]} cuts six values: reaching the k-th makes grade k
 * @property {boolean} low whether small values are what stands out
 * @property {boolean} signed whether grades are negative for negative values
 */

/** Where a share of sorted values ends. @param {Float64Array} sorted @param {number} share */
function quantile(sorted, share) {
    return sorted.length ? sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] : 0;
}

/** The values that are there, sorted. @param {Float64Array} values */
export function sortedValues(values) {
    return values.filter((value) => !Number.isNaN(value)).sort();
}

/** A number with two digits that count. @param {number} value */
function rounded(value) {
    return value === 0 || !Number.isFinite(value) ? value : Number(value.toPrecision(2));
}

/**
 * @param {NumberColumn} column
 * @param {"absolute" | "percentile"} kind
 * @returns {Scale}
 */
export function scaleOf(column, kind) {
    const facts = factsOf(column.name);
    const low = facts.low === true;
    const base = { name: column.name, unit: column.unit, kind, low, signed: facts.signed === true };
    const sorted = sortedValues(facts.signed ? column.values.map(Math.abs) : column.values);
    if (kind === "percentile") {
        const shares = [0.5, 0.7, 0.8, 0.9, 0.95, 0.99];
        return { ...base, cuts: shares.map((share) => quantile(sorted, low ? 1 - share : share)) };
    }
    if (facts.cuts) return { ...base, cuts: facts.cuts };
    const finite = sorted.filter(Number.isFinite);
    const [least, greatest] = [finite[0] ?? 0, finite[finite.length - 1] ?? 1];
    const step = (greatest - least) / 7;
    return { ...base, cuts: [1, 2, 3, 4, 5, 6].map((k) => rounded(least + k * step)) };
}

/** A scale of shares of the greatest weight, for attention and attribution. @param {string} name @param {number} greatest @param {boolean} signed @param {string} unit @returns {Scale} */
export function weightScale(name, greatest, signed, unit) {
    const shares = [0.02, 0.08, 0.18, 0.35, 0.6, 0.85];
    return {
        name, unit, kind: "absolute", low: false, signed,
        cuts: shares.map((share) => share * (greatest || 1)),
    };
}

/** The grade of a value, NaN where there is none. @param {Scale} scale @param {number} value */
export function gradeOf(scale, value) {
    if (Number.isNaN(value)) return NaN;
    const { cuts } = scale;
    const size = scale.signed ? Math.abs(value) : value;
    let grade = 0;
    // Percentiles are passed, not reached: equal values are expected, however many percentiles they fill.
    const strict = scale.kind === "percentile";
    while (grade < 6) {
        const gap = scale.low ? cuts[grade] - size : size - cuts[grade];
        if (strict ? gap <= 0 : gap < 0) break;
        grade += 1;
    }
    return scale.signed && value < 0 ? -grade : grade;
}

/** Grades of all values; NaN where there is no value. @param {Scale} scale @param {Float64Array} values */
export function gradesOf(scale, values) {
    return Float32Array.from(values, (value) => gradeOf(scale, value));
}

/** How much of a metric's values lies below one, from 0 to 1. @param {Float64Array} sorted @param {number} value */
export function percentileOf(sorted, value) {
    let low = 0, high = sorted.length;
    while (low < high) {
        const middle = (low + high) >> 1;
        if (sorted[middle] < value) low = middle + 1;
        else high = middle;
    }
    return sorted.length ? low / sorted.length : NaN;
}
