// The one list of known differences from the reference. Each says why it is there, names the scripts that show
// it, and holds a small function that turns what the reference does into what we do. An entry that is not
// needed any more fails the suite. Sections are those of PROTOCOL.md.

/**
 * @typedef {object} Difference
 * @property {string} reason
 * @property {string[] | RegExp} scripts names of scripts, or what they all match
 * @property {(observed: any) => void} adapt changes what was observed with the reference
 */

/** Names of section 6.11 that are not exported. */
const MISSING = [
  // Names of routes, for routers.
  ...['setRouteProvider', 'getRouteProvider', 'resolveRoute', 'resolveCurrentRoute'],
  ...['createUrlRouteProvider', 'createCachedRouteProvider'],
];

/** @type {Difference[]} */
export const differences = [
  {
    reason: 'nothing is ever thrown into the page: a mistake in page code costs one call',
    scripts: /^(an )?odd .* hurts? nobody$/,
    adapt: (observed) => {
      observed.result = JSON.parse(JSON.stringify(observed.result).replaceAll('"threw"', '"survived"'));
    },
  },
  {
    reason: 'section 14, row 2: baggage that does not exist has no meta tag',
    scripts: ['a meta tag for baggage that does not exist'],
    adapt: (observed) => {
      observed.result = observed.result.replace('<meta name="baggage" content="undefined"/>', '');
    },
  },
  {
    reason: 'section 14, row 6: ids of zeros are malformed',
    scripts: ['a sentry-trace with a trace id of zeros', 'a sentry-trace with a span id of zeros'],
    adapt: (observed) => {
      const baggage = 'sentry-environment=production,sentry-public_key=public,sentry-trace_id=T1';
      observed.result = [
        [
          { traceId: 'T1', sampleRand: 'rand' },
          { baggage, 'sentry-trace': 'T1-S1' },
        ],
      ];
    },
  },
  {
    reason: 'section 14, row 7: no comma in place of a first entry that is too long',
    scripts: ['a first entry that is too long is left out'],
    adapt: (observed) => {
      observed.result = ['sentry-b=2', '[undefined]'];
    },
  },
  {
    reason: 'section 14, row 8: both headers name one span id',
    scripts: ['the header of the W3C outside of spans'],
    adapt: (observed) => {
      for (const told of observed.result) told.sameSpan = true;
    },
  },
  {
    reason: 'section 14, row 11: a sampling context is copied before it is changed',
    scripts: ['a rate that was applied here overwrites the one that came'],
    adapt: (observed) => {
      observed.result[2] = '0.9';
    },
  },
  {
    reason: 'section 14, row 13: an expression is asked from its start each time',
    scripts: ['an expression that remembers where it was matches each time'],
    adapt: (observed) => {
      observed.result = [['other', ['kept']]];
    },
  },
  {
    reason: 'section 14, row 15: a scope is left by identity',
    scripts: ['of overlapping forks of asynchronous callbacks each ends its own'],
    adapt: (observed) => {
      observed.result[0].name = 'second';
    },
  },
  {
    reason: 'section 14, row 15: a span that ends while another is active leaves that one active',
    scripts: ['spans made active in the browser one after the other give way in turn'],
    adapt: (observed) => {
      observed.result[4] = 'b';
    },
  },
  {
    reason: 'section 16, row 2: a callback without a wrapper is called with the static shape',
    scripts: ['a beforeSendSpan without a wrapper'],
    adapt: (observed) => {
      observed.result = ['root', 'child'];
      const [, transaction] = observed.envelopes[0].items[0];
      transaction.contexts.trace.data.added = 1;
      transaction.spans[0].data.added = 1;
    },
  },
  {
    reason: 'section 16, row 4: a text target is never compared with a query',
    scripts: ['a text target that stands in a query'],
    adapt: (observed) => {
      observed.result = {};
    },
  },
  {
    reason: 'section 16, row 23: what goes to an ingest is no request of the page, whoever sends it',
    scripts: ['where an SDK is told: fetch'],
    adapt: (observed) => {
      observed.result = {};
      observed.envelopes[0].items[0][1].spans = [];
    },
  },
  {
    reason: 'section 16, row 9: a header has at most 64 members',
    scripts: ['a hundred entries that came are passed on'],
    adapt: (observed) => {
      observed.result = observed.result.split(',').slice(0, 64).join();
    },
  },
  {
    reason: 'section 16, row 13: the message of a failed request is the browser’s own',
    scripts: ['the message of a failed fetch: is the browser’s'],
    adapt: (observed) => {
      observed.result = observed.result.replace(/ \(.*\)$/, '');
    },
  },
  {
    reason: 'what is no URL is never sent: there is no request to be timed',
    scripts: ['the end of a fetch: no URL'],
    adapt: (observed) => {
      observed.envelopes[0].items[0][1].spans = [];
    },
  },
  {
    reason: 'section 16, row 14: without a DSN propagation still works',
    scripts: ['headers without a DSN', 'headers with a DSN that is none'],
    adapt: (observed) => {
      const baggage = 'sentry-environment=production,sentry-trace_id=T1';
      const decision =
        'sentry-transaction=x,sentry-sampled=true,sentry-sample_rand=rand,sentry-sample_rate=1';
      observed.result[0] = { baggage, 'sentry-trace': 'T1-S1' };
      observed.result[1][0] = { baggage: `${baggage},${decision}`, 'sentry-trace': 'T1-S2-1' };
    },
  },
  {
    reason: 'section 16, row 14: without a DSN propagation still works, so that integrations are set up',
    scripts: ['integrations of a client that is switched off, or has nowhere to send, are not set up'],
    adapt: (observed) => {
      observed.result = ['no DSN', 'on'];
    },
  },
  {
    reason: 'section 16, row 14: a client that is switched off records nothing',
    scripts: ['no headers without a client, and none from one that is switched off'],
    adapt: (observed) => {
      observed.result[2][1] = false;
    },
  },
  {
    reason: 'section 1.2: what is no time counts as now, and an end at zero ends a span like any other',
    scripts: [
      'spans that start or end at zero',
      'spans that start or end at not a number',
      'spans that start or end at a date that is none',
      'spans that start or end at an empty array',
    ],
    adapt: (observed) => Object.assign(observed.result, { end: 'now', ended: true }),
  },
  {
    reason: 'section 1.2: a number that no clock shows counts as now',
    scripts: ['spans that start or end at a negative number', 'spans that start or end at infinity'],
    adapt: (observed) => Object.assign(observed.result, { start: 'now', end: 'now', orderly: true }),
  },
  {
    reason: 'section 1.2: seconds without nanoseconds are a time too',
    scripts: ['spans that start or end at seconds without nanoseconds'],
    adapt: (observed) => Object.assign(observed.result, { start: 1700000000, end: 1700000000, ended: true }),
  },
  {
    reason: 'section 1.2: an end at zero is an end now, and only the first end counts',
    scripts: ['a span ends once more after an end at zero'],
    adapt: (observed) => {
      observed.result = [false, false, 'now'];
      observed.envelopes[0].items[0][1].timestamp = 'now';
    },
  },
  {
    reason:
      'section 9.3: an end before the start makes the server drop the event, so that it becomes the start',
    scripts: ['a span ends before it starts'],
    adapt: (observed) => {
      const [root, child] = observed.result;
      root.end_timestamp = root.start_timestamp;
      child.end_timestamp = child.start_timestamp;
      const [, event] = observed.envelopes[0].items[0];
      event.timestamp = root.start_timestamp;
      event.spans[0].timestamp = child.start_timestamp;
    },
  },
  {
    reason:
      'section 9.3: an end before the start, of a span that was to begin in the future too, makes the server drop the event',
    scripts: ['ends before the start, in the past and in the future'],
    adapt: (observed) => {
      observed.result = ['at its start', 'at its start'];
    },
  },
  {
    reason: 'listeners that are objects have a scope too: an event target takes both kinds',
    scripts: ['a listener that is an object runs with the scope of its event target'],
    adapt: (observed) => {
      observed.result[0][0] = 'mine';
    },
  },
  {
    reason: 'section 8.4: either says that a page is hidden, `visibilityState` or `hidden`',
    scripts: [
      'a page that says by visibilityState alone that it is hidden: static',
      'a page that says by visibilityState alone that it is hidden: stream',
    ],
    adapt: (observed) => {
      observed.result = [false, 'cancelled', 'document.hidden', 'externalFinish'];
    },
  },
  {
    reason: 'a page load that is ignored ends when the page moves on: header and baggage name one trace',
    scripts: ['in stream mode a page ignores a segment by name'],
    adapt: (observed) => {
      observed.result.at(-1)['sentry-trace'] = 'T2-S6-1';
      observed.result.at(-1).baggage = observed.result[4].baggage;
    },
  },
  {
    reason: 'an event comes from the address at which the page is, whatever the trace it is in',
    scripts: /^a navigation (in|while) .* is active until that is over$/,
    adapt: (observed) => {
      const names = ['afterwards', 'at the end'];
      for (const root of observed.result.seen) {
        if (names.includes(root.transaction)) root.url = 'http://localhost/page/next';
      }
    },
  },
  {
    reason: 'section 9.3: no end lies before the start of its span',
    scripts: ['spans that start or end at the last number that is seconds'],
    adapt: (observed) => {
      observed.result.orderly = true;
    },
  },
  {
    reason: 'section 9.3: no end lies before the start of its span, whatever unit it was given in',
    scripts: ['spans that start or end at the first number that is milliseconds'],
    adapt: (observed) => {
      observed.result.end = 1600000000;
    },
  },
  {
    reason: 'section 6.4: what a promise has beside then is kept, of a native one too',
    scripts: ['a promise with members beside then keeps them'],
    adapt: (observed) => {
      observed.result[1] = 'aborted';
    },
  },
  {
    reason: 'section 4.4: who does not head a trace invents no values for its sampling context',
    scripts: ['only with a parent, and there is none: a placeholder in the trace of the scope'],
    adapt: (observed) => {
      observed.result[1][4].baggage = 'sentry-sample_rand=0.5';
    },
  },
  {
    reason: 'section 3.3: an entry without a value is none, in the envelope as in the header',
    scripts: ['a sampling context with an environment that is empty'],
    adapt: (observed) => {
      const [envelope] = observed.envelopes;
      delete envelope.header.trace.release;
      envelope.order = envelope.order.filter((name) => name !== 'release');
    },
  },
  {
    reason:
      'section 16, row 15: what adds to the sampling context is session replay, which is not part of this',
    scripts: ['a listener may add to the sampling context'],
    adapt: (observed) => {
      observed.result[0] = observed.result[0].map((header) => header.replace(',sentry-replay_id=r', ''));
      observed.result[1] = [];
      const [envelope] = observed.envelopes;
      delete envelope.header.trace.replay_id;
      envelope.order = envelope.order.filter((name) => name !== 'replay_id');
    },
  },
  {
    reason: 'a value is copied when it is set: what the page does to it afterwards does not change the span',
    scripts: ['what happens to a value after it was set'],
    adapt: (observed) => {
      observed.result.splice(1, 1);
      observed.envelopes[0].items[0][1].contexts.trace.data.list.splice(1, 1);
    },
  },
  {
    reason:
      'section 16, row 18: only a move that the browser has made is a navigation, so we hear of it after it',
    scripts:
      /^a page that (pushes (another|one|the address it has after)|replaces its address|goes to an? (rel|abs|bare|obj|num|q)|goes back)/,
    adapt: ({ result }) => {
      result.forEach((told, index) => {
        if (told.name) told.at = result[index + 2];
      });
    },
  },
  {
    reason: 'section 16, row 18: an address is resolved against the document, as the browser does it',
    scripts: ['a page that goes to a bare query'],
    adapt: ({ result }) => {
      Object.assign(result[0], { name: '/page', url: result[2] });
      result[3] = '/page';
    },
  },
  {
    reason: 'section 16, row 18: a move that the browser refused is no navigation',
    scripts: ['a page that goes to a place that is refused'],
    adapt: (observed) => {
      observed.result = observed.result.filter((told) => !told.name);
    },
  },
  {
    reason: 'a page that says the address where it is goes nowhere',
    scripts: ['a page that returns from the cache'],
    adapt: (observed) => {
      observed.result.pop();
    },
  },
  {
    reason: 'section 16, row 20: the baggage of another trace says nothing about this one',
    scripts: ['a trace id in the baggage that differs from the trace'],
    adapt: (observed) => {
      const [envelope] = observed.envelopes;
      envelope.header.trace = { sample_rand: 'rand' };
      envelope.order = ['sample_rand'];
      observed.result.baggage = 'sentry-sample_rand=rand';
    },
  },
  {
    reason: 'a value is copied when it is set, as it will be sent; a name is one line of text, and not empty',
    scripts: ['attributes of many types'],
    adapt: (observed) => {
      const odd = Object.keys(observed.result).filter((name) => !name || name.includes('\n'));
      const [, event] = observed.envelopes[0].items[0];
      for (const data of [observed.result, event.contexts.trace.data, event.spans[0].data]) {
        for (const name of odd) delete data[name];
      }
      Object.assign(observed.result, { code: '[Function: code]', date: '2023-11-14T22:13:20.000Z' });
      observed.result.object.a.b = '[Object]';
    },
  },
  {
    reason: 'spans of a transaction stand in the order they began, which no receiver depends on',
    scripts: ['children are sent in the order of their tree'],
    adapt: (observed) => {
      const [, event] = observed.envelopes[0].items[0];
      const [a, below, b, c] = event.spans;
      event.spans = [a, b, c, below].map((span, index) => ({ ...span, span_id: `S${index + 2}` }));
    },
  },
  {
    reason: 'requests, page life and web vitals are not complete yet; the other names are not about tracing',
    scripts: ['every name of the tracing part is exported, as the same kind of thing'],
    adapt: (observed) => {
      for (const name of MISSING) observed.result[name] = 'undefined';
    },
  },
];
