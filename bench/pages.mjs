// The pages that the server of the bench serves.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../scripts/lib/project.mjs';

/** How many resources the page that loads some has: as many as a browser notes unless a page asks for more. */
const RESOURCES = 250;

/** What the path of each of them contains. */
export const SMALL = '/small/';

const HEAD =
  '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>bench</title><link rel="icon" href="data:,">';
const REST = '</head><body></body></html>';

/** Told by the browser itself, from the first moment on: tasks of more than 50 ms. */
const LONG_TASKS = `<script>
  globalThis.longTasks = [];
  new PerformanceObserver((list) => longTasks.push(...list.getEntries().map(({ duration }) => duration)))
    .observe({ type: 'longtask', buffered: true });
</script>`;

/** Starts the subject in the head, then loads the resources; all of them are noted. */
const withResources = (name) => `<script type="module">
  import * as lab from '/lab.mjs';
  import { subject } from '/subjects/${name}.js';
  performance.setResourceTimingBufferSize(${RESOURCES * 4});
  Object.assign(globalThis, { lab, subject });
  network.keeps = true;
  subject.start({ rate: 1, sink: '/sink/measure', pageLoad: 'held' });
  for (let at = 0; at < ${RESOURCES}; at++) {
    const image = new Image();
    image.src = \`${SMALL}\${at}.gif\`;
    document.body.append(image);
  }
</script>`;

/** @returns {Promise<Record<string, (subject: string) => string>>} pages by their path */
export async function pagesOf() {
  const network = `<script>${await readFile(join(root, 'bench', 'page', 'network.js'), 'utf8')}</script>`;
  return {
    /** A subject is started in it by the bench, over a network that answers at once. */
    '/measure': () => `${HEAD}${network}${REST}`,
    /** The same over a real network. */
    '/real': () => `${HEAD}${REST}`,
    '/start': (name) => `${HEAD}${LONG_TASKS}<script type="module" src="/start/${name}.js"></script>${REST}`,
    '/page-load': (name) => `${HEAD}${network}</head><body>${withResources(name)}</body></html>`,
  };
}
