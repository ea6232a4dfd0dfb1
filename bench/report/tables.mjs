// The tables of docs/performance-record.md. Every ratio is ours to one of the references, and has a column that says to which.
import { OURS, REFERENCES } from '../subjects.mjs';
import { figure, grade, times, within } from './text.mjs';

export function tablesOf({ tables, verdicts, noise, subjects, rounds, version, cores }) {
  const parts = [
    `${rounds === 1 ? 'One round' : `Medians of ${rounds} rounds`}; ${cores} cores, Chromium ${version}. The page without an SDK is taken off.`,
    marks(verdicts),
  ];
  for (const { title, rows } of tables) parts.push(`### ${title}`, tableOf(rows, subjects));
  if (noise.length > 0) {
    parts.push(
      `Not to be relied on, since two measurements without an SDK differ by more than a quarter of what ours shows: ${noise.join('; ')}.`,
    );
  }
  return parts.join('\n\n');
}

/** What we want to reach, and whether we do. */
function marks(verdicts) {
  return markdown(
    ['Throughline', 'beside `@sentry/browser`', 'must', 'aim', 'measured', ''],
    verdicts.map((verdict) => [
      `${verdict.table}: ${verdict.row}`,
      verdict.beside ? REFERENCES[verdict.beside] : '',
      `≤ ${within(verdict.must, verdict.unit)}`,
      verdict.aim === undefined ? '' : `≤ ${within(verdict.aim, verdict.unit)}`,
      within(verdict.measured, verdict.unit),
      grade(verdict),
    ]),
  );
}

/** Ours comes first, then its ratios, then whom it is compared with. */
function tableOf(rows, subjects) {
  const others = Object.keys(subjects).filter((name) => !['none', OURS].includes(name));
  const columns = rows.some((row) => Object.keys(row.cells).some((name) => name !== OURS)) ? others : [];
  const titles = columns.map((name) => (name === 'again' ? 'noise' : subjects[name].title));
  return markdown(
    ['', subjects[OURS].title, ...Object.values(REFERENCES).map((title) => `÷ ${title}`), ...titles],
    rows.map(({ title, unit, cells }) => [
      unit ? `${title}, ${unit}` : title,
      shown(cells[OURS]),
      ...Object.keys(REFERENCES).map((name) => times(cells[OURS]?.ratios[name])),
      ...columns.map((name) => shown(cells[name])),
    ]),
  );
}

function shown(cell) {
  if (!cell) return '–';
  const { value, spread } = cell;
  return spread ? `${figure(value)} ± ${figure(spread / 2)}` : figure(value);
}

/** @param {string[]} head @param {string[][]} lines */
export function markdown(head, lines) {
  const rule = head.map((_, at) => (at ? '--:' : '---'));
  return [head, rule, ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
