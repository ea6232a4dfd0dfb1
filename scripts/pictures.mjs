// `npm run docs:pictures`: starts the demo, uses each of its pages, and writes the pictures of the documentation.
// Words as arguments choose some: `npm run docs:pictures -- worker`.

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buildIfStale } from './lib/package.mjs';
import { root } from './lib/project.mjs';
import { main, Problem, say } from './lib/say.mjs';
import { takePicture } from './pictures/take.mjs';
import { setup } from './setup/index.mjs';
import { startDemo } from './start/demo.mjs';
import { browserArgs, browserPath } from './toolchain.mjs';

/**
 * What is pictured: `press` is the control that is used, `rows` how many spans there are then, so that each run makes pictures
 * of the same size; `without` is left out at the bottom.
 */
const PICTURES = [
  { file: 'waterfall.png', path: '/', press: '#buy', rows: 10, without: '.sources' },
  {
    file: 'waterfall-dark.png',
    path: '/',
    press: '#buy',
    rows: 10,
    without: '.sources',
    colorScheme: 'dark',
  },
  { file: 'pictures/navigation.png', path: '/navigation', press: '.control', rows: 5 },
  { file: 'pictures/slow-request.png', path: '/slow-request', press: '.control', rows: 13 },
  { file: 'pictures/failing-request.png', path: '/failing-request', press: '.control', rows: 7 },
  { file: 'pictures/long-task.png', path: '/long-task', press: '.control', rows: 4 },
  { file: 'pictures/streaming.png', path: '/streaming', press: '.control', rows: 9 },
  { file: 'pictures/worker.png', path: '/worker', press: '.control', rows: 7 },
  {
    file: 'pictures/stale-cache.png',
    path: '/stale-cache',
    press: '.control',
    rows: 18,
    without: '.sources',
  },
];

await main(async () => {
  const words = process.argv.slice(2);
  await setup();
  await buildIfStale();
  const { chromium } = await import('playwright-core');
  const data = await mkdtemp(join(tmpdir(), 'throughline-pictures-'));
  const demo = await startDemo({ env: { DATA_DIR: data }, quiet: true });
  const browser = await chromium.launch({ executablePath: browserPath(), args: browserArgs });
  try {
    for (const picture of PICTURES.filter(({ file }) => words.every((word) => file.includes(word)))) {
      const image = await takePicture(browser, demo.urls.web, picture);
      if (!image)
        throw new Problem(
          `${picture.path} never had just ${picture.rows} spans, each after its parent: is the machine busy?`,
        );
      const file = join(root, 'docs', picture.file);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, image);
      say(`docs/${picture.file}: ${Math.round(image.length / 1000)} kB`);
    }
  } finally {
    await browser.close();
    await demo.stop();
    await rm(data, { recursive: true, force: true });
  }
});
