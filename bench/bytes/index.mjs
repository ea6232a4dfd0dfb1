// `npm run bytes`: where the bytes of the package are. Builds the core once more, with the names of its functions, into a
// folder of its own, and writes the tables into docs/bytes.md. `--functions 40` lists the largest functions.
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { CORE, optimize } from '../../scripts/build/core.mjs';
import { leanBuild } from '../../scripts/build/lean.mjs';
import { buildIfStale } from '../../scripts/lib/package.mjs';
import { root, tools } from '../../scripts/lib/project.mjs';
import { run } from '../../scripts/lib/run.mjs';
import { main, say } from '../../scripts/lib/say.mjs';
import { sizesOf } from '../../scripts/lib/sizes.mjs';
import { setup } from '../../scripts/setup/index.mjs';
import { replaceBetween } from '../report/files.mjs';
import { markdown } from '../report/tables.mjs';
import { ownerOf } from './owner.mjs';
import { readModule } from './sections.mjs';

const FOLDER = join('target', 'names');
const BUILT = join(FOLDER, 'wasm32-unknown-unknown', 'release', 'throughline_module.wasm');

/** Owners with fewer bytes stand in one line. */
const FEW = 600;

await main(async () => {
  const { values } = parseArgs({ options: { functions: { type: 'string', default: '0' } } });
  await setup({ browser: false });
  await buildIfStale();
  const { sections, functions } = readModule(await withNames());
  const largest = [...functions].sort((a, b) => b.size - a.size).slice(0, Number(values.functions) || 0);
  for (const { size, name } of largest) console.log(`${String(size).padStart(7)}  ${name}`);

  const { code: _code, data, ...others } = sections;
  const text = [
    await overview(),
    '### The core, by file and crate',
    table(sumBy(functions, ownerOf), {
      'data: texts and tables': data,
      'types, imports, exports and tables': Object.values(others).reduce((sum, size) => sum + size, 0),
    }),
    'A function that was inlined counts with the one it was inlined into.',
    '### The JavaScript, by file',
    table(await scripts(), {}),
  ].join('\n\n');
  await replaceBetween('bytes', text);
  console.log(`\n${text}\n`);
});

/** The core as it is shipped, but for the names. */
async function withNames() {
  say('building the core with names (about a minute from nothing)');
  const { args, env } = leanBuild();
  await run(
    'cargo',
    ['build', '--release', '--package', 'throughline-module', '--target-dir', FOLDER, ...args],
    {
      env: { ...env, CARGO_PROFILE_RELEASE_STRIP: 'none' },
      log: 'bytes',
    },
  );
  const to = join(root, FOLDER, 'named.wasm');
  await optimize(BUILT, to, ['-g']);
  return readFile(to);
}

/** The whole, and what each kind of content has alone. */
async function overview() {
  const files = {
    'dist/index.js, everything': 'dist/index.js',
    'the core, as WebAssembly': CORE,
  };
  const lines = [];
  for (const [title, file] of Object.entries(files)) {
    const { raw, gzip, brotli } = sizesOf(await readFile(resolve(root, file)));
    lines.push([title, kilo(raw), kilo(gzip), kilo(brotli)]);
  }
  return markdown(['', 'kB', 'gzip', 'brotli'], lines);
}

/** What each source gives to dist/index.js, as the build has noted it. */
async function scripts() {
  const { outputs } = JSON.parse(await readFile(join(tools, 'bundle', 'index.js.json'), 'utf8'));
  const inputs = Object.entries(outputs['dist/index.js'].inputs);
  const shown = (path) =>
    path
      .replace('written:throughline:wasm', 'the core, as text')
      .replace('written:throughline:package', 'package.json');
  return sumBy(
    inputs.map(([path, { bytesInOutput }]) => ({ name: shown(path), size: bytesInOutput })),
    (name) => name,
  );
}

/** Bytes by owner, the largest first. */
function sumBy(items, ownerOf) {
  const sums = {};
  for (const { name, size } of items) sums[ownerOf(name)] = (sums[ownerOf(name)] ?? 0) + size;
  return Object.fromEntries(Object.entries(sums).sort(([, a], [, b]) => b - a));
}

function table(sums, further) {
  const all = Object.entries({ ...sums, ...further });
  const total = all.reduce((sum, [, size]) => sum + size, 0);
  const few = all.filter(([, size]) => size < FEW);
  const lines = all.filter(([, size]) => size >= FEW);
  if (few.length > 0)
    lines.push([`${few.length} smaller ones`, few.reduce((sum, [, size]) => sum + size, 0)]);
  return markdown(
    ['', 'bytes', 'share'],
    [...lines, ['**all**', total]].map(([name, size]) => [
      name,
      size.toLocaleString('en'),
      `${((size / total) * 100).toFixed(1)} %`,
    ]),
  );
}

function kilo(bytes) {
  return (bytes / 1000).toFixed(1);
}
