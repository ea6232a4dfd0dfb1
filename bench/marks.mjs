// What ours shall reach: *must*, and *aim*. A mark is beside a reference, at most so many times its figure in the same run,
// or stands by itself, in the unit of its row.
//
// The marks beside the reference as documented, which watches for errors as well, are for a page that has just begun and
// for one that has run for long: whoever is only measured hot has been measured at their best.

const DOCUMENTED = 'sentry';
const TRACING = 'sentry-tracing';

/**
 * @typedef {object} Mark
 * @property {string} part
 * @property {string} row
 * @property {keyof import('./subjects.mjs').REFERENCES} [beside]
 * @property {number} must
 * @property {number} [aim]
 */

const mark = (part, row, beside, must, aim) => ({ part, row, beside, must, aim });

const always = (part, row, must, aim) =>
  ['cold', 'hot'].map((state) => mark(part, `${row}.${state}`, DOCUMENTED, must, aim));

/** @type {Mark[]} */
export const MARKS = [
  mark('bytes', 'likeForLike', undefined, 42, 34),
  mark('bytes', 'likeForLike', DOCUMENTED, 0.85),
  mark('bytes', 'everything', undefined, 47, 40),
  mark('bytes', 'core', undefined, 13, 9),
  mark('bytes', 'few', undefined, 30, 24),

  mark('startup', 'thread', DOCUMENTED, 0.38, 0.3),
  mark('startup', 'blocking', undefined, 30, 10),
  ...['module', 'tag'].map((row) => mark('startup', row, TRACING, 0.8, 0.5)),
  ...['slowModule', 'slowTag'].map((row) => mark('startup', row, TRACING, 0.6, 0.4)),

  ...['child', 'changed', 'nested'].flatMap((row) => always('spans', row, 0.09, 0.06)),
  ...['root', 'newTrace'].flatMap((row) => always('spans', row, 0.17, 0.12)),
  ...['rootUnsampled', 'childUnsampled'].flatMap((row) => always('spans', row, 0.08, 0.05)),
  mark('spans', 'child.hot', TRACING, 0.3, 0.15),
  mark('spans', 'tree.hot', TRACING, 0.3, 0.2),

  ...['inRoot', 'inChild'].flatMap((row) => always('requests', row, 0.28, 0.2)),
  ...always('requests', 'aloneOtherOrigin', 0.05),
  mark('requests', 'inRoot.hot', TRACING, 0.28, 0.2),

  ...always('end', 'end', 0.15, 0.1),
  mark('end', 'end.hot', TRACING, 0.2, 0.12),

  mark('pageLoad', 'end', DOCUMENTED, 0.5, 0.25),
  mark('memory', 'inAll', DOCUMENTED, 0.75, 0.5),
];

/** How many times as much a span may cost at most because of what was before it, see the part *growth*. */
export const FLAT = 1.2;
