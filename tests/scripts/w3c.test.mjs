// The headers of the W3C as the npm package reads them: on every line of the vectors as the Rust crate does, and beside
// OpenTelemetry's propagators, which nobody here wrote, on the same headers, put together at random. Where the two differ, the
// difference has a name and a reason.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { context, defaultTextMapGetter, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import { bundlePackage } from '../../scripts/build/bundle.mjs';
import { root } from '../../scripts/lib/project.mjs';

const TRACE = '771a43a4192642f0b136d5159a501700';
const SPAN = 'b0e6f15b45c36b12';
const ESCAPES = { n: '\n', r: '\r', t: '\t', 0: '\0', s: ' ', '\\': '\\' };

/** The examples of a file of vectors, in the notation of its README: what is given, and what is expected. */
function examples(file) {
  const lines = readFileSync(join(root, 'tests', 'vectors', file), 'utf8').split('\n');
  return lines
    .filter((line) => line && !line.startsWith('#'))
    .map((line) => {
      const expanded = line
        .replaceAll('{T}', TRACE)
        .replaceAll('{S}', SPAN)
        .replaceAll('{}', '')
        .replace(/\{([^{}]*)\*(\d+)\}/g, (_, text, count) => text.repeat(Number(count)));
      const column = (text) => text.trim().replace(/\\(.)/g, (_, sign) => ESCAPES[sign]);
      const at = expanded.indexOf(' => ');
      return { line, given: column(expanded.slice(0, at)), expected: column(expanded.slice(at + 4)) };
    });
}

/** Numbers from 0 to 1 that are the same in each run. */
function dice() {
  let state = 11;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** What OpenTelemetry reads of headers: the context of the span they name, if they do. */
function theirs(traceparent, tracestate) {
  const carrier = { traceparent, ...(tracestate === undefined ? {} : { tracestate }) };
  const read = new W3CTraceContextPropagator().extract(ROOT_CONTEXT, carrier, defaultTextMapGetter);
  return trace.getSpanContext(read);
}

describe('the headers of the W3C', { timeout: 60_000 }, async () => {
  const { bundled } = await bundlePackage({
    entry: 'tests/support/w3c.ts',
    file: 'w3c.js',
    core: 'delivered',
  });
  const { counting, deliver, inOurForm, readTracestate, receiveTrace, w3cHeaders, mergeBaggage } =
    await import(`data:text/javascript,${encodeURIComponent(bundled.code)}`);
  deliver(new WebAssembly.Module(readFileSync(join(root, 'dist', 'core.wasm'))));

  it('traceparent is read as the vectors say', () => {
    const all = examples('traceparent.txt');
    assert.ok(all.length > 60, `${all.length} examples`);
    for (const { line, given, expected } of all) {
      const [, ids, flag] = /^(.+)-(.)$/.exec(inOurForm(given)) ?? [];
      const said = ids ? `${ids.replace('-', ' | ')} | ${flag === '1' ? 'yes' : 'no'}` : 'none';
      assert.equal(said, expected, line);
    }
  });

  it('tracestate is read as the vectors say', () => {
    const all = examples('tracestate.txt');
    assert.ok(all.length > 50, `${all.length} examples`);
    for (const { line, given, expected } of all)
      assert.equal(readTracestate(given) || 'none', expected, line);
  });

  it('a long traceparent or sentry-trace that is none is known to be none, in a time that does not grow with its square', () => {
    const blanks = ' '.repeat(1e6);
    const valid = `01-${TRACE}-${SPAN}-01`;
    for (const text of [
      blanks,
      `${blanks}x`,
      `${valid}${blanks}\n`,
      `${valid}${blanks}-`,
      `00-${TRACE}-${SPAN}-01-${blanks}\n`,
      `${blanks}${valid}${blanks}\u2028`,
      `${TRACE}-${SPAN}-${blanks}1`,
      `${TRACE}${blanks}\n`,
      TRACE.repeat(3e4),
      '0'.repeat(1e6),
      '-'.repeat(1e6),
    ]) {
      assert.equal(inOurForm(text), '');
      // What follows counts, as no `sentry-trace` does.
      assert.equal(counting(text, 'other'), 'other');
    }
    for (const end of ['', '\n', '\u2028'])
      assert.equal(inOurForm(`${blanks}${valid}-${blanks}${end}`), `${TRACE}-${SPAN}-1`);
  });

  it('a long tracestate that is none is known to be none, in a time that does not grow with its square', () => {
    for (const text of [' '.repeat(1e6), `a=${' '.repeat(1e6)}\u00e9`, ','.repeat(1e6)]) {
      assert.equal(readTracestate(text), '');
      assert.equal(readTracestate(`a=${text}`), '');
    }
    assert.equal(readTracestate('a=b,'.repeat(2e5)), '', 'more than 32 members');
  });

  it('a sentry-trace is continued as the vectors say, beside a traceparent of another trace', () => {
    const other = '0123456789abcdef0123456789abcdef';
    for (const { line, given, expected } of examples('sentry_trace.txt')) {
      const said = receiveTrace(undefined, given, '', `00-${other}-${SPAN}-01`, 'a=1');
      const [traceId] = expected.split(' | ');
      assert.equal(said?.traceId, traceId === 'none' ? other : traceId, line);
      assert.equal(said?.tracestate, traceId === 'none' ? 'a=1' : undefined, line);
    }
  });

  it('traceparent is read as OpenTelemetry reads it', () => {
    const pieces = [
      ['00', '00', '00', '01', 'cc', 'ff', 'FF', '0', '', '000', '0g', ' 00'],
      [TRACE, TRACE, TRACE, '0'.repeat(32), TRACE.toUpperCase(), TRACE.slice(1), `${TRACE}0`, ''],
      [SPAN, SPAN, SPAN, '0'.repeat(16), SPAN.toUpperCase(), SPAN.slice(1), `${SPAN}0`, ''],
      ['01', '00', 'ff', '02', '09', '1', '0A', '', '01 ', '01-', '01-x', '00-01', '01.', '001'],
    ];
    const next = dice();
    let valid = 0;
    for (let count = 0; count < 20_000; count++) {
      const parts = pieces.map((some) => some[Math.floor(next() * some.length)]);
      const header = parts.join(next() < 0.97 ? '-' : '_');
      const expected = theirs(header);
      const said = inOurForm(header);
      if (expected) valid += 1;
      const { traceId, spanId, traceFlags } = expected ?? {};
      assert.equal(said, expected ? `${traceId}-${spanId}-${traceFlags & 1}` : '', header);
    }
    assert.ok(valid > 500, `${valid} are valid`);
  });

  /** Where we differ from OpenTelemetry on purpose: of a `tracestate`, and what OpenTelemetry makes of it. */
  const DIFFERENCES = {
    'more than 32 members are none (section 3.3.1.1); they keep 32': (members) =>
      members.filter((member) => member.trim()).length > 32,
    'it is passed on untouched, blanks, empty members and doubles included; they write it anew': (members) =>
      members.some((member) => member.trim() !== member || !member),
    'a member that is none takes the header with it (section 3.3.1); they leave out that one': (members) =>
      members.some((member) => member.trim() && !isMember(member.trim())),
    'keys are those of Level 2; theirs are those of Level 1': (members) =>
      members.some((member) => /^(\d[^@]*=|[^=@]*@(.*@|\d|=|.{14}[^=]))/.test(member.trim())),
    'of two members with one key both are passed on; they keep the last': (members) =>
      new Set(members.map((member) => member.trim().split('=')[0])).size < members.length,
    'more than 512 characters are cut at the end; they leave out what is too long wherever it stands': (
      members,
    ) => members.join(',').length > 512,
  };
  const isMember = (member) => /^[a-z\d][a-z\d_*/@-]{0,255}=[ -+\--<>-~]{0,255}[!-+\--<>-~]$/.test(member);

  it('tracestate is passed on as OpenTelemetry passes it on, but for differences with a reason', () => {
    const keys = ['a', 'foo', 'x-y_z*/', 't@v', '0t@v', '0', 'A', '', 'a.b', 'a@@b', 'z'.repeat(256)];
    const values = ['1', 'a b', '!~', 'x'.repeat(256), 'x'.repeat(257), '', 'a=b', '\u00e9', 'a\tb', '" <>'];
    const next = dice();
    const pick = (some) => some[Math.floor(next() * (next() < 0.6 ? 3 : some.length))];
    const seen = new Map();
    let same = 0;
    for (let count = 0; count < 20_000; count++) {
      const size = next() < 0.03 ? 40 : Math.ceil(next() * 5);
      const blank = () => (next() < 0.05 ? ' ' : '');
      const members = Array.from({ length: size }, (_, at) =>
        next() < 0.03
          ? blank()
          : `${blank()}${pick(keys)}${next() < 0.7 ? at : ''}=${pick(values)}${blank()}`,
      );
      const header = members.join(',');
      const said = readTracestate(header);
      const expected = theirs(`00-${TRACE}-${SPAN}-01`, header).traceState?.serialize() ?? '';
      if (said === expected) {
        same += 1;
        continue;
      }
      const reason = Object.keys(DIFFERENCES).find((one) => DIFFERENCES[one](members));
      assert.ok(reason, `${JSON.stringify(header)}\n  ours: ${said}\n  theirs: ${expected}`);
      seen.set(reason, (seen.get(reason) ?? 0) + 1);
    }
    assert.ok(same > 3000, `${same} are the same`);
    for (const reason of Object.keys(DIFFERENCES)) assert.ok(seen.has(reason), `no case of: ${reason}`);
  });

  it('OpenTelemetry continues what we send', () => {
    for (const sampled of ['0', '1']) {
      const sent = w3cHeaders(true, `00-${TRACE}-${SPAN}-0${sampled}`, 'rojo=1,congo=2');
      const read = theirs(...sent);
      assert.deepEqual([read.traceId, read.spanId, read.traceFlags], [TRACE, SPAN, Number(sampled)]);
      assert.equal(read.traceState.serialize(), sent[1]);
    }
    assert.deepEqual(w3cHeaders({ unsampled: 'omit' }, `00-${TRACE}-${SPAN}-00`, 'a=1'), ['', '']);
    assert.deepEqual(w3cHeaders({ unsampled: 'omit' }, `00-${TRACE}-${SPAN}-01`, 'a=1')[1], 'a=1');
    assert.deepEqual(w3cHeaders(undefined, `00-${TRACE}-${SPAN}-01`, 'a=1'), ['', '']);
  });

  /** What OpenTelemetry reads of a `baggage`, by key. */
  function bagOf(header) {
    const read = new W3CBaggagePropagator().extract(ROOT_CONTEXT, { baggage: header }, defaultTextMapGetter);
    return Object.fromEntries(propagation.getBaggage(read)?.getAllEntries() ?? []);
  }

  it('baggage is read as OpenTelemetry reads it, as far as it is ours', () => {
    const keys = [
      'sentry-a',
      'sentry-b',
      'sentry-c',
      ' sentry-d ',
      'sentry-%65',
      'other',
      'sentry',
      '',
      'sentry-%',
      'a b',
    ];
    const values = ['1', 'a%20b', ' x ', '', '%', 'a=b', '%C3%A9', '%FF', '\u00e9', '1;p=2'];
    const next = dice();
    let found = 0;
    for (let count = 0; count < 5000; count++) {
      const members = Array.from({ length: Math.ceil(next() * 6) }, () => {
        const member = `${keys[Math.floor(next() * keys.length)]}=${values[Math.floor(next() * values.length)]}`;
        return next() < 0.05 && !member.includes(';') ? member.replace('=', '') : member;
      });
      const header = members.join(',');
      const { sample_rand, ...said } = receiveTrace(undefined, `${TRACE}-${SPAN}-1`, header).dsc;
      const expected = {};
      for (const [key, { value, metadata }] of Object.entries(bagOf(header))) {
        // Properties stay a part of the value, as in the reference.
        const whole = metadata === undefined ? value : `${value};${metadata}`;
        if (key.startsWith('sentry-')) expected[key.slice('sentry-'.length)] = whole;
      }
      assert.deepEqual({ ...said }, expected, header);
      found += Object.keys(expected).length;
    }
    assert.ok(found > 3000, `${found} entries`);
  });

  it('baggage of others is in the merged header what it was to OpenTelemetry', () => {
    for (const { given } of examples('baggage_w3c.txt')) {
      const [theirBaggage] = given.split(' | ');
      const merged = mergeBaggage(theirBaggage, `sentry-trace_id=${TRACE}`);
      const { 'sentry-trace_id': ours, ...rest } = bagOf(merged);
      assert.equal(ours.value, TRACE, given);
      const shown = (bag) =>
        Object.entries(bag).map(([key, { value, metadata }]) => [key, value, `${metadata ?? ''}`.trimEnd()]);
      assert.deepEqual(shown(rest), shown(bagOf(theirBaggage)), given);
    }
  });

  it('nothing of OpenTelemetry is active: the propagators were asked alone', () => {
    assert.equal(trace.getSpanContext(context.active()), undefined);
  });
});
