// What the rounds say: medians, how far they lie apart, ratios to the references, and which marks are met.
import { FLAT, MARKS } from './marks.mjs';
import { STATES } from './parts/states.mjs';
import { median, spread } from './statistics.mjs';
import { OURS, REFERENCES } from './subjects.mjs';

/**
 * @typedef {object} Cell
 * @property {number} value the median
 * @property {number} spread how far the middle half of the rounds reaches
 * @property {Record<string, number | undefined>} ratios by reference; undefined where that has nothing, or noise
 *
 * @typedef {object} Verdict
 * @property {string} table the name of the mark's table
 * @property {string} row
 * @property {string} [beside] a reference, if it is a ratio
 * @property {string} unit
 * @property {number} must
 * @property {number} [aim]
 * @property {number} [measured]
 */

/** Tables of rows of cells, by subject, in the order of the parts; a part has one for each state of the page. */
export function summary({ figures, parts, marks = MARKS, subjects, rounds, version }) {
  const tables = Object.entries(parts).flatMap(([id, part]) => {
    const rows = Object.entries(part.rows).map(([name, row]) => ({
      ...row,
      name,
      cells: cells(figures[id][name] ?? {}, row),
    }));
    return [...new Set(rows.map(({ state }) => state))].map((state) => ({
      id,
      title: state ? `${part.title}, ${part.states?.[state] ?? STATES[state]}` : part.title,
      name: state ? `${part.title}, ${state}` : part.title,
      rows: rows.filter((row) => row.state === state),
    }));
  });
  const verdicts = [
    ...marks.filter(({ part }) => parts[part]).map((mark) => verdict(tables, mark)),
    ...Object.entries(parts).flatMap(([id, part]) =>
      (part.flat ?? []).map(({ title, rows }) => ({
        ...{ table: part.title, row: title, unit: '×', must: FLAT },
        measured: factor(
          tables.find((table) => table.id === id),
          rows,
        ),
      })),
    ),
  ];
  return { tables, verdicts, noise: noise(tables), subjects, rounds, version };
}

function cells(bySubject, { less, isCheck }) {
  // What the page costs without an SDK, measured in the same round, is nobody's.
  const own = (values) => (less ? values.map((value, round) => value - bySubject.none[round]) : values);
  const middle = Object.fromEntries(
    Object.entries(bySubject).map(([name, values]) => [name, median(own(values))]),
  );
  const ratio = (value, reference) => (reference > 0 && !isCheck ? value / reference : undefined);
  return Object.fromEntries(
    Object.entries(bySubject).map(([name, values]) => [
      name,
      {
        value: middle[name],
        spread: spread(own(values)),
        ratios: Object.fromEntries(
          Object.keys(REFERENCES).map((reference) => [reference, ratio(middle[name], middle[reference])]),
        ),
      },
    ]),
  );
}

function verdict(tables, { part, row: name, beside, must, aim }) {
  const isOfMark = (row) => row.name === name;
  const table = tables.find(({ id, rows }) => id === part && rows.some(isOfMark));
  const { title, unit, cells } = table.rows.find(isOfMark);
  const ours = cells[OURS];
  const measured = beside ? ours?.ratios[beside] : ours?.value;
  return { table: table.name, row: title, beside, unit: beside ? '×' : unit, must, aim, measured };
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
  return tables.flatMap(({ name: table, rows }) =>
    rows.filter(isNoisy).map(({ title }) => `${table}: ${title}`),
  );
}
