// What traces the demo is ours alone: of what its processes load, and of what its pages are made of, nothing is another tracing SDK.
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { root } from '../../scripts/lib/project.mjs';
import { startDemo } from '../../scripts/start/demo.mjs';

/** Packages that trace, by where they are installed. */
const OTHERS = /node_modules\/(@sentry|@opentelemetry|@elastic|@honeycombio|@datadog|dd-trace|newrelic)\b/;

const SERVICES = ['orders', 'payments', 'web'];

/** The demo without its viewer, which is a program of others: what it loads is its own affair. */
describe('the services of the demo', { timeout: 120_000 }, () => {
  let folder;
  /** The scripts that each service has loaded, as V8 tells them when the process ends. */
  const loaded = {};

  /** Starts the demo, has it take an order, stops it, and reads what was loaded. */
  const visit = async (env) => {
    const coverage = join(folder, `coverage-${Object.values(env).join('')}`.replace(/\W/g, '-'));
    const ports = { web: 0, orders: 0, payments: 0, spotlight: 0 };
    const demo = await startDemo({
      ports,
      env: { DATA_DIR: join(folder, 'data'), NODE_V8_COVERAGE: coverage, ...env },
      quiet: true,
    });
    try {
      assert.equal((await fetch(demo.urls.web)).status, 200);
      const ordered = await fetch(`${demo.urls.orders}/api/orders`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ productId: 'sencha', quantity: 1, card: '4242' }),
      });
      assert.equal(ordered.status, 201);
    } finally {
      await demo.stop();
    }
    const found = {};
    for (const file of await readdir(coverage)) {
      const { result } = JSON.parse(await readFile(join(coverage, file), 'utf8'));
      const urls = result.map(({ url }) => url);
      const service = SERVICES.find((name) => urls.some((url) => url.endsWith(`/www/server/${name}.mjs`)));
      if (service) found[service] = urls;
    }
    assert.deepEqual(Object.keys(found).sort(), SERVICES);
    return found;
  };

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'throughline-alone-'));
    Object.assign(loaded, await visit({}));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  for (const service of SERVICES) {
    it(`${service} loads throughline/node, and no other SDK`, () => {
      assert.ok(loaded[service].some((url) => url.endsWith('/dist/node.js')));
      assert.deepEqual(
        loaded[service].filter((url) => OTHERS.test(url)),
        [],
      );
    });
  }

  it('payments loads @sentry/node in the place of ours where it is told to', async () => {
    const { payments, ...others } = await visit({ PAYMENTS_SDK: '@sentry/node' });
    assert.ok(payments.some((url) => url.includes('/node_modules/@sentry/node/')));
    assert.ok(!payments.some((url) => url.endsWith('/dist/node.js')));
    for (const urls of Object.values(others)) assert.ok(!urls.some((url) => OTHERS.test(url)));
  });
});

it('the pages of the demo are made of throughline, and of no other SDK', async () => {
  for (const name of ['shop', 'example']) {
    const { sources } = JSON.parse(await readFile(join(root, 'www', 'dist', `${name}.js.map`), 'utf8'));
    assert.ok(sources.some((source) => source.endsWith('dist/index.js') || source.includes('/js/')));
    assert.deepEqual(
      sources.filter((source) => OTHERS.test(source)),
      [],
    );
  }
});
