// The chart of docs/performance.md: for each figure a bar per SDK, as a multiple of the reference with tracing only, which
// is the line at 1. Shorter is better. Plain SVG that can be read on light and dark pages.
import { OURS, SUBJECTS } from '../subjects.mjs';
import { times } from './text.mjs';

/** What the bars are compared with. */
const REFERENCE = 'sentry-tracing';
const SHOWN = [OURS, 'sentry', 'opentelemetry', 'elastic'];
const WIDTH = 720;
const LEFT = 200;
/** How wide a figure is. */
const LABEL = 32;
const RIGHT = 64;
const TOP = 64;
const BAR = 9;
const GROUP = SHOWN.length * (BAR + 2) + 14;
/** Longer bars are cut off, and say so. */
const LARGEST = 2;

const STYLE = `
  text { font: 12px system-ui, sans-serif; fill: #3d4450; }
  .small { font-size: 10px; fill: #69707d; }
  .ours { font-weight: 600; fill: #b4420a; }
  .bar0 { fill: #e8590c; } .bar1 { fill: #8b95a5; } .bar2 { fill: #b1bac7; } .bar3 { fill: #d3d9e1; }
  .line { stroke: #3d4450; stroke-width: 1; } .grid { stroke: #d6dae0; stroke-width: 1; }
  @media (prefers-color-scheme: dark) {
    text { fill: #d5dae3; } .small { fill: #9aa3b2; } .ours { fill: #ff9a5c; }
    .bar0 { fill: #ff7a2f; } .bar1 { fill: #7d8796; } .bar2 { fill: #5d6675; } .bar3 { fill: #434b58; }
    .line { stroke: #d5dae3; } .grid { stroke: #39404b; }
  }`;

export function chart({ tables, subjects }) {
  const rows = tables.flatMap((table) => table.rows.filter((row) => row.chart));
  const height = TOP + rows.length * GROUP + 8;
  const scale = (WIDTH - LEFT - RIGHT) / LARGEST;
  const x = (ratio) => Math.round((LEFT + ratio * scale) * 10) / 10;
  const out = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="Cost of each SDK as a multiple of what ${SUBJECTS[REFERENCE].title} costs">`,
    `<style>${STYLE}\n</style>`,
    ...legend(subjects),
  ];
  for (const ratio of [0, 0.5, 1.5, 2]) {
    out.push(`<line class="grid" x1="${x(ratio)}" x2="${x(ratio)}" y1="${TOP - 8}" y2="${height - 8}"/>`);
    out.push(`<text class="small" x="${x(ratio)}" y="${TOP - 14}" text-anchor="middle">${ratio}×</text>`);
  }
  out.push(`<line class="line" x1="${x(1)}" x2="${x(1)}" y1="${TOP - 8}" y2="${height - 8}"/>`);
  rows.forEach((row, at) => {
    const top = TOP + at * GROUP + 4;
    const middle = top + ((BAR + 2) * SHOWN.length) / 2 + 3;
    out.push(`<text x="${LEFT - 12}" y="${middle}" text-anchor="end">${row.chart}</text>`);
    SHOWN.forEach((name, bar) => {
      const ratio = row.cells[name]?.ratios[REFERENCE];
      if (ratio === undefined) return;
      const width = Math.max(1, x(Math.min(Math.max(ratio, 0), LARGEST)) - LEFT);
      const y = top + bar * (BAR + 2);
      const isOver = ratio > LARGEST;
      // A label never lies on the line.
      const after = LEFT + width + 5;
      const label = after < x(1) + 5 && after + LABEL > x(1) ? x(1) + 5 : after;
      const kind = bar === 0 ? 'small ours' : 'small';
      out.push(
        `<rect class="bar${bar}" x="${LEFT}" y="${y}" width="${width.toFixed(1)}" height="${BAR}" rx="1.5"/>`,
        `<text class="${kind}" x="${label.toFixed(1)}" y="${y + 8.5}">${isOver ? '→ ' : ''}${times(ratio)}</text>`,
      );
    });
  });
  out.push(
    `<text x="${x(1)}" y="${TOP - 14}" text-anchor="middle">${SUBJECTS[REFERENCE].title}</text>`,
    '</svg>',
    '',
  );
  return out.join('\n');
}

function legend(subjects) {
  let x = 12;
  return SHOWN.flatMap((name, at) => {
    const { title } = subjects[name];
    const entry = [
      `<rect class="bar${at}" x="${x}" y="13" width="12" height="${BAR}" rx="1.5"/>`,
      `<text ${at === 0 ? 'class="ours" ' : ''}x="${x + 18}" y="22">${title}</text>`,
    ];
    x += 18 + title.length * 7 + 24;
    return entry;
  }).concat(`<text class="small" x="12" y="${TOP - 14}">shorter is better</text>`);
}
