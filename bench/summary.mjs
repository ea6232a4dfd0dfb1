// What the rounds say: medians, how far they lie apart, and ratios to the reference.

import { median, spread } from './statistics.mjs';
import { OURS, REFERENCE } from './subjects.mjs';

/**
 * @typedef {object} Cell
 * @property {number} value the median
 * @property {number} spread how far the middle half of the rounds reaches
 * @property {number | undefined} ratio to the reference; undefined where that is nothing, or noise
 */

/** Rows of cells, by subject, in the order of the parts. */
export function summary({ figures, parts, subjects, rounds, version }) {
  const tables = Object.entries(parts).map(([id, part]) => ({
    id,
    title: part.title,
    rows: Object.entries(part.rows).map(([name, row]) => ({
      ...row,
      name,
      cells: cells(figures[id][name], row),
    })),
  }));
  const flat = Object.entries(parts).flatMap(([id, part]) =>
    (part.flat ?? []).map(([title, rows]) => ({
      title,
      factor: factor(
        tables.find((table) => table.id === id),
        rows,
      ),
    })),
  );
  return { tables, flat, noise: noise(tables), subjects, rounds, version };
}

function cells(bySubject, { less, unit }) {
  // What the page costs without an SDK, measured in the same round, is nobody's.
  const own = (values) => (less ? values.map((value, round) => value - bySubject.none[round]) : values);
  const reference = median(own(bySubject[REFERENCE]));
  return Object.fromEntries(
    Object.entries(bySubject).map(([name, values]) => {
      const value = median(own(values));
      const ratio = unit === '%' || reference <= 0 ? undefined : value / reference;
      return [name, { value, spread: spread(own(values)), ratio }];
    }),
  );
}

/** How much more than in the first of some rows ours costs in the worst of the others. */
function factor(table, names) {
  const [first, ...others] = names.map(
    (name) => table.rows.find((row) => row.name === name).cells[OURS].value,
  );
  return Math.max(...others) / first;
}

/** Rows in which a page without an SDK differs from itself by more than a quarter of what we cost. */
function noise(tables) {
  const isNoisy = ({ cells, less }) => less && Math.abs(cells.again.value) > Math.abs(cells[OURS].value) / 4;
  return tables.flatMap(({ rows }) => rows.filter(isNoisy).map(({ title }) => title));
}
