// The tables on the terminal.
import { figure, times } from './text.mjs';

export function toConsole({ tables, subjects, rounds }) {
  const names = Object.keys(subjects).filter((name) => name !== 'none');
  for (const { id, title, rows } of tables) {
    console.log(
      `\n(${id}) ${title}; medians of ${rounds} rounds ± the middle half, ratio to @sentry/browser`,
    );
    const lines = rows.map((row) => [
      `${row.title} [${row.unit}]`,
      ...names.map((name) => {
        const { value, spread, ratio } = row.cells[name];
        return `${figure(value)} ±${figure(spread / 2)} ${times(ratio)}`.trim();
      }),
    ]);
    const table = [['', ...names.map((name) => subjects[name].title)], ...lines];
    const widths = table[0].map((_, column) => Math.max(...table.map((line) => line[column].length)));
    for (const line of table) {
      console.log(
        line.map((cell, at) => (at ? cell.padStart(widths[at]) : cell.padEnd(widths[at]))).join('  '),
      );
    }
  }
}

/** Says what cannot be relied on. */
export function warn({ noise }) {
  if (noise.length === 0) return;
  console.log(
    `\nNoise: without an SDK, two measurements differ by more than a quarter of what we cost, in: ${noise.join('; ')}. Give the machine rest, or more --rounds.`,
  );
}
