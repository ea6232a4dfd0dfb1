// Pages of the scenarios: served with the package in their head, and what arrived from them.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { startTag } from '../support/browser.mjs';

/** Only what a test does itself: no spans that depend on how busy the machine is. */
export const QUIET = { instrumentPageLoad: false, enableLongTask: false, enableLongAnimationFrame: false };

/** How long `flush` may take in a page, in milliseconds. */
export const FLUSH_TIME = 10_000;

/** How a page goes away. */
export const LEAVE = (path) => {
  setTimeout(() => location.assign(path));
};

/** In a page: keeps in `said` what it says on the console, and what nobody has caught. */
function listen() {
  globalThis.said = [];
  for (const level of ['log', 'info', 'debug', 'warn', 'error']) {
    console[level] = (...given) => said.push(given.map(String).join(' '));
  }
  addEventListener('error', ({ message }) => said.push(`uncaught: ${message}`));
  addEventListener('unhandledrejection', ({ reason }) => said.push(`unhandled: ${reason}`));
}

/** A script tag that runs a function. */
export function script(does, ...args) {
  return `<script>(${does})(...${JSON.stringify(args)});</script>`;
}

/** A script tag that keeps what a page says. */
export const LISTEN = script(listen);

/** The head of a page with the package, as `T` too, and with a function that runs in it. */
export function pageWith(server, { options, ...tracing }, does = () => {}, ...args) {
  const start = startTag(server, tracing, options);
  return `${LISTEN}${start}<script>globalThis.T = Throughline;</script>${script(does, ...args)}`;
}

/** Serves this head at `/page…`, and pages with nothing, or with `others`, at every other path. */
export function serve(server, head, others = '') {
  server.head = ({ url }) => (url.startsWith('/page') ? head : others);
}

/** Opens a page with the package that times nothing by itself, unless the options say so. */
export async function open({ server, window }, tracing = {}, above = '') {
  server.reset();
  serve(server, above + pageWith(server, { ...QUIET, ...tracing }));
  await window.goto(`${server.url}/page`);
}

/** That a page has said nothing, and that no error went uncaught. */
export async function assertSilent(window) {
  assert.deepEqual(await window.evaluate(() => said), []);
}

/** What arrived of the first roots, as soon as there are so many: name, trace and spans of each. */
export async function roots(server, count) {
  return (await server.transactions(count)).map(({ header, payload }) => {
    const { transaction: name, spans, measurements, start_timestamp: start, timestamp: end } = payload;
    return { name, spans, measurements, start, end, header, ...payload.contexts.trace };
  });
}

/** Meta tags of a server: a trace that no other page of this browser went on with. */
export function newMeta(decision = '-1') {
  const trace = randomBytes(16).toString('hex');
  const parent = randomBytes(8).toString('hex');
  const baggage = `sentry-trace_id=${trace},sentry-sample_rand=0.25,sentry-sample_rate=0.5`;
  return { trace, parent, sentryTrace: `${trace}-${parent}${decision}`, baggage };
}

/** A meta tag. */
export const tag = (name, content) => `<meta name="${name}" content="${content}">`;

/** The two tags of a server. */
export const tags = ({ sentryTrace, baggage }) => tag('sentry-trace', sentryTrace) + tag('baggage', baggage);
