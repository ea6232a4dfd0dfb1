// What a page knows of itself and of its server, told in texts and numbers: one call of each is less code than a call for
// every member of the browser's objects. Whatever is not there is not told. For the Rust package alone.

import { attempt } from './fetch.js';

/** The entry of the page's load on its timeline; an empty object where there is none, as in a worker. */
const loadEntry = () => attempt(() => performance.getEntriesByType('navigation')[0]) ?? {};

/** What cannot be in a cell of a line stands for white space there. */
const cell = (text) => `${text ?? ''}`.replace(/\s/g, ' ');

/** Where the page is. */
export const pageAddress = () => attempt(() => location.href) ?? '';

/** What events say about the page, a line each: its address, its referrer and the browser. */
export const describePage = () =>
  [pageAddress(), attempt(() => document.referrer), attempt(() => navigator.userAgent)].map(cell).join('\n');

/** Whether the page is still loading (1), is prepared before anybody sees it (2), is hidden (4). Workers are none of these. */
export const pageState = () =>
  attempt(
    () =>
      (document.readyState === 'loading' ? 1 : 0) +
      (document.prerendering ? 2 : 0) +
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
 * cached, unless it came over the network: of that the size is known from its headers on.
 */
export function broughtWithPage() {
  const { deliveryType, type, transferSize, serverTiming = [] } = loadEntry();
  const cached = deliveryType === 'cache' || (type === 'back_forward' && !transferSize);
  const lines = [cached ? 'cached' : ''];
  for (const name of ['sentry-trace', 'baggage', 'sentry-trace-time']) {
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

/** What was kept in this browser under a name; with a text, that is kept from now on. */
export const keepText = (name, text) =>
  attempt(() => (text ? localStorage.setItem(name, text) : localStorage.getItem(name))) ?? '';

/** Milliseconds since the epoch: a number of seconds or milliseconds as it is, or a date. */
export const readTime = (said) => +said || Date.parse(said);

/** The normalized address of what the page, or a worker, wrote; nothing where `fetch` would refuse it too. */
export const resolveAddress = (given) =>
  attempt(() => new URL(given, attempt(() => document.baseURI) ?? location.href).href);
