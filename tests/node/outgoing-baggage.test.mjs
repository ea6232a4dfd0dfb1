// The baggage that an application sends itself, whatever it is: its members stay, in one header, and ours come after them if they fit.
import assert from 'node:assert/strict';
import http from 'node:http';
import { after, before, describe, it } from 'node:test';
import * as Throughline from '../../dist/node.js';
import { useReceiver } from './receiver.mjs';

/** What is given, how what arrives begins, and whether ours are in it. */
const CASES = {
  'a member': ['one=1', 'one=1', true],
  'several headers': [['one=1', 'two=2'], /^one=1, ?two=2/, true],
  'properties and white space': ['one = 1 ; p=2,two=2', 'one = 1 ; p=2,two=2', true],
  'letters beyond ASCII': ['\u00fc=\u00e9', '\u00fc=\u00e9', true],
  'no member': [';;,,=', ';;,,=', true],
  'so much that ours have no place': [`one=${'1'.repeat(8190)}`, 'one=1', false],
  'more than is allowed': ['x'.repeat(12_000), 'xxx', false],
  'members of our kind, which somebody wrote by hand': [
    'sentry-release=own,one=1',
    'sentry-release=own,one=1',
    false,
  ],
};

describe('the baggage of an application has', () => {
  const receiver = useReceiver();
  before(() =>
    Throughline.init({
      tracesSampleRate: 1,
      integrations: [Throughline.httpIntegration({ incoming: false })],
    }),
  );
  after(() => Throughline.close());

  const ways = {
    fetch: (baggage) =>
      fetch(receiver.url(), { headers: [baggage].flat().map((one) => ['baggage', one]) }).then((response) =>
        response.text(),
      ),
    http: (baggage) =>
      new Promise((resolve, reject) => {
        const sent = http.get(receiver.url(), { headers: { baggage } }, (response) =>
          response.resume().on('end', resolve),
        );
        sent.on('error', reject);
      }),
  };

  for (const [what, [given, begins, hasOurs]] of Object.entries(CASES)) {
    it(what, async () => {
      for (const send of Object.values(ways)) {
        await Throughline.startSpan({ name: 'root' }, () => send(given));
        const [{ headers, raw }] = receiver.take();
        assert.ok(headers['sentry-trace']);
        const { baggage } = headers;
        if (typeof begins === 'string') assert.equal(baggage.slice(0, begins.length), begins);
        else assert.match(baggage, begins);
        assert.equal(/,sentry-trace_id=/.test(baggage), hasOurs);
        if (!hasOurs) assert.equal(baggage, given);
        assert.equal(raw.filter((name) => name === 'baggage').length, 1);
      }
    });
  }
});
