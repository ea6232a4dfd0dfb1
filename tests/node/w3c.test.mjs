// The headers of the W3C through a service: in where there is no `sentry-trace`, out where the option asks for them.
import assert from 'node:assert/strict';
import http, { createServer } from 'node:http';
import { after, before, describe, it } from 'node:test';
import * as Throughline from '../../dist/node.js';
import { SPAN, TRACE, useServer } from './servers.mjs';
import { useIngest } from './support.mjs';

const STATE = 'congo=t61rcWkgMzE,rojo=00f067aa0ba902b7';

describe('a service between others that speak W3C Trace Context', () => {
  const ingest = useIngest();
  let heard;
  const below = useServer(() =>
    createServer((request, response) => {
      heard = request.headers;
      response.end();
    }),
  );
  const ways = {
    fetch: (url) => fetch(url),
    'http.get': (url) =>
      new Promise((resolve, reject) => {
        http.get(url, (answer) => answer.resume().on('end', resolve)).on('error', reject);
      }),
  };
  const service = useServer(() =>
    createServer(async (request, response) => {
      await ways[request.url.slice(1)](below.url);
      response.end();
    }),
  );
  let client;
  before(() => {
    client = Throughline.init({
      dsn: ingest.dsn(),
      tracesSampleRate: 1,
      // The tests' own requests carry what they name.
      integrations: [
        Throughline.httpIntegration({ ignoreOutgoingRequests: (url) => url.startsWith(service.url) }),
      ],
    });
  });
  after(() => Throughline.close());

  /** What the service sends on of headers that it got. */
  async function through(way, headers, propagateTraceparent) {
    client.getOptions().propagateTraceparent = propagateTraceparent;
    await (await fetch(`${service.url}/${way}`, { headers })).text();
    const { traceparent, tracestate, 'sentry-trace': sentryTrace } = heard;
    return { traceparent, tracestate, sentryTrace };
  }

  for (const way of Object.keys(ways)) {
    it(`continues their trace, and hands on what they say of it, by ${way}`, async () => {
      const given = { traceparent: `00-${TRACE}-${SPAN}-01`, tracestate: STATE };
      const { traceparent, tracestate, sentryTrace } = await through(way, given, true);
      assert.match(traceparent, new RegExp(`^00-${TRACE}-[\\da-f]{16}-01$`));
      assert.ok(sentryTrace.startsWith(`${TRACE}-${traceparent.slice(36, 52)}-1`));
      assert.equal(tracestate, STATE);
    });

    it(`does not say that a trace is not recorded, where that is to be left out, by ${way}`, async () => {
      const given = { traceparent: `00-${TRACE}-${SPAN}-00`, tracestate: STATE };
      const told = await through(way, given, true);
      assert.match(told.traceparent, new RegExp(`^00-${TRACE}-[\\da-f]{16}-00$`));
      const omitted = await through(way, given, { unsampled: 'omit' });
      assert.deepEqual([omitted.traceparent, omitted.tracestate], [undefined, undefined]);
      assert.match(omitted.sentryTrace, new RegExp(`^${TRACE}-[\\da-f]{16}-0$`));
      const recorded = { ...given, traceparent: `00-${TRACE}-${SPAN}-01` };
      assert.equal((await through(way, recorded, { unsampled: 'omit' })).tracestate, STATE);
    });

    it(`follows sentry-trace where both are there, without what others say of another trace, by ${way}`, async () => {
      const other = 'e'.repeat(32);
      const given = {
        'sentry-trace': `${TRACE}-${SPAN}-1`,
        traceparent: `00-${other}-${SPAN}-01`,
        tracestate: STATE,
      };
      const { traceparent, tracestate } = await through(way, given, true);
      assert.ok(traceparent.startsWith(`00-${TRACE}-`));
      assert.equal(tracestate, undefined);
    });
  }
});
