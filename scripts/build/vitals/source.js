// What only JavaScript can measure for applications in Rust: the web vitals, by Google's library, and the timeline of the
// page as lines. scripts/build/vitals.mjs makes src/app/browser/patch/vitals.js of it.
//
// The library listens for the life of the page and cannot be told to stop. So it is started once, and what it reports goes to
// whoever asked last. What is written, and how it is called, is that of js/integrations/web-vitals.ts where spans leave in
// transactions.
import { onCLS, onFCP, onINP, onLCP, onTTFB } from 'web-vitals';
import { componentOf, elementPath, UNKNOWN_ELEMENT } from '../../../js/page/element-path.js';
import { attempt } from '../../../js/values/attempt.js';

/** Longer ones are not believed; milliseconds, as in the reference. */
const MAX_PLAUSIBLE = 60_000;

/** What kind of interaction an event is part of. */
const INTERACTIONS = [
  [/^(click|(pointer|mouse)(down|up)|touch(start|end))$/, 'click'],
  [/^(pointer|mouse)(over|out|enter|leave)$/, 'hover'],
  [/^(drag(start|end|enter|leave|over)?|drop)$/, 'drag'],
  [/^(key(down|up|press)|input)$/, 'press'],
];

/** The events that entries with an interaction are about; so many of them are remembered, by times that may differ so much. */
const EVENTS = ['pointerdown', 'pointerup', 'click', 'keydown', 'keyup'];
const MAX_EVENTS = 50;
const TOLERANCE = 5;

/** What was reported of the page load; the latest report of each metric. */
const known = {};
/** The paths of elements, by the times of their events: they may be gone when the browser tells how long it took. */
const elements = new Map();
let started = false;
let written = false;
let hears;

/** Hears of interactions to next paint from now on; with nothing, no more. */
export function listen(inp) {
  hears = inp;
  if (started || !inp) return;
  started = true;
  const report = (metric) =>
    attempt(() => {
      const { name, navigationType } = metric;
      if (navigationType !== 'back-forward-cache') known[name] = metric;
      if (name === 'INP' && navigationType !== 'back-forward-cache') tellInp(metric);
    });
  for (const name of EVENTS) {
    attempt(() => globalThis.addEventListener(name, remember, { capture: true, passive: true }));
  }
  for (const on of [onTTFB, onFCP, onINP]) attempt(() => on(report));
  for (const on of [onLCP, onCLS]) attempt(() => on(report, { reportAllChanges: true }));
}

function remember({ timeStamp, target }) {
  attempt(() => {
    const at = Math.round(timeStamp);
    const element = elementPath(target);
    if (elements.has(at) || element === UNKNOWN_ELEMENT) return;
    elements.set(at, element);
    if (elements.size > MAX_EVENTS) elements.delete(elements.keys().next().value);
  });
}

function elementAt(startTime) {
  const at = Math.round(startTime);
  for (let away = 0; away <= TOLERANCE; away += 1) {
    const found = elements.get(at - away) ?? elements.get(at + away);
    if (found) return found;
  }
  return undefined;
}

/** Tells of the slowest interaction: what its span is called, when it was, how long it took, and attributes. */
function tellInp({ value, entries, navigationType, navigationStartTime = 0 }) {
  if (!(value <= MAX_PLAUSIBLE)) return;
  const kindOf = (name) => INTERACTIONS.find(([events]) => events.test(name))?.[1];
  const entry = entries.find(({ duration, name }) => duration === value && kindOf(name));
  const kind = (entry && kindOf(entry.name)) ?? 'click';
  const path = entry && (elementAt(entry.startTime) ?? elementPath(entry.target));
  const attributes = {
    'sentry.op': `ui.interaction.${kind}`,
    'sentry.origin': 'auto.ui.browser.inp',
    'sentry.exclusive_time': entry?.duration ?? value,
    'browser.web_vital.inp.value': value,
    'user_agent.original': attempt(() => navigator.userAgent),
    'ui.component_name': componentOf(entry?.target),
    'browser.navigation.type': navigationType,
    'browser.web_vital.inp.target': path === UNKNOWN_ELEMENT ? undefined : path,
    'browser.web_vital.inp.interaction_type': entry && kind,
  };
  const from = entry?.startTime ?? navigationStartTime;
  hears?.(path ?? 'Interaction to next paint', from, value, lines('attribute', attributes));
}

/** Lines of a kind, a name and a JSON value, between tabs; what is not known has none. */
function lines(kind, values) {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${kind}\t${name}\t${JSON.stringify(value)}\n`)
    .join('');
}

/** What is known of the load of the page when it ends, as lines: measurements, attributes, and URLs to be recorded; once. */
export function pageLoad() {
  if (written) return '';
  written = true;
  return attempt(() => {
    const { TTFB, FCP, LCP, CLS } = known;
    const [load] = performance.getEntriesByType('navigation');
    const activation = load?.activationStart ?? 0;
    const values = [
      ['fp', firstPaint(activation)],
      ['fcp', FCP?.value],
      ['ttfb', TTFB?.value],
      ['ttfb.requestTime', load && load.responseStart - load.requestStart],
    ];
    let url;
    const attributes = {
      'browser.navigation.type': (TTFB ?? FCP)?.navigationType,
      'performance.activationStart': activation,
    };
    const paint = LCP?.entries.at(-1);
    if (paint && LCP.value > 0 && LCP.value <= MAX_PLAUSIBLE) {
      values.push(['lcp', LCP.value]);
      url = paint.url?.trim() || undefined;
      attributes['lcp.element'] = paint.element ? elementPath(paint.element) : undefined;
      attributes['lcp.id'] = paint.id || undefined;
      attributes['lcp.loadTime'] = paint.loadTime;
      attributes['lcp.renderTime'] = paint.renderTime;
      attributes['lcp.size'] = paint.size;
    }
    if (CLS?.entries.length) {
      values.push(['cls', CLS.value, '']);
      const { sources = [] } = CLS.entries.at(-1);
      sources.forEach(({ node }, at) => {
        attributes[`cls.source.${at + 1}`] = elementPath(node);
      });
    }
    const measured = values.filter(([, value]) => Number(value) >= 0);
    const measurements = measured.map(([name, value, unit = 'millisecond']) => [name, { value, unit }]);
    return (
      lines('measurement', Object.fromEntries(measurements)) +
      lines('attribute', attributes) +
      (url ? `url\tlcp.url\t${clean(url)}\n` : '')
    );
  }, '');
}

/** When anything was painted, unless the page had been hidden before. The library does not measure this. */
function firstPaint(activation) {
  const painted = performance.getEntriesByName('first-paint')[0]?.startTime;
  const hidden = performance
    .getEntriesByType('visibility-state')
    .find(({ name, startTime }) => name === 'hidden' && startTime >= activation);
  if (painted === undefined || painted >= (hidden?.startTime ?? Number.POSITIVE_INFINITY)) return undefined;
  return Math.max(painted - activation, 0);
}

let read = 0;
let last = [];

/**
 * What began since it was asked last, and since the page was shown, as lines of src/app/entry.rs: resources and paints, and
 * the device. By time, not by place: the page may clear its buffers, and what has ended late stands between older entries.
 */
export function timeline(fields) {
  return attempt(() => {
    const now = performance.now();
    const [load] = performance.getEntriesByType('navigation');
    const from = Math.max(read, load?.activationStart ?? 0);
    // What began in the very moment of the last reading may have been added after it.
    const found = performance
      .getEntries()
      .filter(
        (entry) =>
          entry.startTime >= from &&
          entry.startTime <= now &&
          (entry.startTime > read || !last.includes(entry)),
      );
    const ties = found.filter(({ startTime }) => startTime === now);
    last = now > read ? ties : [...last, ...ties];
    read = now;
    const names = fields.split(' ');
    const all = found.filter(({ entryType }) => entryType === 'resource' || entryType === 'paint');
    const { connection, deviceMemory, hardwareConcurrency } = navigator;
    const { effectiveType, type, rtt } = connection ?? {};
    const device = { effectiveType, type, rtt, deviceMemory, hardwareConcurrency };
    return [...all.map((entry) => line(entry.entryType, entry, names)), line('device', device, names)].join(
      '\n',
    );
  }, '');
}

function line(kind, entry, names) {
  const cell = (value) => {
    if (typeof value === 'number') return String(Math.round(value * 1000));
    return typeof value === 'string' ? `"${clean(value)}` : '';
  };
  return [
    kind,
    clean(String(entry.name ?? '')),
    ...names.map((name) => attempt(() => cell(entry[name]), '')),
  ].join('\t');
}

/** A text on one line, and in one cell. */
function clean(text) {
  return text.replace(/\s/g, ' ');
}
