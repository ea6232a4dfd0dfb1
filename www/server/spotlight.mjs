// The real Spotlight, collector and UI, in a process of its own.
//
// The `spotlight` command does the same, but reports its own use to its makers, and so does its UI. The
// package's public entry has no such reporting; the UI is held back by its content security policy,
// from which the outside address is taken.

import { readFileSync } from 'node:fs';
import { setupSpotlight } from '@spotlightjs/spotlight';
import { onStop } from './service.mjs';
import { PORTS } from './settings.mjs';

const OUTSIDE_ADDRESS = ' https://*.sentry.io';

// The UI's files lie beside the package's entry: `dist/server/main.js`, `dist/ui/`.
const directory = new URL('../ui/', import.meta.resolve('@spotlightjs/spotlight'));
const read = (file) => readFileSync(new URL(file, directory));

const filesToServe = Object.create(null);
for (const { file } of Object.values(JSON.parse(read('manifest.json')))) {
  if (file) filesToServe[file] = read(file);
}
filesToServe['index.html'] = Buffer.from(read('index.html').toString().replace(OUTSIDE_ADDRESS, ''));

await setupSpotlight({ port: PORTS.spotlight, filesToServe, isStandalone: true });

onStop(() => process.exit(0));
