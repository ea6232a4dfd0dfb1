// interactionsIntegration(): clicks as roots, while neither a page load nor a navigation is under way.

import { pageScope } from '../active.js';
import { getClient } from '../client.js';
import { componentOf, elementPath, UNKNOWN_ELEMENT } from '../element-path.js';
import { observe } from '../entries.js';
import { attempt } from '../guard.js';
import { addMeasured } from '../measured.js';
import type { Integration } from '../options.js';
import { setActiveSpanInBrowser } from '../page.js';
import type { Span } from '../span.js';
import { spanToJSON } from '../span-json.js';
import { begin, IDLE } from '../tracing.js';
import { getRootSpan, idleSpan } from '../tree.js';
import type { SpanAttributes } from '../values.js';

/** The options of {@link interactionsIntegration}. Without effect: a click waits as long as a page load does. */
export interface InteractionsOptions {
  idleTimeout?: number;
  childSpanTimeout?: number;
  finalTimeout?: number;
}

const ORIGIN = 'auto.browser.interactions';

/** What a click says about the route that it happens on. */
const ROUTE = ['router.navigation.route.id', 'url.template', 'http.route', 'url.path', 'url.full'];

/** What is done at a click; the page is listened to once. */
let clicked: (() => void) | undefined;
let listening = false;

/**
 * Begins a root span `ui.action.click` at each click, named after the route, that ends by itself as a page load
 * does; and adds the browser's own timing of each click to the active span.
 *
 * @param _options see {@link InteractionsOptions}
 * @example
 * init({ dsn, integrations: [browserTracingIntegration(), interactionsIntegration()] });
 */
export function interactionsIntegration(_options: InteractionsOptions = {}): Integration {
  return {
    name: 'Interactions',
    setup(client) {
      let route: { name: string; attributes: SpanAttributes } | undefined;
      let under: Span | undefined;
      const follow = (span: Span) => {
        if (getRootSpan(span) !== span) return;
        const { name, attributes } = spanToJSON(span);
        const op = attributes['sentry.op'];
        if (op === 'pageload' || op === 'navigation') {
          route = { name, attributes: attributes as SpanAttributes };
        }
      };
      client.hear('spanStart', follow);
      // It may have got a better name meanwhile.
      client.hear('spanEnd', follow);
      clicked = () => {
        if (getClient() !== client || client.isClosed || idleSpan()) return;
        under?.setAttribute('sentry.idle_span_finish_reason', 'interactionInterrupted');
        under?.end();
        under = undefined;
        if (route?.name && client.traces()) under = beginClick(route, client.streams());
      };
      if (listening) return;
      listening = true;
      globalThis.addEventListener('click', () => attempt(() => clicked?.(), undefined), true);
      observe<PerformanceEventTiming>('event', addClick, { durationThreshold: 0 });
    },
  };
}

function beginClick(
  { name, attributes }: { name: string; attributes: SpanAttributes },
  streams: boolean,
): Span {
  const given: SpanAttributes = {
    'sentry.origin': ORIGIN,
    'sentry.segment.name.source': attributes['sentry.segment.name.source'] ?? 'url',
  };
  for (const name of ROUTE) {
    if (attributes[name] !== undefined) given[name] = attributes[name];
  }
  let label = name;
  if (streams) {
    // Where names group spans, a path that names no route is none.
    const [id, template, pattern] = ROUTE.map((name) => attributes[name]);
    const known = id || template || pattern;
    label = String(known || 'Click');
    given['sentry.segment.name.source'] = !known || id ? 'custom' : 'route';
    given['sentry.segment.name'] = label;
  }
  const options = { name: label, op: 'ui.action.click', attributes: given };
  const span = begin(options, pageScope(), undefined, IDLE);
  setActiveSpanInBrowser(span);
  return span;
}

function addClick(entry: PerformanceEventTiming): void {
  if (entry.name !== 'click') return;
  const path = elementPath(entry.target);
  const component = componentOf(entry.target);
  const attributes: SpanAttributes = { 'sentry.origin': ORIGIN };
  if (path !== UNKNOWN_ELEMENT) attributes['browser.web_vital.inp.target'] = path;
  if (component) attributes['ui.component_name'] = component;
  const name = getClient()?.streams() ? (component ?? 'Click') : path;
  addMeasured({ name, op: 'ui.interaction.click', attributes }, entry);
}
