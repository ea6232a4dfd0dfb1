// Runs a flow (tests/vectors/flows/README.md) on js/, in a realm with a clock and timers of its own, and prints what has left.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import vm from 'node:vm';
import { build } from 'esbuild';
import { CORE, TRANSLATED } from '../../scripts/build/core.mjs';
import { textOfCore } from '../../scripts/build/text-of-core.mjs';
import { root } from '../../scripts/lib/project.mjs';

const EPOCH = 1_000_000_000;
const TRACE = '1'.repeat(32);

/**
 * js/ as one script that answers with its exports, with the core that was built last.
 *
 * @param {string} core the file of js/core/ that gives it its core
 */
export async function bundleOfSpans(core) {
  const text = textOfCore(await readFile(CORE));
  const written = {
    'throughline:wasm': `export const takeText = () => ${JSON.stringify(text)};`,
    'throughline:translation': await readFile(TRANSLATED, 'utf8'),
    'throughline:package': 'export const version = "0.0.0", edition = version;',
  };
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ['tests/support/flow-page.ts'],
    bundle: true,
    format: 'iife',
    globalName: 'spans',
    logLevel: 'error',
    target: 'es2022',
    write: false,
    define: { COMES_LATER: 'false', ON_SERVER: 'false' },
    plugins: [
      {
        name: 'written-modules',
        setup({ onResolve, onLoad }) {
          onResolve({ filter: /^throughline:core$/ }, () => ({
            path: join(root, 'js', 'core', `${core}.ts`),
          }));
          onResolve({ filter: /^throughline:host$/ }, () => ({
            path: join(root, 'js', 'host', 'browser.ts'),
          }));
          onResolve({ filter: /^throughline:/ }, ({ path }) => ({ path, namespace: 'written' }));
          onLoad({ filter: /.*/, namespace: 'written' }, ({ path }) => ({ contents: written[path] }));
        },
      },
    ],
  });
  return new vm.Script(outputFiles[0].text);
}

/** A realm in which time passes only when it is told to. */
function realm() {
  const timers = new Map();
  let now = 0;
  let last = 0;
  const page = {
    ...{ console, crypto, TextDecoder, TextEncoder, URL, WebAssembly, Blob },
    performance: { timeOrigin: EPOCH * 1000, now: () => now },
    setTimeout(run, millis) {
      timers.set(++last, { at: now + millis, run });
      return last;
    },
    clearTimeout: (id) => timers.delete(id),
    document: { baseURI: 'http://localhost/', referrer: '' },
    navigator: { userAgent: '' },
    now: () => EPOCH * 1000 + now,
  };
  const context = vm.createContext(page);
  vm.runInContext('Date.now = now', context);
  return {
    context,
    wait(millis) {
      const until = now + millis;
      for (;;) {
        const [due] = [...timers].filter(([, { at }]) => at <= until).sort(([, a], [, b]) => a.at - b.at);
        if (!due) break;
        timers.delete(due[0]);
        now = Math.max(now, due[1].at);
        due[1].run();
      }
      now = until;
    },
  };
}

/** The words of a line; what stands in quotes is one. */
const wordsOf = (line) => (line.match(/(?:[^\s"]|"[^"]*")+/g) ?? []).map((word) => word.replaceAll('"', ''));

function wordValue(text) {
  if (text === '') return undefined;
  if (text === 'true' || text === 'false') return text === 'true';
  return Number.isNaN(Number(text)) ? text : Number(text);
}

const pairsOf = (words) =>
  Object.fromEntries(
    words
      .filter((word) => word.includes('='))
      .map((word) => [word.slice(0, word.indexOf('=')), wordValue(word.slice(word.indexOf('=') + 1))]),
  );

/**
 * @param {vm.Script} script what {@link bundleOfSpans} made
 * @param {string} program the lines before `=>`
 * @returns {string[]} what has left, a line each
 */
export function runFlow(script, program) {
  const { context, wait } = realm();
  script.runInContext(context);
  const { spans: S } = context;
  const lines = program
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line && !line.startsWith('#'));
  const given = lines[0]?.startsWith('options') ? pairsOf(wordsOf(lines.shift())) : { rate: 1 };
  const envelopes = [];
  const client = new S.BrowserClient({
    dsn: 'http://public@localhost:1/1',
    tracesSampleRate: given.rate,
    ...(given.release && { release: given.release }),
    ...(given.environment && { environment: given.environment }),
    parentSpanIsAlwaysRootSpan: given.parentIsRoot ?? true,
    transport: () => ({
      send: async (envelope) => envelopes.push(JSON.parse(JSON.stringify(envelope))) && { statusCode: 200 },
      flush: async () => true,
    }),
  });
  client.sender = new S.ClientSender(client);
  const scope = S.pageScope();
  scope.setClient(client);
  const lot = (sampleRand) => {
    scope.context = { traceId: TRACE, sampleRand };
  };
  lot(0.5);
  const spans = new Map();
  const begin = (label, name, words, { parent, follows = false, waiting, ...how } = {}) => {
    const { op, ...attributes } = pairsOf(words);
    const beginning = {
      name,
      op,
      attributes,
      onlyIfParent: false,
      forceTransaction: false,
      standalone: false,
    };
    const inside = scope.clone();
    const span = S.begin({ ...beginning, ...how }, inside, parent, follows, waiting);
    if (label) spans.set(label, span);
    return span;
  };
  const commands = {
    lot: (value) => lot(Number(value)),
    continue: (sentryTrace, baggage = '') => {
      scope.context = S.receiveTrace(client, sentryTrace, baggage);
    },
    root: (label, name, ...words) => begin(label, name, words),
    idle(label, name, ...words) {
      const { idle, child, last, ...attributes } = pairsOf(words);
      const flags = words.filter((word) => !word.includes('='));
      const waiting = {
        timeouts: { idle, child, last },
        allowed: flags.includes('allowed'),
        untrimmed: flags.includes('untrimmed'),
      };
      const others = Object.entries(attributes).map(([key, value]) => `${key}=${value}`);
      begin(label, name, others, { waiting });
    },
    child: (label, _of, parent, name, ...words) => begin(label, name, words, { parent: spans.get(parent) }),
    below: (label, _of, parent, name, ...words) =>
      begin(label, name, words, { parent: spans.get(parent), follows: true }),
    own: (label, _of, parent, name, ...words) =>
      begin(label, name, words, { parent: spans.get(parent), forceTransaction: true }),
    alone: (label, _of, parent, name, ...words) =>
      begin(label, name, words, { parent: spans.get(parent), standalone: true }),
    children(count, _of, parent, name) {
      for (let at = 0; at < Number(count); at++) begin('', name, [], { parent: spans.get(parent) }).end();
    },
    set: (label, ...words) => spans.get(label).setAttributes(pairsOf(words)),
    status: (label, code, message) => spans.get(label).setStatus({ code: Number(code), message }),
    rename: (label, name) => spans.get(label).updateName(name),
    measure: (label, name, value, unit) =>
      spans.get(label).addEvent(name, {
        'sentry.measurement_value': Number(value),
        'sentry.measurement_unit': unit,
      }),
    link: (label, _to, other) => spans.get(label).addLink({ context: spans.get(other).spanContext() }),
    wait: (millis) => wait(Number(millis)),
    end: (label, _at, time) => spans.get(label).end(time && EPOCH + Number(time) / 1000),
    allow: (label) => spans.get(label)[S.RECORD].tree.idle?.allow(),
    hide: (label) => S.cutHidden(spans.get(label)[S.RECORD].root),
    leave: () => S.cutIdleRoots('documentHidden'),
  };
  for (const line of lines) {
    const [command, ...words] = wordsOf(line);
    if (!commands[command]) throw new Error(`there is no command "${command}" in flows: ${line}`);
    commands[command](...words);
  }
  client.sender.leave();
  const labels = new Map([...spans].map(([label, span]) => [S.idOf(span[S.RECORD]), label]));
  return envelopes.flatMap(([header, items]) => items.flatMap((item) => print(header, item, labels)));
}

const time = (seconds) => Math.round((seconds - EPOCH) * 1e6) / 1e3;

const listed = (attributes) =>
  Object.entries(attributes)
    .filter(
      ([key, value]) =>
        key !== 'sentry.segment.name.source' && !(key === 'sentry.origin' && value === 'manual'),
    )
    .map(([key, value]) => `${key}=${value}`)
    .sort();

function print(header, [{ type }, payload], labels) {
  const labelOf = (id) => labels.get(id) ?? id;
  const linked = (links, indent) => (links ?? []).map(({ span_id }) => `${indent}linked ${labelOf(span_id)}`);
  if (type === 'client_report') {
    return payload.discarded_events
      .map(({ reason, category, quantity }) => `lost ${reason} ${category} ${quantity}`)
      .sort();
  }
  if (type === 'span') {
    return payload.items.map(
      ({ name, span_id, start_timestamp, end_timestamp, parent_span_id, status, attributes }) => {
        const own = Object.entries(attributes)
          .map(([key, { value }]) => [key, value])
          // What every span says that is sent so.
          .filter(
            ([key]) => !/^sentry\.(trace_lifecycle|segment|sdk|release|environment|is_localhost)/.test(key),
          );
        const words = ['alone', labelOf(span_id), name, time(start_timestamp), time(end_timestamp), status];
        return [...words, 'of', labelOf(parent_span_id), ...listed(Object.fromEntries(own))].join(' ');
      },
    );
  }
  const { transaction, transaction_info, start_timestamp, timestamp, contexts, spans, measurements } =
    payload;
  const { span_id, parent_span_id, status, data, links } = contexts.trace;
  const first = [
    'transaction',
    labelOf(span_id),
    transaction,
    time(start_timestamp),
    time(timestamp),
    status,
  ];
  first.push(`source=${transaction_info.source}`);
  if (parent_span_id) first.push(`parent=${labelOf(parent_span_id)}`);
  const context = Object.entries(header.trace).map(
    ([key, value]) => `${key}=${value === TRACE ? 'trace' : value}`,
  );
  const printed = [first.join(' ')];
  if (listed(data).length) printed.push(`  ${listed(data).join(' ')}`);
  printed.push(`  trace ${context.join(' ')}`);
  for (const [name, { value, unit }] of Object.entries(measurements ?? {})) {
    printed.push(`  measured ${name}=${value} ${unit}`);
  }
  printed.push(...linked(links, '  '));
  let unnamed = 0;
  spans.forEach((span, at) => {
    const parent = labelOf(span.parent_span_id);
    if (!labels.has(span.span_id)) {
      // Many of one kind are one line.
      unnamed += 1;
      if (labels.has(spans[at + 1]?.span_id ?? '') || at + 1 === spans.length) {
        printed.push(`  spans ${unnamed} ${span.description} of ${parent}`);
        unnamed = 0;
      }
      return;
    }
    const words = ['span', labelOf(span.span_id), span.description];
    words.push(time(span.start_timestamp), time(span.timestamp), span.status, 'of', parent);
    printed.push(`  ${[...words, ...listed(span.data)].join(' ')}`, ...linked(span.links, '  '));
  });
  return printed;
}
