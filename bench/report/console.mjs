// The tables on the terminal.
import { OURS, REFERENCES } from '../subjects.mjs';
import { figure, grade, times, within } from './text.mjs';

export function toConsole({ tables, verdicts, subjects, rounds }) {
  const names = Object.keys(subjects).filter((name) => name !== 'none');
  for (const { title, rows } of tables) {
    console.log(`\n${title}; medians of ${rounds} rounds ± the middle half; ÷ is ours to that reference`);
    const references = Object.keys(REFERENCES);
    print([
      [
        '',
        ...references.map((name) => `÷ ${REFERENCES[name]}`),
        ...names.map((name) => subjects[name].title),
      ],
      ...rows.map(({ title, unit, cells }) => [
        unit ? `${title} [${unit}]` : title,
        ...references.map((name) => times(cells[OURS]?.ratios[name])),
        ...names.map((name) =>
          cells[name] ? `${figure(cells[name].value)} ±${figure(cells[name].spread / 2)}` : '–',
        ),
      ]),
    ]);
  }
  if (verdicts.length === 0) return;
  console.log('\nMarks');
  print(
    verdicts.map((verdict) => [
      `${verdict.table}: ${verdict.row}`,
      verdict.beside ? REFERENCES[verdict.beside] : '',
      `≤ ${within(verdict.must, verdict.unit)}`,
      within(verdict.measured, verdict.unit),
      grade(verdict).replaceAll('*', ''),
    ]),
  );
}

function print(lines) {
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  for (const line of lines) {
    console.log(
      line.map((cell, at) => (at ? cell.padStart(widths[at]) : cell.padEnd(widths[at]))).join('  '),
    );
  }
}

/** Says what cannot be relied on. */
export function warn({ noise }) {
  if (noise.length === 0) return;
  console.log(
    `\nNoise: without an SDK, two measurements differ by more than a quarter of what we cost, in: ${noise.join('; ')}. Give the machine rest, or more --rounds.`,
  );
}
