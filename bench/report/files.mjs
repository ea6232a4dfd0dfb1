// Writes what was measured into docs/: the tables between the markers of docs/performance.md, and the chart.
import { readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { root } from '../../scripts/lib/project.mjs';
import { Problem, say } from '../../scripts/lib/say.mjs';
import { chart } from './chart.mjs';
import { tablesOf } from './tables.mjs';

const PAGE = 'docs/performance.md';

/** Writes the results of the bench. */
export async function writeReport(result) {
  await replaceBetween('bench', tablesOf({ ...result, cores: cpus().length }));
  await writeFile(join(root, 'docs', 'performance.svg'), chart(result));
  say(`${PAGE} and docs/performance.svg are written`);
}

/** Puts a text between the two markers of a name. @param {string} name @param {string} text */
export async function replaceBetween(name, text) {
  const path = join(root, PAGE);
  const page = await readFile(path, 'utf8');
  const [begin, end] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) {
    throw new Problem(`${PAGE} has no place for the results: put back the lines "${begin}" and "${end}".`);
  }
  await writeFile(path, `${page.slice(0, from + begin.length)}\n\n${text.trim()}\n\n${page.slice(to)}`);
}
