// interactionsIntegration(): clicks as roots, while neither a page load nor a navigation is under way.

import { setActiveSpanInBrowser } from '../api/active-span.js';
import { componentOf, elementPath, UNKNOWN_ELEMENT } from '../page/element-path.js';
import { addMeasured } from '../page/measured.js';
import { observe } from '../page/timeline.js';
import { currentClient, pageScope } from '../scope/active.js';
import type { BrowserClient } from '../scope/client.js';
import { spanToJSON } from '../span/json.js';
import { FINISH_REASON, isOpen, NAME_SOURCE, OP, RECORD, SEGMENT_NAME } from '../span/record.js';
import type { Span } from '../span/span.js';
import { begin } from '../span/start.js';
import { getRootSpan } from '../span/tree.js';
import type { Integration } from '../types/options.js';
import type { SpanAttributes } from '../types/spans.js';
import { attempt } from '../values/attempt.js';
import { routeSpan, timeoutsOf } from './routes.js';

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
    setup(given) {
      const client = given as BrowserClient;
      let route: { name: string; attributes: SpanAttributes } | undefined;
      let under: Span | undefined;
      const follow = (span: Span) => {
        if (getRootSpan(span) !== span) return;
        const { name, attributes } = spanToJSON(span);
        const op = attributes[OP];
        if (op === 'pageload' || op === 'navigation') {
          route = { name, attributes: attributes as SpanAttributes };
        }
      };
      client.on('spanStart', follow);
      // It may have got a better name meanwhile.
      client.on('spanEnd', follow);
      clicked = () => {
        if (currentClient() !== client || !client.isOn() || routeSpan()) return;
        under?.setAttribute(FINISH_REASON, 'interactionInterrupted');
        under?.end();
        under = undefined;
        if (route?.name && client.traces()) under = beginClick(route, client);
      };
      if (listening) return;
      listening = true;
      globalThis.addEventListener('click', () => attempt(() => clicked?.()), true);
      observe<PerformanceEventTiming>('event', addClick, { durationThreshold: 0 });
    },
  };
}

function beginClick(
  { name, attributes }: { name: string; attributes: SpanAttributes },
  client: BrowserClient,
): Span {
  const given: SpanAttributes = {
    'sentry.origin': ORIGIN,
    [NAME_SOURCE]: attributes[NAME_SOURCE] ?? 'url',
  };
  for (const name of ROUTE) {
    if (attributes[name] !== undefined) given[name] = attributes[name];
  }
  let label = name;
  if (client.streams()) {
    // Where names group spans, a path that names no route is none.
    const [id, template, pattern] = ROUTE.map((name) => attributes[name]);
    const known = id || template || pattern;
    label = String(known || 'Click');
    given[NAME_SOURCE] = !known || id ? 'custom' : 'route';
    given[SEGMENT_NAME] = label;
  }
  const beginning = { name: label, op: 'ui.action.click', attributes: given };
  const waiting = { timeouts: timeoutsOf(client), allowed: true, untrimmed: false };
  const span = begin(beginning, pageScope(), undefined, false, waiting);
  // A listener may have ended it, and `ignoreSpans` may leave it out.
  if (span[RECORD].kept && isOpen(span[RECORD])) setActiveSpanInBrowser(span);
  return span;
}

function addClick(entry: PerformanceEventTiming): void {
  if (entry.name !== 'click') return;
  const path = elementPath(entry.target);
  const component = componentOf(entry.target);
  const attributes: SpanAttributes = { 'sentry.origin': ORIGIN };
  if (path !== UNKNOWN_ELEMENT) attributes['browser.web_vital.inp.target'] = path;
  if (component) attributes['ui.component_name'] = component;
  const name = currentClient()?.streams() ? (component ?? 'Click') : path;
  addMeasured({ name, op: 'ui.interaction.click', attributes }, entry);
}
