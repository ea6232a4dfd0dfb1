// Writes what was measured into docs/: tables, between the markers of their pages, and the chart.
import { readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { root } from '../../scripts/lib/project.mjs';
import { Problem, say } from '../../scripts/lib/say.mjs';
import { chart } from './chart.mjs';
import { tablesOf } from './tables.mjs';

/** Where the tables of a name stand. */
const PAGES = {
  bench: 'docs/performance-record.md',
  bytes: 'docs/bytes.md',
  'bytes-rust': 'docs/bytes.md',
};

/** Writes the results of the bench. */
export async function writeReport(result) {
  await replaceBetween('bench', tablesOf({ ...result, cores: cpus().length }));
  await writeFile(join(root, 'docs', 'performance.svg'), chart(result));
  say('docs/performance.svg is written');
}

/** Puts a text between the two markers of a name. @param {keyof PAGES} name @param {string} text */
export async function replaceBetween(name, text) {
  const path = join(root, PAGES[name]);
  const page = await readFile(path, 'utf8');
  const [begin, end] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) {
    throw new Problem(
      `${PAGES[name]} has no place for the results: put back the lines "${begin}" and "${end}".`,
    );
  }
  await writeFile(path, `${page.slice(0, from + begin.length)}\n\n${text.trim()}\n\n${page.slice(to)}`);
  say(`${PAGES[name]} is written`);
}
