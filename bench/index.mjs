// `npm run bench`: ours, its peers and no SDK at all, side by side in one browser. Writes docs/performance-record.md
// and docs/performance.svg.
//
//   npm run bench -- --part spans              one part, once, beside the references only: under a minute, nothing is
//                                              written. There are bytes, startup, spans, requests, end, pageLoad, memory
//                                              and growth; several are separated by commas
//   npm run bench -- --part end --rounds 5     more often
//   npm run bench -- --part end --also elastic beside somebody more: sentry-stream, opentelemetry, elastic,
//                                              throughline-stream
//
// Every figure is measured in a page of its own, so that nobody inherits another's garbage or compiled code. Within
// a round all subjects take their turn, in another order each round, so that a machine that becomes slower or faster
// meanwhile does so for all of them.
import { buildIfStale } from '../scripts/lib/package.mjs';
import { main, say } from '../scripts/lib/say.mjs';
import { setup } from '../scripts/setup/index.mjs';
import { bundleStart, bundleSubject, scriptOf } from './bundles.mjs';
import { openLaboratory } from './laboratory.mjs';
import { optionsOf } from './options.mjs';
import { PARTS } from './parts/index.mjs';
import { prove } from './proof.mjs';
import { toConsole, warn } from './report/console.mjs';
import { writeReport } from './report/files.mjs';
import { startServer } from './server.mjs';
import { summary } from './summary.mjs';

await main(async () => {
  const { parts, rounds, subjects, write } = optionsOf(PARTS);
  await setup();
  await buildIfStale();
  const server = await startServer(await scriptsOf(subjects));
  const laboratory = await openLaboratory(server);
  try {
    for (const [name, subject] of Object.entries(subjects)) await prove(laboratory, server, name, subject);
    say('every subject sends what it is given, and nothing that is not sampled');
    const figures = await measure(laboratory, { parts, rounds, subjects });
    const result = summary({ figures, parts, subjects, rounds, version: laboratory.version });
    toConsole(result);
    warn(result);
    if (write) await writeReport(result);
  } finally {
    await laboratory.close();
    server.stop();
  }
});

/** All scripts of the subjects, by the path at which a page finds them. */
async function scriptsOf(subjects) {
  const scripts = new Map();
  for (const [name, { tag }] of Object.entries(subjects)) {
    // The second one without an SDK is the first.
    const file = name === 'again' ? 'none' : name;
    scripts.set(`/subjects/${name}.js`, await bundleSubject(file));
    scripts.set(`/start/${name}.js`, await bundleStart(file));
    scripts.set(`/tags/${name}.js`, await scriptOf(tag));
  }
  return scripts;
}

/** @returns {Promise<Record<string, Record<string, Record<string, number[]>>>>} by part, row and subject */
async function measure(laboratory, { parts, rounds, subjects }) {
  const figures = {};
  const names = Object.keys(subjects);
  for (let round = 0; round < rounds; round++) {
    const took = [];
    for (const [at, [id, part]] of Object.entries(parts).entries()) {
      if (round % (part.every ?? 1) > 0) continue;
      const began = Date.now();
      for (let turn = 0; turn < names.length; turn++) {
        const name = names[(turn + round + at) % names.length];
        const measured = await part.measure(laboratory, name, subjects[name]);
        for (const [row, value] of Object.entries(measured)) {
          figures[id] ??= {};
          figures[id][row] ??= {};
          figures[id][row][name] ??= [];
          figures[id][row][name].push(value);
        }
      }
      took.push(`${id} ${Math.round((Date.now() - began) / 1000)} s`);
    }
    say(`round ${round + 1} of ${rounds}: ${took.join(', ')}`);
  }
  return figures;
}
