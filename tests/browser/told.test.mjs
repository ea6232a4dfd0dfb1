// Children of recorded roots rest in JavaScript, and the core is told of many at once. Nobody may see that: each program
// here runs twice, once while a listener hears of every span, so that none may rest, and must send and answer the same.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openPackage, useBrowser, useServer } from '../support/browser.mjs';

/** What a page does with spans; what it answers with is compared as well as what it sends. */
const PROGRAMS = {
  'children of children'() {
    return T.startSpan({ name: 'root' }, () => {
      T.startSpan({ name: 'one', op: 'test', attributes: { a: 1, b: ['x'], c: 'é☃ "' } }, () => {
        T.startSpan({ name: 'two\nlines' }, () => {});
      });
      T.startInactiveSpan({ name: 'three' }).end();
    });
  },
  'attributes that are set while a child is under way, and removed again'() {
    T.startSpan({ name: 'root' }, () => {
      T.startSpan({ name: 'child', attributes: { a: 1, b: 2 } }, (span) => {
        span.setAttribute('c', 3).setAttributes({ a: 'new', 'sentry.origin': 'auto.test' });
        span.setAttribute('sentry.segment.name.source', 'url');
        T.updateSpanName(span, 'renamed');
        span.setAttribute('b', undefined);
      });
      T.startSpan({ name: 'other' }, (span) => span.setAttribute('a', 1).setAttribute('a', { deep: [1] }));
    });
  },
  'what is asked about a child while it is under way, and later'() {
    const answers = [];
    const see = (span) => {
      const { name, attributes, status, links, end_timestamp } = T.spanToJSON(span);
      answers.push([name, attributes, status, links?.length, Boolean(end_timestamp), span.isRecording()]);
      answers.push(T.getSpanDescendants(span).length, T.getTraceData({ span })['sentry-trace'].slice(-2));
    };
    let child;
    T.startSpan({ name: 'root' }, (root) => {
      T.startSpan({ name: 'before' }, () => {});
      child = T.startInactiveSpan({ name: 'child', op: 'test' });
      see(child);
      child.setStatus({ code: 2, message: 'not_found' }).addLink({ context: root.spanContext() });
      child.end();
      see(child);
      T.startSpan({ name: 'after' }, () => {});
    });
    see(child);
    return answers;
  },
  'what is changed about a child that has ended'() {
    T.startSpan({ name: 'root' }, () => {
      const children = Array.from({ length: 70 }, (_, at) => T.startInactiveSpan({ name: `child-${at}` }));
      for (const child of children) child.end();
      for (let at = 0; at < 70; at += 30) children[at].setAttribute('late', at).updateName(`late-${at}`);
    });
  },
  'the descendants of a root are the spans that the page has begun'() {
    return T.startSpan({ name: 'root' }, (root) => {
      const begun = Array.from({ length: 100 }, (_, at) => T.startInactiveSpan({ name: `child-${at}` }));
      for (const span of begun.slice(0, 80)) span.end();
      const [first, ...others] = T.getSpanDescendants(root);
      for (const span of begun) span.end();
      return [first === root, others.length, others.every((span, at) => span === begun[at])];
    });
  },
  'a child that has not ended when its root does'() {
    const open = T.startSpan({ name: 'root' }, () => {
      const open = T.startInactiveSpan({ name: 'open' });
      T.startSpan({ name: 'over' }, () => {});
      return open;
    });
    open.end();
    return [open.isRecording(), T.spanToJSON(open).name];
  },
  'callbacks that fail'() {
    const answers = [];
    T.startSpan({ name: 'root' }, () => {
      try {
        T.startSpan({ name: 'throws' }, () => {
          throw new Error('of the page');
        });
      } catch (error) {
        answers.push(error.message);
      }
    });
    return answers;
  },
  async 'callbacks that take their time'() {
    await T.startSpan({ name: 'root' }, async () => {
      const turn = () => new Promise((resolve) => setTimeout(resolve));
      await Promise.all(['a', 'b', 'c'].map((name) => T.startSpan({ name }, turn)));
      await T.startSpan({ name: 'rejects' }, () => Promise.reject(new Error('of the page'))).catch(() => {});
    });
  },
  'spans of other kinds between them keep their places'() {
    T.startSpan({ name: 'root' }, (root) => {
      const open = T.startInactiveSpan({ name: 'open' });
      T.startSpan({ name: 'one' }, () => {});
      T.startSpan({ name: 'linked', links: [{ context: root.spanContext() }] }, () => {});
      T.startSpan({ name: 'two' }, () => {});
      T.startSpan({ name: 'below open', parentSpan: open }, () => {});
      T.startSpan({ name: 'of its own', forceTransaction: true }, () => {});
      T.suppressTracing(() => T.startSpan({ name: 'suppressed' }, () => {}));
      T.startSpan({ name: 'three' }, () => {});
      open.end();
    });
  },
  'times of the page'() {
    const answers = [];
    T.startSpan({ name: 'root' }, () => {
      const now = Date.now() / 1000;
      const early = T.startInactiveSpan({ name: 'early', startTime: now - 5 });
      early.end(now - 3);
      const late = T.startInactiveSpan({ name: 'late' });
      late.end(now + 100);
      late.end();
      const { start_timestamp, end_timestamp } = T.spanToJSON(late);
      answers.push(Math.round(end_timestamp - now), Math.abs(start_timestamp - now) < 30);
    });
    return answers;
  },
  async 'a request below a child is below it'() {
    await T.startSpan({ name: 'root' }, async (root) => {
      T.startSpan({ name: 'before' }, () => {});
      await root.run(() => fetch('/nowhere'));
      const child = T.startInactiveSpan({ name: 'child' });
      await child.run(() => fetch('/nowhere'));
      child.end();
    });
  },
  'roots that are reactive proxies'() {
    const like = (span) => new Proxy(span, {});
    const below = (root) => T.withActiveSpan(root, () => T.startSpan({ name: 'child' }, () => {}));
    const first = T.startInactiveSpan({ name: 'children of a proxy' });
    below(like(first));
    first.end();
    const second = T.startInactiveSpan({ name: 'ended as a proxy' });
    below(second);
    like(second).end();
    const third = T.startInactiveSpan({ name: 'children that are proxies' });
    T.withActiveSpan(third, () => {
      const child = T.startInactiveSpan({ name: 'child' });
      like(child).setAttribute('a', 1).setStatus({ code: 2 });
      like(child).end();
    });
    third.end();
  },
  'a clock that fails at the end'() {
    T.startSpan({ name: 'root' }, () => {
      const child = T.startInactiveSpan({ name: 'child' });
      const { now } = performance;
      for (const broken of [() => Number.NaN, () => now.nothing()]) {
        performance.now = broken;
        T.startSpan({ name: 'begins with it' }, () => {});
        child.end();
      }
      performance.now = now;
      T.startInactiveSpan({ name: 'later' }).end();
    });
  },
  'a clock of the page that ends the root'() {
    const root = T.startInactiveSpan({ name: 'root' });
    const child = T.withActiveSpan(root, () => {
      T.startSpan({ name: 'before' }, () => {});
      const { now } = performance;
      performance.now = () => {
        performance.now = now;
        root.end();
        return now.call(performance);
      };
      return T.startInactiveSpan({ name: 'child' });
    });
    return child.isRecording();
  },
  'more children than a root keeps'() {
    T.startSpan({ name: 'root' }, () => {
      for (let at = 0; at < 1005; at++) T.startSpan({ name: `child-${at}` }, () => {});
    });
  },
};

describe('children that rest', { timeout: 120_000 }, () => {
  const browser = useBrowser();
  const server = useServer();
  let page;

  const open = async (observed, further = {}) => {
    page = await openPackage(browser, server);
    await page.evaluate(
      ({ observed, further }) => {
        globalThis.bodies = [];
        globalThis.fetch = (_url, { body } = {}) => {
          if (body) bodies.push(String(body));
          return Promise.resolve(new Response('{}'));
        };
        const tracing = { instrumentPageLoad: false, enableLongTask: false, enableLongAnimationFrame: false };
        const integrations = [T.browserTracingIntegration(tracing)];
        const client = T.init({ ...options, tracePropagationTargets: [/./], ...further, integrations });
        if (observed) client.on('spanEnd', () => {});
      },
      { observed, further },
    );
  };

  /** What a program answers with and sends, without what differs from run to run. */
  const seen = async (program) => {
    const { answer, bodies } = await page.evaluate(async (source) => {
      const answer = await new Function(`return ({ ${source} })`)()[
        Object.keys(new Function(`return ({ ${source} })`)())[0]
      ]();
      await T.flush();
      return { answer, bodies: globalThis.bodies.splice(0) };
    }, String(program));
    const names = new Map();
    const plain = (id) => id && (names.get(id) ?? names.set(id, `id ${names.size}`).get(id));
    const sent = bodies.map((body) => {
      const event = JSON.parse(body.split('\n')[2]);
      const span = ({ description, data, op, origin, status, span_id, parent_span_id, links, ...times }) => ({
        ...{ description, data, op, origin, status, links: links?.length },
        ids: [plain(span_id), plain(parent_span_id)],
        isInOrder: times.timestamp >= times.start_timestamp,
        members: Object.keys(times).sort(),
      });
      const spans = event.spans.map(span);
      for (const { data } of spans)
        for (const name of Object.keys(data)) if (/http/.test(name)) delete data[name];
      return { name: event.transaction, status: event.contexts.trace.status, spans };
    });
    return { answer, sent };
  };

  for (const [name, program] of Object.entries(PROGRAMS)) {
    it(name, async () => {
      await open(true);
      const expected = await seen(program);
      assert.ok(expected.sent.length > 0);
      await open(false);
      assert.deepEqual(await seen(program), expected);
    });
  }

  it('those of a root that is given up are counted as lost with it', async () => {
    const lost = [];
    for (const observed of [true, false]) {
      await open(observed);
      await page.evaluate(() => {
        const oldest = T.startInactiveSpan({ name: 'oldest' });
        T.withActiveSpan(oldest, () => {
          T.startSpan({ name: 'child' }, () => {});
          T.startSpan({ name: 'child' }, () => {});
        });
        const others = Array.from({ length: 999 }, () => T.startInactiveSpan({ name: 'other' }));
        T.startInactiveSpan({ name: 'forced', parentSpan: others[0], forceTransaction: true });
        Object.defineProperty(document, 'visibilityState', { value: 'hidden' });
        document.dispatchEvent(new Event('visibilitychange'));
      });
      const bodies = await page.evaluate(() => globalThis.bodies);
      const report = bodies.find((body) => body.includes('client_report'));
      lost.push(JSON.parse(report.split('\n')[2]).discarded_events);
    }
    assert.deepEqual(lost[1], lost[0]);
    assert.equal(lost[0].find(({ category }) => category === 'span').quantity, 3);
  });

  it('the clock is asked as often as it must be', async () => {
    await open(false);
    const counted = await page.evaluate(() => {
      let draws = 0;
      let each;
      const { now } = performance;
      performance.now = () => {
        draws += 1;
        return now.call(performance);
      };
      T.startSpan({ name: 'root' }, () => {
        draws = 0;
        for (let at = 0; at < 10; at++) T.startSpan({ name: 'child' }, () => {});
        each = draws / 10;
      });
      return each;
    });
    assert.equal(counted, 2);
  });

  it('an id that the page has read is the one that is sent', async () => {
    await open(false);
    const ids = await page.evaluate(() =>
      T.startSpan({ name: 'root' }, () =>
        Array.from({ length: 3 }, () => T.startSpan({ name: 'child' }, (span) => span.spanContext().spanId)),
      ),
    );
    await page.evaluate(() => T.flush());
    const [body] = await page.evaluate(() => bodies);
    const { spans, contexts } = JSON.parse(body.split('\n')[2]);
    assert.deepEqual(
      spans.map(({ span_id }) => span_id),
      ids,
    );
    assert.ok(ids.every((id) => /^[89ab][0-9a-f]{15}$/.test(id)));
    assert.ok(spans.every(({ parent_span_id }) => parent_span_id === contexts.trace.span_id));
  });

  it('a page that is hidden sends those that are over', async () => {
    await open(false);
    await page.evaluate(() => {
      const root = T.startInactiveSpan({ name: 'root' });
      T.setActiveSpanInBrowser(root);
      T.startSpan({ name: 'over' }, () => {});
      T.startInactiveSpan({ name: 'open' });
      Object.defineProperty(document, 'visibilityState', { value: 'hidden' });
      document.dispatchEvent(new Event('visibilitychange'));
    });
    await page.evaluate(() => T.flush());
    const events = (await page.evaluate(() => bodies)).map((body) => JSON.parse(body.split('\n')[2]));
    const { spans } = events.find(({ transaction }) => transaction === 'root');
    assert.deepEqual(
      spans.map(({ description }) => description),
      ['over'],
    );
  });

  it('a listener that comes while one is under way hears of its end', async () => {
    await open(false);
    const heard = await page.evaluate(() => {
      const heard = [];
      T.startSpan({ name: 'root' }, () => {
        T.startSpan({ name: 'over' }, () => {});
        const open = T.startInactiveSpan({ name: 'open' });
        T.getClient().on('spanEnd', (span) => heard.push([T.spanToJSON(span).name, span === open]));
        open.end();
      });
      return heard;
    });
    assert.deepEqual(heard, [
      ['open', true],
      ['root', false],
    ]);
  });

  it('a second init leaves what rested before in its transaction', async () => {
    await open(false);
    const names = await page.evaluate(async () => {
      const root = T.startInactiveSpan({ name: 'root' });
      T.withActiveSpan(root, () => T.startSpan({ name: 'over' }, () => {}));
      T.init({ ...options, environment: 'other' });
      root.end();
      await T.flush();
      return bodies.map((body) =>
        JSON.parse(body.split('\n')[2]).spans.map(({ description }) => description),
      );
    });
    assert.deepEqual(names, [['over']]);
  });
});
