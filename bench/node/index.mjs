// `npm run bench:node`: what a request costs a service, without an SDK, with `throughline/node` and with `@sentry/node`, in one run.
//
//   npm run bench:node -- --rounds 9 --requests 2000
//
// What is measured is the time of the processor that the whole process takes, for sending what was recorded as well: a machine with
// other work changes it least. All services run at once, and take their turns in another order each round. Both SDKs trace HTTP
// and nothing else.
import { parseArgs } from 'node:util';
import { buildIfStale } from '../../scripts/lib/package.mjs';
import { main, say } from '../../scripts/lib/say.mjs';
import { median, spread } from '../statistics.mjs';
import { startBackend, startService } from './fleet.mjs';

/** What is compared: each trace recorded, none, and nothing but headers. */
const MODES = {
  'every trace recorded': { tracesSampleRate: 1 },
  'no trace recorded': { tracesSampleRate: 0 },
  'tracing off': {},
};
const SDKS = ['throughline', 'sentry'];

await main(async () => {
  const { rounds, requests } = parseArgs({
    options: {
      rounds: { type: 'string', default: '5' },
      requests: { type: 'string', default: '1500' },
    },
  }).values;
  await buildIfStale();
  const arrived = new Map();
  const backend = await startBackend((body, url) => {
    const [, project] = /api\/(\d+)/.exec(url) ?? [];
    if (body.includes('"type":"transaction"'))
      arrived.set(Number(project), (arrived.get(Number(project)) ?? 0) + 1);
  });
  const subjects = [{ name: 'plain Node', service: await startService('none', {}, backend.url) }];
  for (const [mode, options] of Object.entries(MODES)) {
    for (const sdk of SDKS) {
      const project = subjects.length;
      const service = await startService(sdk, { dsn: backend.dsn(project), ...options }, backend.url);
      subjects.push({ name: `${mode}, ${sdk}`, service, project });
    }
  }
  for (const subject of subjects) {
    subject.costs = [];
    await cost(subject.service, Number(requests));
  }
  for (let round = 0; round < Number(rounds); round++) {
    for (let turn = 0; turn < subjects.length; turn++) {
      const { service, costs } = subjects[(turn + round) % subjects.length];
      costs.push(await cost(service, Number(requests)));
    }
    say(`round ${round + 1} of ${rounds}`);
  }
  for (const { service } of subjects) service.stop();
  backend.stop();
  report(subjects, arrived, Number(requests) * (Number(rounds) + 1));
});

/** What a request costs a service, in microseconds. */
async function cost(service, requests) {
  const before = await service.ask('cpu');
  await service.request(requests);
  await service.ask('flush');
  return ((await service.ask('cpu')) - before) / requests;
}

function report(subjects, arrived, requests) {
  const of = (name) => median(subjects.find((subject) => subject.name === name).costs);
  const plain = of('plain Node');
  for (const { name, costs, project } of subjects) {
    const middle = median(costs);
    const times = (middle / plain).toFixed(2);
    const reach = (spread(costs) / 2).toFixed(0);
    say(`${name}: ${middle.toFixed(0)} µs a request (±${reach}), ${times} times plain Node`);
    if (arrived.has(project)) say(`  ${arrived.get(project)} of ${requests} transactions arrived`);
  }
  for (const mode of Object.keys(MODES)) {
    const [ours, theirs] = SDKS.map((sdk) => of(`${mode}, ${sdk}`));
    const whole = (ours / theirs).toFixed(2);
    const added = ((ours - plain) / (theirs - plain)).toFixed(2);
    say(`${mode}: ours costs ${whole} of @sentry/node's, and adds ${added} of what that adds`);
  }
}
