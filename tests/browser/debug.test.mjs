// What the developer hears with `debug: true` of what is done otherwise than meant; without it nothing of that is said.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { root } from '../../scripts/lib/project.mjs';
import { openPackage, useBrowser, useServer } from '../support/browser.mjs';

describe('debug', { timeout: 60_000 }, () => {
  const browser = useBrowser();
  const server = useServer();

  /** Does the same twice, each time on a page of its own, and answers with what was said under `debug`. */
  async function heard(act) {
    const all = [];
    for (const debug of [true, false]) {
      const page = await openPackage(browser, server);
      await page.evaluate((debug) => {
        options.debug = debug;
      }, debug);
      await page.evaluate(act);
      all.push(page.said);
      await page.context().close();
    }
    assert.deepEqual(all[1], []);
    const said = all[0].map((line) => line.replace('[throughline] ', ''));
    // Whether an envelope is answered before the page is closed is chance; tests of its own look at that.
    return said.filter((line) => !line.startsWith('the first envelope'));
  }

  it('names options that have no effect, and what may have been meant', async () => {
    const said = await heard(() => {
      const known = { dsn: options.dsn, tracesSampleRate: 1, integrations: [], debug: options.debug };
      const others = { initialScope: {}, transportOptions: {}, normalizeDepth: 3, normalizeMaxBreadth: 10 };
      T.init({ ...known, ...others, defaultIntegrations: false, orgId: 1, dist: '1', release: 'a' }).close();
      for (const name of [
        'traceSampleRate',
        'tracesamplerate',
        'tracePropogationTarget',
        'enviroment',
        'integration',
        'beforeSend',
        'ours',
      ]) {
        T.init({ ...known, [name]: 'x' }).close();
      }
    });
    assert.deepEqual(
      said.filter((line) => !line.startsWith('init was called')),
      [
        'traceSampleRate has no effect: did you mean tracesSampleRate?',
        'tracesamplerate has no effect: did you mean tracesSampleRate?',
        'tracePropogationTarget has no effect: did you mean tracePropagationTargets?',
        'enviroment has no effect: did you mean environment?',
        'integration has no effect: did you mean integrations?',
        'beforeSend has no effect',
        'ours has no effect',
      ],
    );
  });

  it('knows every option that the types have', async () => {
    const source = readFileSync(join(root, 'js', 'types', 'options.ts'), 'utf8');
    const [own] = /(?<=interface BrowserOptions extends OtherOptions \{).*?(?=^\})/ms.exec(source);
    const names = [...own.matchAll(/^ {2}(\w+)\?:/gm)].map(([, name]) => name);
    assert.ok(names.length > 25, names.join());
    const page = await openPackage(browser, server);
    await page.evaluate((names) => {
      const unset = Object.fromEntries(names.map((name) => [name, undefined]));
      T.init({ ...unset, ...options, debug: true });
    }, names);
    assert.deepEqual(page.said, []);
  });

  it('says that nothing is recorded where no rate is set', async () => {
    const said = await heard(() => {
      T.init({ ...options, tracesSampleRate: undefined }).close();
    });
    assert.deepEqual(said, ['no span is recorded: tracesSampleRate is not set']);
    assert.deepEqual(await heard(() => T.init({ ...options, tracesSampleRate: 0 }).close()), []);
    const sampled = () => T.init({ ...options, tracesSampleRate: undefined, tracesSampler: () => 1 }).close();
    assert.deepEqual(await heard(sampled), []);
  });

  it('names integrations that were not called, and switches the others on', async () => {
    const said = await heard(async () => {
      const own = { name: 'Own', setup: () => {} };
      const client = T.init({ ...options, integrations: [T.browserTracingIntegration, false, own] });
      if (!client.getIntegrationByName('Own')) console.log('Own is missing');
      if (client.getIntegrationByName(T.browserTracingIntegration.name)) console.log('a function is there');
      await client.close();
      await T.init({ ...options, integrations: T.webVitalsIntegration }).close();
    });
    assert.equal(said.length, 2, said.join('\n'));
    assert.match(said[0], /^an integration was ignored: .* was not called$/s);
    assert.match(said[1], /^integrations was ignored: .* is no array$/);
  });

  it('says that a span began before init', async () => {
    const said = await heard(() => {
      T.startSpan({ name: 'early' }, () => T.startInactiveSpan({ name: 'below' }));
      T.init(options);
    });
    assert.deepEqual(said, ['a span was ignored: it began before init']);
  });

  it('says why a root is not sent: it is not sampled', async () => {
    const said = await heard(() => {
      T.init({ ...options, tracesSampleRate: 0 });
      T.startSpan({ name: 'unlucky' }, () => T.startSpan({ name: 'child' }, () => {}));
      const sentryTrace = `${'a'.repeat(32)}-${'b'.repeat(16)}-0`;
      T.continueTrace({ sentryTrace, baggage: '' }, () => T.startSpan({ name: 'continued' }, () => {}));
      T.suppressTracing(() => T.startSpan({ name: 'on purpose' }, () => {}));
    });
    assert.deepEqual(said, [
      'the root "unlucky" is not sent: it is not sampled (sample_rate)',
      'the root "continued" is not sent: it is not sampled (parent)',
    ]);
  });

  it('says why a root is not sent: it has not ended', async () => {
    const said = await heard(() => {
      const late = [];
      const native = setTimeout;
      globalThis.setTimeout = (act, delay) => (delay >= 60_000 ? late.push(act) : native(act, delay));
      T.init(options);
      T.startInactiveSpan({ name: 'forgotten' });
      T.startInactiveSpan({ name: 'ended' }).end();
      for (const act of late) act();
    });
    assert.deepEqual(said, ['the root "forgotten" is not sent: it has not ended']);
  });

  it('says once of a root that it is full', async () => {
    const said = await heard(() => {
      T.init(options);
      T.startSpan({ name: 'root' }, () => {
        for (let at = 0; at < 1003; at++) T.startInactiveSpan({ name: `child ${at}` }).end();
      });
    });
    assert.deepEqual(said, ['3 spans of "root" are not sent: a root has 1000 at most']);
  });

  /** What is said of envelopes that the server answers so. */
  async function told(answer) {
    const page = await openPackage(browser, server);
    server.answer = answer;
    await page.evaluate(async () => {
      T.init({ ...options, debug: true });
      for (const name of ['one', 'two']) T.startSpan({ name }, () => {});
      await T.flush();
    });
    await page.context().close();
    return page.said.filter((line) => line.startsWith('[throughline]'));
  }

  it('says once that envelopes are accepted, refused, or not answered', async () => {
    const url = () => `http://localhost:${new URL(server.url).port}${server.tunnel}`;
    assert.deepEqual(await told({}), [`[throughline] the first envelope was accepted by ${url()}`]);
    for (const [status, reason] of [
      [400, 'the dsn or the envelope is malformed'],
      [403, 'the key or the origin of this page is not allowed there'],
      [413, 'the envelope is too large'],
    ]) {
      const said = await told({ status, lost: true });
      assert.deepEqual(said, [`[throughline] ${url()} answered ${status} to an envelope: ${reason}`]);
    }
    const said = await told({ drop: true, lost: true });
    assert.deepEqual(said, [`[throughline] ${url()} does not answer; envelopes wait and are sent again`]);
  });

  it('says that the policy of the page keeps envelopes back, and how it would not', async () => {
    server.reset('', { 'content-security-policy': "connect-src 'none'" });
    const page = await browser.page();
    await page.goto(`${server.url}/page`);
    await page.evaluate(async () => {
      const T = await import('/index.js');
      T.init({ dsn: 'https://public@ingest.example.com/1', tracesSampleRate: 1, debug: true });
      const refused = new Promise((resolve) => document.addEventListener('securitypolicyviolation', resolve));
      T.startSpan({ name: 'root' }, () => {});
      await refused;
    });
    await page.context().close();
    const policy =
      '[throughline] the policy of the page keeps envelopes back: add to it "connect-src https://ingest.example.com"';
    assert.ok(page.said.includes(policy), page.said.join('\n'));
  });
});
