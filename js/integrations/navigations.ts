// Navigations within the page: which there are, what they are called, and which are redirects.

import { leaveHistory, watchHistory } from '../page/history.js';
import { currentClient } from '../scope/active.js';
import type { BrowserClient } from '../scope/client.js';
import { listen } from '../scope/listen.js';
import { recordedPath } from '../send/page-data.js';
import { spanToJSON } from '../span/json.js';
import { NAME_SOURCE, ORIGIN } from '../span/record.js';
import type { SpanAttributes } from '../types/spans.js';
import { millis } from '../values/clock.js';
import {
  isPrepared,
  NAVIGATION,
  type RouteOptions,
  routeSpan,
  startBrowserTracingNavigationSpan,
  wanted,
} from './routes.js';

/** So soon after the start of a root, and so long after the last click, nobody has asked for a navigation; seconds. */
const REDIRECT_WINDOW = 1.5;

/** Whose navigations they are: the client that began last, until it is closed. */
let watcher: { client: BrowserClient; own: RouteOptions } | undefined;
let listening = false;
/** When somebody clicked or pressed a key last, in milliseconds. */
let interacted = 0;

/** Starts a span for each navigation from now on, as far as the options want it. */
export function watchNavigations(client: BrowserClient, own: RouteOptions): void {
  watcher = { client, own };
  client.on('startNavigationSpan', (_, options) => {
    if (!options?.isRedirect) interacted = 0;
  });
  client.on('close', () => {
    if (watcher?.client !== client) return;
    watcher = undefined;
    leaveHistory();
  });
  if (wanted(own.instrumentNavigation)) watchHistory(navigated);
  else leaveHistory();
  if (listening) return;
  listening = true;
  for (const type of ['click', 'keydown']) {
    const note = () => {
      interacted = millis();
    };
    // In the capture phase: a page that stops the event's way cannot hide it.
    listen(globalThis, type, note, { capture: true, passive: true });
  }
  listen<PageTransitionEvent>(globalThis, 'pageshow', ({ persisted }) => {
    if (!persisted || !wanted(watcher?.own.instrumentBfcacheRestore)) return;
    start(undefined, {
      [ORIGIN]: 'auto.navigation.browser.bfcache',
      'browser.navigation.type': 'back-forward-cache',
    });
  });
}

function navigated(): void {
  // Its load is timed from where it then is, once it is shown.
  if (isPrepared()) return;
  start(isRedirect(), { [ORIGIN]: 'auto.navigation.browser' });
}

function start(isRedirect: boolean | undefined, attributes: SpanAttributes): void {
  if (!watcher) return;
  const { client } = watcher;
  if (client !== currentClient() || client.isClosed) return;
  startBrowserTracingNavigationSpan(
    client,
    {
      // In stream mode names group spans; no route is known here.
      name: client.streams() ? NAVIGATION : recordedPath(location.href) || '/',
      attributes: { [NAME_SOURCE]: 'url', ...attributes },
    },
    { url: location.href, isRedirect },
  );
}

/** Whether the page moves on by itself: right after a root has begun, and nobody has done anything lately. */
function isRedirect(): boolean | undefined {
  const root = routeSpan();
  if (!root) return undefined;
  if (!wanted(watcher?.own.detectRedirects)) return false;
  const now = millis() / 1000;
  if (now - spanToJSON(root).start_timestamp > REDIRECT_WINDOW) return false;
  return now - interacted / 1000 > REDIRECT_WINDOW;
}
