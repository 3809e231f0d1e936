// @ts-check
/** What two sequences of ids have in common. */

/** One run of a comparison: tokens of both, `equal` or not. @typedef {{equal: boolean, a: [number, number], b: [number, number]}} Run */

/** Steps after which a comparison says "all else differs" (Myers' D). */
const MOST_STEPS = 1200;

/**
 * Compares two sequences by the greedy algorithm of Myers (1986), which finds a shortest script of changes.
 * @param {number[]} a
 * @param {number[]} b
 * @returns {Run[]}
 */
export function compareIDs(a, b) {
    let start = 0;
    while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
    let endA = a.length, endB = b.length;
    while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) {
        endA -= 1;
        endB -= 1;
    }
    /** @type {Run[]} */
    const runs = [];
    const add = (/** @type {boolean} */ equal, /** @type {number} */ a0, /** @type {number} */ a1, /** @type {number} */ b0, /** @type {number} */ b1) => {
        if (a0 === a1 && b0 === b1) return;
        const last = runs[runs.length - 1];
        if (last && last.equal === equal) {
            last.a[1] = a1;
            last.b[1] = b1;
        } else runs.push({ equal, a: [a0, a1], b: [b0, b1] });
    };
    add(true, 0, start, 0, start);
    for (const [x, y, nextX, nextY] of middle(a, b, start, endA, endB)) add(nextX - x === nextY - y && nextX > x, x, nextX, y, nextY);
    add(true, endA, a.length, endB, b.length);
    return runs;
}

/**
 * The steps through what lies between a common beginning and a common end.
 * @param {number[]} a @param {number[]} b @param {number} start @param {number} endA @param {number} endB
 * @returns {[number, number, number, number][]}
 */
function middle(a, b, start, endA, endB) {
    const n = endA - start, m = endB - start;
    if (n === 0 || m === 0) return [[start, start, endA, endB]].filter(([x, y, p, q]) => p > x || q > y).flatMap(([x, y, p, q]) => changes(x, y, p, q));
    const limit = Math.min(n + m, MOST_STEPS);
    /** @type {Int32Array[]} */
    const history = [];
    let reach = new Int32Array(2 * limit + 3);
    const centre = limit + 1;
    for (let d = 0; d <= limit; d++) {
        history.push(reach.slice(centre - d - 1, centre + d + 2));
        for (let k = -d; k <= d; k += 2) {
            let x = k === -d || (k !== d && reach[centre + k - 1] < reach[centre + k + 1])
                ? reach[centre + k + 1] : reach[centre + k - 1] + 1;
            while (x < n && x - k < m && a[start + x] === b[start + x - k]) x += 1;
            reach[centre + k] = x;
            if (x >= n && x - k >= m) return path(history, d, n, m, start);
        }
    }
    return changes(start, start, endA, endB);
}

/** A change as a removal and an addition. @param {number} x @param {number} y @param {number} p @param {number} q @returns {[number, number, number, number][]} */
function changes(x, y, p, q) {
    /** @type {[number, number, number, number][]} */
    const steps = [];
    if (p > x) steps.push([x, y, p, y]);
    if (q > y) steps.push([p, y, p, q]);
    return steps;
}

/** Walks the history back. @param {Int32Array[]} history @param {number} depth @param {number} n @param {number} m @param {number} start @returns {[number, number, number, number][]} */
function path(history, depth, n, m, start) {
    /** @type {[number, number, number, number][]} */
    const steps = [];
    let x = n, y = m;
    for (let d = depth; d > 0; d--) {
        const reach = history[d];
        const at = (/** @type {number} */ k) => reach[k + d + 1];
        const k = x - y;
        const down = k === -d || (k !== d && at(k - 1) < at(k + 1));
        const before = down ? k + 1 : k - 1;
        const oldX = at(before), oldY = oldX - before;
        const midX = down ? oldX : oldX + 1, midY = down ? oldY + 1 : oldY;
        if (x > midX) steps.push([midX, midY, x, y]);
        steps.push([oldX, oldY, midX, midY]);
        x = oldX;
        y = oldY;
    }
    if (x > 0) steps.push([0, 0, x, y]);
    return steps.reverse().map(([p, q, r, s]) => [p + start, q + start, r + start, s + start]);
}
