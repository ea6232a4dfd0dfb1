// Requests: spans, headers and what callbacks hear, of `fetch` and `XMLHttpRequest`. PROTOCOL.md section 7.

/** Calls of the page inside a root span, with both wrapped. */
async function traced(S, T, { call, options, init }) {
  const client = T.init({ ...init });
  T.fixRandom(0.25);
  S.instrumentOutgoingRequests(client, { enableHTTPTimings: false, ...options });
  const tools = {
    /** The trace headers that the server received. */
    echo: async (...given) => {
      const { 'sentry-trace': trace, baggage, traceparent } = await (await fetch(...given)).json();
      return { trace, baggage, traceparent };
    },
    send: (method, url, { headers = [], before, body } = {}) =>
      new Promise((resolve) => {
        const xhr = new XMLHttpRequest();
        xhr.open(method, url);
        for (const [name, value] of headers) xhr.setRequestHeader(name, value);
        before?.(xhr);
        xhr.addEventListener('loadend', () => resolve(xhr));
        xhr.send(body);
      }),
  };
  tools.sent = async (...given) => {
    const {
      'sentry-trace': trace,
      baggage,
      traceparent,
    } = JSON.parse((await tools.send(...given)).responseText);
    return { trace, baggage, traceparent };
  };
  return call(S, tools, T);
}

const script = (name, call, { options = '{}', init = '{}', only } = {}) => ({
  name,
  run: traced,
  given: `({ call: ${call}, options: ${options}, init: ${init} })`,
  only,
  // So that spans which wait for others of their trace wait until all requests are over.
  clock: init.includes('stream') && !options.includes('enableHTTPTimings'),
});

/** The same inside a root span, one script for each call. */
const inRoot = (name, calls, more) =>
  Object.entries(calls).map(([kind, call]) =>
    script(
      `${name}: ${kind}`,
      `(S, t, T) => S.startSpan({ name: 'root' }, (root) => (${call})(t, S, T, root))`,
      more,
    ),
  );

/** Whom we do not send to, where the reference does. */
export const left = [
  ...inRoot('where an SDK is told', { fetch: (t) => t.echo('/api/echo?sentry_key=public') }),
  // Outside of a span, which would say how long the answer is: that names the headers that came.
  script('a text target that stands in a query', "(S, t) => t.echo('/api/echo?from=api.other.test')", {
    init: "{ tracePropagationTargets: ['api.other.test'] }",
  }),
];

export const forms = inRoot('a fetch', {
  'of a text': (t) => t.echo('/api/echo?q=1#f'),
  'of a relative text': (t) => t.echo('api/echo'),
  'of an absolute text': (t) => t.echo(`${location.origin}/api/echo?token=1&q=2`),
  'of a URL': (t) => t.echo(new URL('/api/echo?a=b', location.href)),
  'of a request': (t) => t.echo(new Request('/api/echo', { method: 'POST', body: 'x' })),
  'of a request and an init': (t) => t.echo(new Request('/api/echo'), { method: 'delete' }),
  'with headers': (t) => t.echo('/api/echo', { headers: new Headers({ a: 'b' }) }),
  'with pairs': (t) => t.echo('/api/echo', { headers: [['a', 'b']] }),
  'with an object': (t) => t.echo('/api/echo', { headers: { a: 'b' }, method: 'put' }),
  'with baggage of others': (t) => t.echo('/api/echo', { headers: { baggage: 'a=1;p=2' } }),
  'with baggage of others in headers': (t) =>
    t.echo('/api/echo', { headers: new Headers({ baggage: 'a=1' }) }),
  'with baggage of ours': (t) =>
    t.echo('/api/echo', { headers: { 'sentry-trace': 'by-hand', baggage: 'sentry-a=1' } }),
});

export const outcomes = inRoot('the end of a fetch', {
  found: async () => (await fetch('/api/size')).status,
  'not found': async () => (await fetch('/api/status/404')).status,
  'an error of the server': async () => (await fetch('/api/status/503')).status,
  'too many': async () => (await fetch('/api/status/429')).status,
  moved: async () => (await fetch('/api/status/304')).status,
  'no network': () => fetch('/api/drop').catch(({ name }) => name),
  'no URL': () => fetch('http://').catch(({ name }) => name),
  aborted: () => fetch('/api/hang', { signal: AbortSignal.abort() }).catch(({ name }) => name),
  'inline data': async () => (await fetch('data:text/plain;base64,SGVsbG8gV29ybGQ=')).text(),
  'short inline data': async () => (await fetch('data:,hi')).text(),
});

export const messages = inRoot('the message of a failed fetch', {
  'is the browser’s': () => fetch('/api/drop').catch(({ message }) => message),
});

export const xhr = inRoot('an XMLHttpRequest', {
  'of a text': (t) => t.sent('get', '/api/echo?token=1&q=2#f'),
  'of an absolute text': (t) => t.sent('GET', `${location.origin}/api/echo?q=1`),
  'of a relative text': (t) => t.sent('GET', 'api/echo'),
  'of a URL': (t) => t.sent('POST', new URL('/api/echo', location.href), { body: 'x' }),
  'continued by hand': (t) => t.sent('GET', '/api/echo', { headers: [['Sentry-Trace', 'by-hand']] }),
  'with baggage of others': (t) => t.sent('GET', '/api/echo', { headers: [['BAGGAGE', 'a=1']] }),
  'with baggage of ours': (t) => t.sent('GET', '/api/echo', { headers: [['baggage', 'sentry-a=1']] }),
  'that is not found': async (t) => (await t.send('GET', '/api/status/404')).status,
  'without a network': async (t) => (await t.send('GET', '/api/drop')).status,
  aborted: async (t) =>
    (await t.send('GET', '/api/hang', { before: (xhr) => setTimeout(() => xhr.abort()) })).status,
  'too late': async (t) =>
    (await t.send('GET', '/api/hang', { before: (xhr) => Object.assign(xhr, { timeout: 20 }) })).status,
  synchronous: () => {
    const xhr = new XMLHttpRequest();
    xhr.open('GET', '/api/size', false);
    xhr.send();
    return xhr.responseText;
  },
  'used twice': async () => {
    const xhr = new XMLHttpRequest();
    for (const at of [200, 404]) {
      await new Promise((resolve) => {
        xhr.open('GET', `/api/status/${at}`);
        xhr.onload = resolve;
        xhr.send();
      });
    }
    return xhr.status;
  },
  'for an envelope': async (t) => (await t.send('POST', '/api/size?sentry_key=1', { body: 'x' })).status,
});

export const traceparent = inRoot(
  'the header of the W3C on',
  {
    'a fetch': (t) => t.echo('/api/echo'),
    'a fetch that has one': (t) => t.echo('/api/echo', { headers: { traceparent: 'mine' } }),
    'an XMLHttpRequest': (t) => t.sent('GET', '/api/echo'),
    'an XMLHttpRequest that has one': (t) =>
      t.sent('GET', '/api/echo', { headers: [['traceparent', 'mine']] }),
  },
  { init: '{ propagateTraceparent: true }' },
);

/** Outside of spans, and without any. */
export const spanless = ['{}', '{ tracesSampleRate: undefined }', "{ traceLifecycle: 'stream' }"].flatMap(
  (init) =>
    Object.entries({
      fetch: async (_S, t) => [await t.echo('/api/echo?q=1'), await t.echo('/api/echo')],
      XMLHttpRequest: async (_S, t) => [
        await t.sent('GET', '/api/echo?q=1'),
        await t.sent('GET', '/api/echo'),
      ],
    }).map(([kind, call]) =>
      script(`a ${kind} outside of spans with ${init}`, call, {
        init,
        // Of a fetch in stream mode the reference keeps the span for longer than a script lasts.
        only: kind === 'fetch' && init.includes('stream') ? 'result' : undefined,
      }),
    ),
);

export const streamed = inRoot(
  'in stream mode',
  {
    'a fetch': (t) => t.echo('/api/echo?q=1'),
    'an XMLHttpRequest': (t) => t.sent('GET', '/api/echo?q=1'),
    'a fetch that fails': () => fetch('/api/drop').catch(({ name }) => name),
  },
  { init: "{ traceLifecycle: 'stream' }" },
);

export const unsampled = inRoot(
  'in a trace that is not recorded',
  { 'a fetch': (t) => t.echo('/api/echo'), 'an XMLHttpRequest': (t) => t.sent('GET', '/api/echo') },
  { init: '{ tracesSampleRate: 0 }' },
);

export const targets = ["['nowhere']", '[]', "['/api']", '[/echo$/]', '[/ECHO/g]'].flatMap((list) =>
  inRoot(
    `targets ${list}`,
    {
      'a fetch': async (t) => [await t.echo('/api/echo'), await t.echo('/api/echo')],
      'an XMLHttpRequest': (t) => t.sent('GET', '/api/echo'),
    },
    { init: `{ tracePropagationTargets: ${list} }`, options: `{ tracePropagationTargets: ${list} }` },
  ),
);

export const switches = inRoot(
  'switched off',
  { fetch: (t) => t.echo('/api/echo'), XMLHttpRequest: (t) => t.sent('GET', '/api/echo') },
  { options: '{ traceFetch: false, traceXHR: false }' },
);

export const wanted = [
  script(
    'spans that the page does not want',
    async (S, t) => {
      const told = await S.startSpan({ name: 'root' }, async () => {
        const echoed = [await t.echo('/api/echo?skip'), await t.sent('GET', '/api/echo?skip')];
        return echoed.map(({ trace }) => trace.length);
      });
      return [told, globalThis.asked];
    },
    {
      options: `{ shouldCreateSpanForRequest: (url) => {
        globalThis.asked = [...new Set([...(globalThis.asked ?? []), url])];
        return !url.includes('skip');
      } }`,
    },
  ),
  script(
    'spans that ignoreSpans leaves out',
    (S, t) => S.startSpan({ name: 'root' }, () => t.echo('/api/echo')),
    {
      init: "{ traceLifecycle: 'stream', ignoreSpans: [/^GET/] }",
    },
  ),
  script('where tracing is suppressed', (S, t) =>
    S.startSpan({ name: 'root' }, () => S.suppressTracing(() => t.echo('/api/echo'))),
  ),
];

const TOLD = `{
  onRequestSpanStart: (span, { headers }) => {
    span.setAttribute('started', 1);
    (globalThis.told ??= []).push(['start', span.isRecording(), headers ? [...headers.keys()] : 'none']);
  },
  onRequestSpanEnd: (span, { headers, error }) => {
    span.setAttribute('ended', 1);
    (globalThis.told ??= []).push(['end', span.isRecording(), headers?.get('content-length') ?? 'none', error?.name]);
  },
}`;

export const callbacks = [
  ['a fetch', async () => (await fetch('/api/size', { headers: { 'X-Mine': '1' } })).text()],
  ['a fetch without headers', async () => (await fetch('/api/size')).text()],
  [
    'a fetch of a request',
    async () => (await fetch(new Request('/api/size', { headers: { a: 'b' } }))).text(),
  ],
  ['a fetch that fails', () => fetch('/api/drop').catch(() => 'failed')],
  [
    'an XMLHttpRequest',
    async (t) => (await t.send('GET', '/api/size', { headers: [['X-Mine', '1']] })).status,
  ],
  ['an XMLHttpRequest that fails', async (t) => (await t.send('GET', '/api/drop')).status],
].flatMap(([name, call]) => [
  script(
    `callbacks hear of ${name}`,
    `(S, t) => S.startSpan({ name: 'root' }, () => (${call})(t)).then((told) => [told, globalThis.told])`,
    { options: TOLD },
  ),
  script(
    `callbacks hear of ${name} outside of spans`,
    `(S, t) => (${call})(t).then((told) => [told, globalThis.told])`,
    { options: TOLD },
  ),
]);

export const listeners = [
  script('a listener hears of requests before they are sent', async (S, t) => {
    const heard = [];
    S.getClient().on('beforeOutgoingRequestSpan', (span) => {
      span.setAttribute('heard', 1);
      heard.push(span.isRecording());
    });
    await S.startSpan({ name: 'root' }, async () => {
      await t.echo('/api/echo');
      await t.sent('GET', '/api/echo');
    });
    return heard;
  }),
  script('listeners hear of the spans of requests', async (S, t) => {
    const heard = [];
    for (const hook of ['spanStart', 'spanEnd']) {
      S.getClient().on(hook, (span) => heard.push([hook, S.spanToJSON(span).name]));
    }
    await S.startSpan({ name: 'root' }, async () => {
      await t.echo('/api/echo');
      await t.sent('GET', '/api/echo');
    });
    return heard;
  }),
];

export const timings = ['static', 'stream'].map((lifecycle) =>
  script(
    `what the browser measured, ${lifecycle}`,
    async (S, t, { later }) => {
      const root = S.startInactiveSpan({ name: 'root' });
      const names = [];
      const awaited = new Set(['/api/size?fetched', '/api/size?sent']);
      const measured = new Promise((resolve) => {
        new PerformanceObserver((list) => {
          for (const { name } of list.getEntries()) awaited.delete(name.replace(location.origin, ''));
          if (!awaited.size) resolve();
        }).observe({ type: 'resource' });
      });
      // However late the browser tells it, nobody has lost patience by then.
      const { setTimeout } = globalThis;
      globalThis.setTimeout = () => 0;
      await S.withActiveSpan(root, async () => {
        await (await fetch('/api/size?fetched')).text();
        await t.send('GET', '/api/size?sent');
      });
      await measured;
      globalThis.setTimeout = setTimeout;
      // Until all observers have been told.
      await later();
      for (const span of S.getSpanDescendants(root)) {
        const { attributes } = S.spanToJSON(span);
        names.push(
          Object.entries(attributes)
            .filter(([name]) => /^(http.request|network)/.test(name))
            .map(([name, value]) => [name, typeof value === 'number' ? value > 0 : value])
            .sort(),
        );
      }
      root.end();
      return names;
    },
    { options: '{ enableHTTPTimings: true }', init: `{ traceLifecycle: '${lifecycle}' }`, only: 'result' },
  ),
);

export const defaults = [
  {
    name: 'what is instrumented if nobody says otherwise',
    run: (S) => S.defaultRequestInstrumentationOptions,
  },
];
