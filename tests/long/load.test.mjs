// A service under load: what it holds does not grow with what it has answered, and what it has recorded arrives or is counted.
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { startBackend, startService } from '../../bench/node/fleet.mjs';

const REQUESTS = Number(process.env.THROUGHLINE_REQUESTS ?? 200_000);
const STEPS = 8;
/** How much more a service may hold after each request of those behind the first quarter, in bytes: a span alone has more. */
const MAX_GROWTH = 24;

let backend;
let service;
const counted = { transactions: 0, spans: 0, lost: {} };
before(async () => {
  backend = await startBackend((body) => {
    const lines = body.toString().split('\n');
    for (let at = 1; at + 1 < lines.length; at += 2) {
      const { type } = JSON.parse(lines[at]);
      const payload = JSON.parse(lines[at + 1]);
      if (type === 'transaction') {
        counted.transactions++;
        counted.spans += payload.spans.length;
      }
      for (const { reason, category, quantity } of payload.discarded_events ?? []) {
        const what = `${category} ${reason}`;
        counted.lost[what] = (counted.lost[what] ?? 0) + quantity;
      }
    }
  });
  service = await startService('throughline', { dsn: backend.dsn(1), tracesSampleRate: 1 }, backend.url);
});
after(() => {
  service.stop();
  backend.stop();
});

it(`${REQUESTS.toLocaleString('en')} requests`, async () => {
  const began = performance.now();
  const heaps = [];
  for (let step = 1; step <= STEPS; step++) {
    await service.request(REQUESTS / STEPS);
    await service.ask('flush');
    const heap = await service.ask('heap');
    heaps.push(heap);
    const seconds = ((performance.now() - began) / 1000).toFixed(0);
    console.log(
      `${((REQUESTS / STEPS) * step).toLocaleString('en')} after ${seconds} s: ${(heap / 1e6).toFixed(2)} MB`,
    );
  }
  console.log(counted);
  const first = STEPS / 4;
  const growth = (heaps.at(-1) - heaps[first - 1]) / (REQUESTS * (1 - first / STEPS));
  console.log(`grows by ${growth.toFixed(2)} bytes with each request`);
  assert.ok(growth < MAX_GROWTH, `${growth}`);
  const lost = Object.entries(counted.lost).flatMap(([what, count]) =>
    what.startsWith('transaction') ? [count] : [],
  );
  assert.equal(counted.transactions + lost.reduce((sum, count) => sum + count, 0), REQUESTS);
  // Each has the child, and the request that went out.
  assert.equal(counted.spans, 2 * counted.transactions);
});
