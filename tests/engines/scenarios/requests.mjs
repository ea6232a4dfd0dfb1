// The requests of the page: who gets headers, in which form, what becomes of the page's own, and the spans that time them.
import assert from 'node:assert/strict';
import { assertSilent, open, roots } from '../pages.mjs';

/** Asks each address, with targets that are a text or the source of a pattern, and tells who was given headers. */
async function askAll(questions) {
  const carried = {};
  for (const [name, url, targets] of questions) {
    T.getClient().getOptions().tracePropagationTargets = targets.map((one) =>
      one.pattern ? new RegExp(one.pattern) : one,
    );
    const headers = await (await fetch(url)).json();
    const xhr = new XMLHttpRequest();
    xhr.open('GET', `${url}?xhr`);
    await new Promise((resolve) => {
      xhr.onload = resolve;
      xhr.send();
    });
    const beside = JSON.parse(xhr.responseText);
    carried[name] = [headers, beside].map((all) => 'sentry-trace' in all && 'baggage' in all);
  }
  return carried;
}

async function targets({ server, api, window }) {
  await open({ server, window });
  const { url: own } = server;
  const { url: other } = api;
  const questions = [
    ['own origin as text', `${own}/echo/1`, [own]],
    ['own origin by its path', `${own}/echo/2`, ['/echo']],
    ['own origin by a pattern', `${own}/echo/3`, [{ pattern: '^/echo/\\d$' }]],
    ['other origin as text', `${other}/echo/4`, [other]],
    ['other origin by a pattern', `${other}/echo/5`, [{ pattern: '/echo/5(\\?xhr)?$' }]],
    ['own origin that is none of them', `${own}/echo/6`, [other]],
    ['other origin that is none of them', `${other}/echo/7`, [own]],
    ['other origin by a pattern that does not match', `${other}/echo/8`, [{ pattern: '/echo/[1-7]' }]],
    ['other origin that is only named in the query', `${other}/echo/9?to=${own}`, [own]],
    ['nobody', `${own}/echo/10`, []],
  ];
  const carried = await window.evaluate(askAll, questions);
  const numberOf = (url) => Number(/\d+/.exec(new URL(url).pathname)[0]);
  assert.deepEqual(
    carried,
    Object.fromEntries(questions.map(([name, url]) => [name, Array(2).fill(numberOf(url) <= 5)])),
  );
  // Browsers ask a server of another origin first, for exactly our names.
  assert.deepEqual(
    api.preflights.map(({ path, headers }) => [path, headers['access-control-request-headers']]),
    ['/echo/4', '/echo/4?xhr', '/echo/5', '/echo/5?xhr'].map((path) => [path, 'baggage,sentry-trace']),
  );
  await assertSilent(window);
}

/** Where nobody has named targets: the own origin, and `localhost` on any port. */
async function byDefault({ server, api, window }) {
  await open({ server, window });
  const elsewhere = api.url.replace('localhost', '127.0.0.1');
  const seen = await window.evaluate(
    async (urls) => {
      const answers = urls.map(async (url) => 'sentry-trace' in (await (await fetch(url)).json()));
      return [await Promise.all(answers), Object.keys(T.getTraceData())];
    },
    [`${server.url}/echo`, `${api.url}/echo`, `${elsewhere}/echo`],
  );
  assert.deepEqual(seen, [
    [true, true, false],
    ['sentry-trace', 'baggage'],
  ]);
}

async function ownHeaders({ server, api, window }) {
  await open({ server, window }, { options: { tracePropagationTargets: [server.url, api.url] } });
  const seen = await window.evaluate(async (other) => {
    const mine = { 'X-Mine': '1', baggage: 'mine=2', 'content-type': 'text/x-mine' };
    const forms = {
      object: mine,
      pairs: Object.entries(mine),
      headers: new Headers(mine),
      'pairs that are read once': new Map(Object.entries(mine)).entries(),
    };
    const told = {};
    const tell = (name, answer) => {
      const { method, body, 'x-mine': own, 'content-type': type, baggage, 'sentry-trace': trace } = answer;
      const [first, ...others] = baggage.split(',');
      told[name] = [
        method,
        body,
        own,
        type,
        first,
        others.some((one) => one.includes('sentry-trace_id=')),
        typeof trace,
      ];
    };
    for (const [name, headers] of Object.entries(forms)) {
      const response = await fetch(`${other}/echo`, { method: 'POST', body: 'text', headers });
      tell(name, await response.json());
    }
    const request = new Request(`${other}/echo`, { method: 'POST', body: 'text', headers: mine });
    tell('request', await (await fetch(request)).json());
    told['request is used'] = [
      request.bodyUsed,
      request.headers.get('sentry-trace'),
      request.headers.get('baggage'),
    ];
    const xhr = new XMLHttpRequest();
    xhr.open('POST', `${other}/echo`);
    for (const one of Object.entries(mine)) xhr.setRequestHeader(...one);
    await new Promise((resolve) => {
      xhr.onload = resolve;
      xhr.send('text');
    });
    tell('xhr', JSON.parse(xhr.responseText));
    const theirs = { 'sentry-trace': `${'1'.repeat(32)}-${'2'.repeat(16)}-1` };
    const continued = await (await fetch('/echo', { headers: theirs })).json();
    told['a trace of their own'] = [
      continued['sentry-trace'] === theirs['sentry-trace'],
      'baggage' in continued,
    ];
    return told;
  }, api.url);
  const kept = ['POST', 'text', '1', 'text/x-mine', 'mine=2', true, 'string'];
  assert.deepEqual(seen, {
    object: kept,
    pairs: kept,
    headers: kept,
    'pairs that are read once': kept,
    request: kept,
    'request is used': [true, null, 'mine=2'],
    xhr: kept,
    'a trace of their own': [true, false],
  });
  await assertSilent(window);
}

async function traceparent({ server, window }) {
  const options = { propagateTraceparent: true };
  await open({ server, window }, { options });
  const seen = await window.evaluate(async () => {
    const ask = async () => (await fetch('/echo')).json();
    const recorded = await T.startSpan({ name: 'root' }, ask);
    T.getClient().getOptions().tracesSampleRate = 0;
    const unsampled = await T.startNewTrace(() => T.startSpan({ name: 'root' }, ask));
    return [recorded, unsampled];
  });
  for (const [at, flag] of [1, 0].entries()) {
    const { traceparent: given, 'sentry-trace': own, baggage } = seen[at];
    assert.match(own, new RegExp(`^[0-9a-f]{32}-[0-9a-f]{16}-${flag}$`));
    assert.equal(given, `00-${own.slice(0, 49)}-0${flag}`);
    assert.ok(baggage.includes(`sentry-sampled=${Boolean(flag)}`), baggage);
  }
}

async function spans({ server, window }) {
  await open({ server, window }, { options: { tracePropagationTargets: [server.url] } });
  await window.evaluate(async () => {
    const xhr = (url) =>
      new Promise((resolve) => {
        const request = new XMLHttpRequest();
        request.open('GET', url);
        request.onloadend = resolve;
        request.send();
      });
    await T.startSpan({ name: 'root' }, async () => {
      await (await fetch('/echo?token=1#f')).text();
      await fetch('/status/404', { method: 'post' });
      await fetch('http://localhost:1/').catch(() => {});
      await xhr('/echo');
      await xhr('/status/500');
      await xhr('http://localhost:1/');
      const control = new AbortController();
      const aborted = fetch('/echo', { signal: control.signal });
      control.abort();
      await aborted.catch(() => {});
    });
  });
  const [root] = await roots(server, 1);
  assert.deepEqual(
    root.spans.map(({ description, status, data }) => [
      description,
      status,
      data['http.response.status_code'],
      data.type,
    ]),
    [
      ['GET /echo', 'ok', 200, 'fetch'],
      ['POST /status/404', 'not_found', 404, 'fetch'],
      ['GET http://localhost:1/', 'internal_error', undefined, 'fetch'],
      ['GET /echo', 'ok', 200, 'xhr'],
      ['GET /status/500', 'internal_error', 500, 'xhr'],
      ['GET http://localhost:1/', 'internal_error', 0, 'xhr'],
      ['GET /echo', 'internal_error', undefined, 'fetch'],
    ],
  );
  assert.equal(root.spans[0].data['url.full'], `${server.url}/echo?token=[Filtered]#f`);
  for (const { op, parent_span_id } of root.spans) {
    assert.deepEqual([op, parent_span_id], ['http.client', root.span_id]);
  }
  await assertSilent(window);
}

/** What the engine has measured of a request stands on its span. */
async function timings({ server, window }) {
  await open({ server, window });
  const measured = await window.evaluate(async () => {
    const done = new Promise((resolve) => {
      new PerformanceObserver((list) => {
        const entry = list.getEntries().find(({ name }) => name.endsWith('/echo/timed'));
        if (entry) setTimeout(resolve, 0, entry.toJSON());
      }).observe({ type: 'resource' });
    });
    return T.startSpan({ name: 'root' }, async () => {
      await (await fetch('/echo/timed')).text();
      return done;
    });
  });
  const [
    {
      spans: [request],
    },
  ] = await roots(server, 1);
  const { data } = request;
  for (const [attribute, member] of [
    ['http.request.fetch_start', 'fetchStart'],
    ['http.request.request_start', 'requestStart'],
    ['http.request.response_start', 'responseStart'],
    ['http.request.response_end', 'responseEnd'],
  ]) {
    assert.ok(measured[member] > 0, `${member} was not measured`);
    assert.ok(data[attribute] > 1e9, `${attribute} is ${data[attribute]}`);
  }
  assert.ok(data['http.request.response_end'] >= data['http.request.request_start']);
}

export const requests = {
  'gives headers to the targets that were chosen, by fetch and XMLHttpRequest, and to nobody else': targets,
  'gives headers to the own origin and localhost where nobody has chosen': byDefault,
  'keeps the own headers, body and trace of requests in all forms': ownHeaders,
  'gives traceparent where it is wanted, with the decision': traceparent,
  'times requests in spans that name their outcome': spans,
  'writes on the span of a request what the engine measured of it': timings,
};
