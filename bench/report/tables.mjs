// The tables of docs/performance.md.
import { OURS, REFERENCE } from '../subjects.mjs';
import { figure, times } from './text.mjs';

/** How much the cost of a span may grow with what was before, at most. */
const FLAT = 1.2;

export function tablesOf({ tables, flat, noise, subjects, rounds, version, cores }) {
  const names = Object.keys(subjects).filter((name) => name !== 'none');
  const parts = [
    `${rounds === 1 ? 'One round' : `Medians of ${rounds} rounds`}; ${cores} cores, Chromium ${version}. The page without an SDK is taken off.`,
    marks(tables, flat),
  ];
  for (const { title, rows } of tables) {
    parts.push(`### ${title}`, tableOf(rows, names, subjects));
  }
  if (noise.length > 0) {
    parts.push(
      `Not to be relied on, since two measurements without an SDK differ by more than a quarter of what ours shows: ${noise.join('; ')}.`,
    );
  }
  return parts.join('\n\n');
}

/** What we want to reach, and whether we do. */
function marks(tables, flat) {
  const lines = [];
  for (const { title: part, rows } of tables) {
    for (const { title: row, cells, mark, limit, unit } of rows) {
      const title = `${part}: ${row}`;
      const { value, ratio } = cells[OURS];
      if (mark) lines.push([title, `≤ ${times(mark)}`, times(ratio), (ratio ?? 0) <= mark]);
      if (limit) lines.push([title, `≤ ${limit} ${unit}`, `${figure(value)} ${unit}`, value <= limit]);
    }
  }
  for (const { title, factor } of flat) {
    lines.push([`Growth: ${title}`, `≤ ${times(FLAT)}`, times(factor), factor <= FLAT]);
  }
  return markdown(
    ['Ours, beside `@sentry/browser`', 'mark', 'measured', ''],
    lines.map(([title, mark, measured, isMet]) => [title, mark, measured, isMet ? 'met' : '**missed**']),
  );
}

function tableOf(rows, names, subjects) {
  const titles = names.map((name) => (name === 'again' ? 'noise' : subjects[name].title));
  return markdown(
    ['', ...titles],
    rows.map((row) => [
      `${row.title}, ${row.unit}`,
      ...names.map((name) => {
        const { value, spread, ratio } = row.cells[name];
        const shown = spread ? `${figure(value)} ± ${figure(spread / 2)}` : figure(value);
        const isCompared = ratio !== undefined && name !== 'again' && name !== REFERENCE;
        return isCompared ? `${shown} (${times(ratio)})` : shown;
      }),
    ]),
  );
}

/** @param {string[]} head @param {string[][]} lines */
export function markdown(head, lines) {
  const rule = head.map((_, at) => (at ? '--:' : '---'));
  return [head, rule, ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
