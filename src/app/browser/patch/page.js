// What the Rust package alone asks of a page: what it knows of itself and of its server, told in texts and numbers, because one
// call of each is less code than a call for every member of the browser's objects; to send an envelope; and who traces the page,
// where several could. One file, because a page may load each by itself. Whatever is not there is not told.

import { attempt } from './fetch.js';

/** The entry of the page's load on its timeline; an empty object where there is none, as in a worker. */
const loadEntry = () => attempt(() => performance.getEntriesByType('navigation')[0]) ?? {};

/** A text of the page's, or nothing: `<img name="referrer">` stands where that of its document would. */
const said = (text) => (typeof text === 'string' ? text : undefined);

/** What cannot be in a cell of a line stands for white space there. */
const cell = (text) => `${text ?? ''}`.replace(/\s/g, ' ');

/** A call with so many arguments needs more of the stack than we do: without that much left we are not called at all. */
const ROOM = Array(8000).fill();
let depth = 0;

/**
 * A function of ours as the page may call it: near the end of the stack it does nothing, of which the page hears nothing.
 * One that `counts` is given how many of these calls it is within; and 0 after a call that was broken off.
 * @param {(given: unknown) => void} hears
 */
export const quiet = (hears, counts) => (given) => {
  depth += 1;
  try {
    Reflect.apply(() => {}, undefined, ROOM);
    hears(counts ? depth : given);
  } catch {
    if (counts) attempt(() => hears(0));
  } finally {
    depth -= 1;
  }
};

/** Where the page is. */
export const pageAddress = () => attempt(() => location.href) ?? '';

/** What events say about the page, a line each: its address, its referrer and the browser. */
export const describePage = () =>
  [pageAddress(), attempt(() => said(document.referrer)), attempt(() => navigator.userAgent)]
    .map(cell)
    .join('\n');

/** Whether the page is still loading (1), is prepared before anybody sees it (2), is hidden (4). Workers are none of these. */
export const pageState = () =>
  attempt(
    () =>
      (document.readyState === 'loading' ? 1 : 0) +
      (document.prerendering === true ? 2 : 0) +
      (document.visibilityState === 'hidden' ? 4 : 0),
  ) ?? 0;

/** When a page that was prepared was shown, in milliseconds after it began. */
export const shownAt = () => attempt(() => +loadEntry().activationStart) || 0;

/** What the browser measured of the page's load, as src/app/entry.rs has it; `fields` are its fields between blanks. */
export function loadTimes(fields) {
  const entry = loadEntry();
  if (!entry.entryType) return;
  const number = (name) => (typeof entry[name] === 'number' ? Math.round(entry[name] * 1000) : '');
  return ['navigation', cell(entry.name), ...fields.split(' ').map(number)].join('\t');
}

/**
 * What the server has told the page of its trace: whether the browser took the page out of a cache of its own, and then what
 * stands in meta tags and in the header `Server-Timing`, a line each with its name before a tab. Who goes back gets what is
 * cached, unless it came over the network: of that the size is known from its headers on. A frame's `srcdoc` is said to be cached
 * as well.
 */
export function broughtWithPage() {
  const { deliveryType, name, type, transferSize, serverTiming = [] } = loadEntry();
  const cached =
    (deliveryType === 'cache' && /^http/.test(name)) || (type === 'back_forward' && !transferSize);
  const lines = [cached ? 'cached' : ''];
  for (const name of ['sentry-trace', 'baggage', 'traceparent', 'tracestate', 'sentry-trace-time']) {
    const add = (said) => said && lines.push(`${name}\t${cell(said)}`);
    attempt(() => {
      for (const tag of document.querySelectorAll(`meta[name="${name}"]`)) add(tag.getAttribute('content'));
    });
    attempt(() => {
      for (const timing of serverTiming) if (timing.name === name) add(timing.description);
    });
  }
  return lines.join('\n');
}

/** 50 ids of traces, 33 characters each. Whoever wrote there may have written anything. */
const MAX_KEPT = 1650;

/** What was kept in this browser under a name; with a text, the beginning of that is kept from now on. */
export const keepText = (name, text) =>
  attempt(() => (text ? localStorage.setItem(name, text.slice(0, MAX_KEPT)) : localStorage.getItem(name))) ??
  '';

/** Milliseconds since the epoch: a number of seconds or milliseconds as it is, or a date. */
export const readTime = (said) => +said || Date.parse(said);

/** The normalized address of what the page, or a worker, wrote; nothing where `fetch` would refuse it too. */
export const resolveAddress = (given) =>
  attempt(() => new URL(given, attempt(() => said(document.baseURI)) ?? location.href).href);

/**
 * Sends an envelope with the `fetch` that the page had, as `options` say, and tells what became of it: the number of the
 * request, the status of the answer, or 0, and the headers by which a server asks for less: limits, and seconds to wait, -1 for
 * none and `NaN` for what cannot be read.
 *
 * @param {(id: number, status: number, limits: string, retryAfter: number) => void} settled is not called before this returns
 */
export async function postEnvelope(send, id, url, body, keepalive, options, settled) {
  let [status, limits, wait] = [0, '', -1];
  try {
    const { headers, fetchOptions } = options ?? {};
    const init = { method: 'POST', body, referrerPolicy: 'strict-origin', keepalive };
    if (Object(headers) === headers) init.headers = headers;
    if (Object(fetchOptions) === fetchOptions) {
      for (const name of Reflect.ownKeys(fetchOptions)) init[name] = attempt(() => fetchOptions[name]);
    }
    const answer = await send.call(globalThis, url, init);
    status = answer.status;
    limits = `${answer.headers.get('x-sentry-rate-limits') ?? ''}`;
    const retry = answer.headers.get('retry-after');
    // A number of seconds or a date (RFC 9110, section 10.2.3).
    if (retry !== null) {
      const seconds = Math.ceil((Date.parse(retry) - Date.now()) / 1000);
      wait = /^\s*\d+\s*$/.test(retry) ? +retry : Math.max(0, seconds);
    }
  } catch {
    // Whatever a wrapper of the page answers, a failure must not become an unhandled rejection.
  }
  await undefined;
  attempt(() => settled(id, status, limits, wait));
}

// Several find each other in the place where copies of the npm package do, see js/values/shared.ts and js/page/tracer.ts.
const PLACE = Symbol.for('throughline');

/**
 * Takes page load, navigations and requests, if nobody has them: the first that wants to traces them. `trace` answers with sentry-trace and baggage of what runs, a line each.
 *
 * @returns {string | (() => void)} the name of who has it, or gives it back
 */
export function claim(name, trace) {
  const registry = attempt(() => (globalThis[PLACE] ??= { __proto__: null }));
  const tracer = attempt(() => registry.tracer);
  if (tracer) return `${tracer}`;
  const own = () => {
    const [sentryTrace, baggage] = (trace() ?? '').split('\n');
    return { 'sentry-trace': sentryTrace, baggage };
  };
  // Where something of the page's own is in that place, nobody knows of others.
  attempt(() => Object.assign(registry, { tracer: name, trace: own }));
  return () => {
    attempt(() => {
      if (registry.trace !== own) return;
      delete registry.tracer;
      delete registry.trace;
    });
  };
}

/** The trace in force for whoever traces the page: sentry-trace and baggage, a line each; nothing where nobody says. */
export function traceInForce() {
  const { 'sentry-trace': sentryTrace, baggage } = attempt(() => globalThis[PLACE].trace()) ?? {};
  return sentryTrace ? `${sentryTrace}\n${baggage ?? ''}` : undefined;
}
