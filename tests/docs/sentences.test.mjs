// docs/troubleshooting.md: each sentence that it quotes is really said, where what it is about happens, and each that is said
// there stands in it.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { useBrowser } from '../support/browser.mjs';
import { answers } from './answers.mjs';
import { textOf } from './documents.mjs';
import { API, DSN, INGEST, openShop, SHOP } from './site.mjs';

const SAID = '[throughline] ';

const DOCUMENT = 'docs/troubleshooting.md';

const TRACE = '771a43a4192642f0b136d5159a501700';
const TAG = `<meta name="sentry-trace" content="${TRACE}-b0e6f15b45c36b12-1">`;
const OLD = `${TAG}<meta name="sentry-trace-time" content="1764000000">`;

/** Import maps are inline scripts. */
const FORBIDS = { 'content-security-policy': "script-src 'self' 'unsafe-inline'" };

/**
 * What happens on a page that has the package as `T`, and in `options` what to call `init` with; and what is said.
 *
 * @type {Record<string, { act: () => unknown, head?: string, headers?: object, answer?: Function, again?: boolean }>}
 */
const SCENES = {
  'an integration that was not called': {
    act: () => T.init({ ...options, integrations: [T.browserTracingIntegration] }),
  },
  'a misspelt option': { act: () => T.init({ ...options, tracePropogationTargets: [] }) },
  'a second copy': {
    act: async () => {
      T.init(options);
      const copy = await import('/throughline?copy');
      copy.init(options);
    },
  },
  'a span before init': {
    act: () => {
      T.startSpan({ name: 'early' }, () => {});
      T.init(options);
    },
  },
  'a policy that forbids WebAssembly': {
    act: () => T.init(options),
    headers: FORBIDS,
  },
  'a page that was loaded before': { act: () => T.init(options), head: TAG, again: true },
  'an old page': { act: () => T.init(options), head: OLD },
  'a page from the cache of the browser': {
    act: () => {
      const { getEntriesByType } = Performance.prototype;
      performance.getEntriesByType = function (type) {
        const found = getEntriesByType.call(this, type);
        return type === 'navigation'
          ? [new Proxy(found[0], { get: (of, name) => (name === 'deliveryType' ? 'cache' : of[name]) })]
          : found;
      };
      T.init(options);
    },
    head: TAG,
  },
  'a target that matches nothing': {
    act: () => T.init({ ...options, tracePropagationTargets: ['https://api.example.com/*'] }),
  },
  'a server that does not allow the headers': {
    act: async (api) => {
      T.init({ ...options, tracePropagationTargets: [api] });
      await fetch(`${api}/orders`).catch(() => {});
    },
    answer: (url) => (url.startsWith(API) ? 'fails' : undefined),
  },
  'no rate': { act: () => T.init({ ...options, tracesSampleRate: undefined }) },
  'a draw that is lost': {
    act: () => {
      T.init({ ...options, tracesSampleRate: 0, integrations: [] });
      T.startSpan({ name: 'buy' }, () => {});
    },
  },
  'a server that has decided against it': {
    act: (_api, trace) => {
      T.init({ ...options, integrations: [] });
      const sentryTrace = `${trace}-b0e6f15b45c36b12-0`;
      T.continueTrace({ sentryTrace, baggage: undefined }, () => T.startSpan({ name: 'buy' }, () => {}));
    },
  },
  'a root that is not ended': {
    act: () => {
      const late = [];
      const native = setTimeout;
      globalThis.setTimeout = (act, delay) => (delay >= 60_000 ? late.push(act) : native(act, delay));
      T.init({ ...options, integrations: [] });
      T.startInactiveSpan({ name: 'buy' });
      for (const act of late) act();
    },
  },
  'envelopes that are taken': {
    act: async () => {
      T.init({ ...options, integrations: [] });
      T.startSpan({ name: 'buy' }, () => {});
      await T.flush(5000);
    },
  },
  'envelopes that are refused': {
    act: async () => {
      T.init({ ...options, integrations: [] });
      T.startSpan({ name: 'buy' }, () => {});
      await T.flush(5000);
    },
    answer: (url) => (url.startsWith(INGEST) ? { status: 403 } : undefined),
  },
  'envelopes that nobody answers': {
    act: async () => {
      T.init({ ...options, integrations: [] });
      T.startSpan({ name: 'buy' }, () => {});
      await T.flush(1000);
    },
    answer: (url) => (url.startsWith(INGEST) ? 'fails' : undefined),
  },
  'a pause that a server asks for': {
    act: async () => {
      T.init({ ...options, integrations: [] });
      T.startSpan({ name: 'first' }, () => {});
      await T.flush(5000);
      T.startSpan({ name: 'second' }, () => {});
    },
    answer: (url) =>
      url.startsWith(INGEST)
        ? {
            headers: {
              'access-control-allow-origin': '*',
              'access-control-expose-headers': 'x-sentry-rate-limits',
              'x-sentry-rate-limits': '60:transaction:key',
            },
          }
        : undefined,
  },
  'a policy that forbids the DSN': {
    act: async () => {
      T.init({ ...options, integrations: [] });
      const refused = new Promise((resolve) => document.addEventListener('securitypolicyviolation', resolve));
      T.startSpan({ name: 'buy' }, () => {});
      await refused;
      // The other listeners as well.
      await new Promise((resolve) => setTimeout(resolve));
    },
    headers: { 'content-security-policy': "connect-src 'self'" },
  },
  'a DSN that is none': { act: () => T.init({ ...options, dsn: 'https://o123.ingest.example.com/1' }) },
};

/** What explainPropagation says where nothing is traced. */
const OFF = {
  'init was not called': { act: () => {} },
  'a page that is switched off': { act: () => T.init({ ...options, enabled: false }) },
  'a client that was closed': {
    act: async () => {
      T.init(options);
      await T.close();
    },
  },
  'no integration': { act: () => T.init({ ...options, integrations: [] }) },
  'a policy that forbids WebAssembly': { act: () => T.init(options), headers: FORBIDS },
};

describe(DOCUMENT, { timeout: 300_000 }, () => {
  const browser = useBrowser();
  /** The sentences in lists below a paragraph that ends so. */
  const quoted = (end) =>
    [...textOf(DOCUMENT).matchAll(new RegExp(`${end}:\\n\\n((?:(?:- |  ).*\\n)+)`, 'g'))].flatMap(
      ([, list]) => [...list.matchAll(/^- `([^`]*)`$/gm)].map(([, sentence]) => sentence),
    );
  const sentences = quoted('console says');
  const details = quoted('`detail` says why');
  const found = new Set();

  /** Opens a page and acts on it. */
  async function play({ act, again, ...world }) {
    const shop = await openShop(browser, world);
    const start = async () => {
      await shop.page.evaluate(
        async ([dsn]) => {
          globalThis.T = await import('/throughline');
          const integrations = [T.browserTracingIntegration()];
          globalThis.options = { dsn, tracesSampleRate: 1, debug: true, integrations };
        },
        [DSN],
      );
      await shop.page.evaluate(`(${act})(${JSON.stringify(API)}, ${JSON.stringify(TRACE)})`);
    };
    await start();
    if (again) {
      await shop.page.goto(`${SHOP}/`);
      await start();
    }
    return shop;
  }

  const isQuoted = (line, all) => all.find((sentence) => answers(line, sentence));

  describe('says what there is to be said', { concurrency: 4 }, () => {
    for (const [name, scene] of Object.entries(SCENES)) {
      it(name, async () => {
        const { page } = await play(scene);
        const said = page.said.filter((line) => line.startsWith(SAID)).map((line) => line.slice(SAID.length));
        assert.ok(said.length, page.said.join('\n'));
        for (const line of said) {
          const sentence = isQuoted(line, sentences);
          assert.ok(sentence, `it does not quote: ${line}`);
          found.add(sentence);
        }
        await page.context().close();
      });
    }
  });

  describe('says why tracing is not on', { concurrency: 4 }, () => {
    for (const [name, scene] of Object.entries(OFF)) {
      it(name, async () => {
        const { page } = await play(scene);
        const { detail } = await page.evaluate(() => T.explainPropagation('/api'));
        assert.ok(details.includes(detail), detail);
        found.add(detail);
        await page.context().close();
      });
    }
  });

  it('says nothing else', () => {
    assert.ok(sentences.length > 15 && details.length > 3, sentences.join('\n'));
    assert.deepEqual(
      [...sentences, ...details].filter((sentence) => !found.has(sentence)),
      [],
    );
  });
});
