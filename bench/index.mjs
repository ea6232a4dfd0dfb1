// `npm run bench`: ours, its peers and no SDK at all, side by side in one browser. Writes docs/performance.md and
// docs/performance.svg.
//
//   npm run bench -- --rounds 3 --only c,d     a part of it, a few times; nothing is written unless --write says so
//   npm run bench -- --also sentry-tracing     a subject more
//
// Every figure is measured in a page of its own, so that nobody inherits another's garbage or compiled code. Within
// a round all subjects take their turn, in another order each round, so that a machine that becomes slower or faster
// meanwhile does so for all of them.
import { parseArgs } from 'node:util';
import { buildIfStale } from '../scripts/lib/package.mjs';
import { main, Problem, say } from '../scripts/lib/say.mjs';
import { setup } from '../scripts/setup/index.mjs';
import { bundleStart, bundleSubject } from './bundles.mjs';
import { openLaboratory } from './laboratory.mjs';
import { bytes } from './parts/bytes.mjs';
import { end } from './parts/end.mjs';
import { growth } from './parts/growth.mjs';
import { memory } from './parts/memory.mjs';
import { requests } from './parts/requests.mjs';
import { spans } from './parts/spans.mjs';
import { startup } from './parts/startup.mjs';
import { prove } from './proof.mjs';
import { toConsole, warn } from './report/console.mjs';
import { writeReport } from './report/files.mjs';
import { startServer } from './server.mjs';
import { FURTHER, REFERENCE, SUBJECTS } from './subjects.mjs';
import { summary } from './summary.mjs';

const PARTS = { a: bytes, b: startup, c: spans, d: requests, e: end, f: memory, g: growth };
const ROUNDS = 9;

await main(async () => {
  const { parts, rounds, subjects, write } = options();
  await setup();
  await buildIfStale();
  const modules = new Map();
  for (const name of Object.keys(subjects)) {
    // The second one without an SDK is the first.
    const file = name === 'again' ? 'none' : name;
    modules.set(`/subjects/${name}.js`, await bundleSubject(file));
    modules.set(`/start/${name}.js`, await bundleStart(file));
  }
  const server = await startServer(modules);
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

function options() {
  const values = given();
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) {
    throw new Problem(`--rounds ${values.rounds} is no number of rounds: give a whole number, 1 or more.`);
  }
  const parts = Object.fromEntries(
    values.only.split(',').map((id) => [id, known(PARTS, id, '--only', 'part')]),
  );
  const further = values.also.split(',').filter(Boolean);
  const subjects = { ...SUBJECTS };
  for (const name of further) subjects[name] = known(FURTHER, name, '--also', 'subject');
  // A part of the table would replace the whole one.
  const isWhole = Object.keys(parts).length === Object.keys(PARTS).length;
  return { parts, rounds, subjects, write: values.write ?? (isWhole && !further.length) };
}

function given() {
  const options = {
    rounds: { type: 'string', default: String(ROUNDS) },
    only: { type: 'string', default: Object.keys(PARTS).join() },
    also: { type: 'string', default: '' },
    write: { type: 'boolean' },
  };
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    throw new Problem(
      `${error.message.split('.')[0]}: the bench takes --rounds 3, --only c,d, --also sentry-tracing and --write.`,
    );
  }
}

function known(all, name, option, what) {
  if (all[name]) return all[name];
  throw new Problem(
    `${option} knows no ${what} "${name}"; there are ${Object.keys(all).join(', ')}${all === PARTS ? `; ${REFERENCE} is always measured` : ''}.`,
  );
}
