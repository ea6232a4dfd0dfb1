// `init`, and the functions that speak to the client that it makes.

import { atTheEnd } from 'throughline:host';
import { canRun } from '../core/abi.js';
import { isWaiting } from '../core/waiting.js';
import { currentClient, getCurrentScope, getIsolationScope } from '../scope/active.js';
import { BrowserClient } from '../scope/client.js';
import { onHidden } from '../scope/lifecycle.js';
import { atPage } from '../send/page-data.js';
import { rememberFetch } from '../send/post.js';
import { ClientSender } from '../send/sender.js';
import type { EventProcessor } from '../types/events.js';
import type { BrowserOptions, Client, Integration } from '../types/options.js';
import { attempt, isA } from '../values/attempt.js';
import { complain, setDebug, shown, warn } from '../values/debug.js';
import { setLimits } from '../values/normalize.js';
import { shared } from '../values/shared.js';
import { checkOptions } from './check-options.js';

/**
 * Starts the SDK. Synchronous: the first `fetch` after it is traced already.
 *
 * @param options see {@link BrowserOptions}; a wrong one is named on the console and left out
 * @returns the client; `undefined` where tracing cannot work, for example on a server
 * @example
 * init({ dsn, tracesSampleRate: 1, integrations: [browserTracingIntegration()] });
 */
export function init(options: BrowserOptions = {}): Client | undefined {
  const before = currentClient();
  const isOpen = before?.isClosed === false;
  // Each copy of the package has a class of its own of what sends; a client that the page has made itself has nothing that sends.
  if (isOpen && before.isOn() && before.sender && !isA(before.sender, ClientSender)) {
    if (!isTold) warn('init was ignored: another copy of this package was first, and does all');
    isTold = true;
    return before;
  }
  const given: BrowserOptions = attempt(() => ({ ...options }), {});
  setDebug(given.debug === true);
  if (isOpen) complain('init was called again: its options replace those of the first call');
  rememberFetch();
  if (!canRun()) return undefined;
  const integrations = integrationsOf(given);
  const client = new BrowserClient({ ...given, integrations });
  setLimits(client.options);
  if (shared.early) complain('a span was ignored: it began before init');
  const sender = new ClientSender(client);
  client.sender = sender;
  if (ON_SERVER) atTheEnd(() => sendAll());
  else atPage(location.href);
  sendAtTheLast(sender);
  const scope = getCurrentScope().update(given.initialScope as Parameters<typeof scope.update>[0]);
  scope.setClient(client);
  if (client.isOn()) client.setUp(integrations);
  // An integration may have set some.
  checkOptions(client, Object.keys(given));
  return client;
}

/** Whether it was said that another copy is at work. */
let isTold = false;

/** What the clients of the page send by, the newest last; of more than these the oldest send what they have and are let go. */
const senders: ClientSender[] = [];
const MAX_SENDERS = 10;
let listening = false;

/** Sends what waits when the page is hidden or left: it may never be seen again. The page is listened to once. */
function sendAtTheLast(sender: ClientSender): void {
  if (!listening) onHidden({ hide: sendAll, leave: sendAll }, true);
  listening = true;
  senders.push(sender);
  if (senders.length > MAX_SENDERS) send(senders.shift() as ClientSender);
}

function send(sender: ClientSender): void {
  attempt(() => sender.leave());
}

function sendAll(): void {
  senders.forEach(send);
}

/**
 * The client of the current scope.
 *
 * @returns `undefined` before `init`
 *
 * @example
 * const { environment } = getClient()?.getOptions() ?? {};
 */
export function getClient(): Client | undefined {
  return currentClient();
}

/**
 * Makes a client the one of the current scope, in place of the one that `init` made.
 *
 * @param client what `init` answered with
 * @example
 * setCurrentClient(client);
 */
export function setCurrentClient(client: Client): void {
  if (!isA(client, BrowserClient)) {
    complain(`setCurrentClient was ignored: ${shown(client)} is no client`);
    return;
  }
  getCurrentScope().setClient(client);
}

/**
 * Whether `init` was called, and not `close` after it.
 *
 * @example
 * if (!isInitialized()) init({ dsn });
 */
export function isInitialized(): boolean {
  return currentClient()?.isClosed === false;
}

/**
 * Whether events can be sent: there is a valid DSN, and the SDK was not closed or disabled.
 *
 * @example
 * if (isEnabled()) showConsentHint();
 */
export function isEnabled(): boolean {
  const client = currentClient();
  // The core reads it.
  if (COMES_LATER && isWaiting()) return Boolean(client?.isOn() && client.text('dsn'));
  return Boolean(client?.isOn() && client.getDsn());
}

/**
 * Switches a part of the SDK on after `init`. A second one of the same name is ignored.
 *
 * @param integration an object with a `name`
 * @example
 * addIntegration(browserTracingIntegration());
 */
export function addIntegration(integration: Integration): void {
  const client = getClient();
  if (client) client.addIntegration(integration);
  else complain('addIntegration was ignored: call init first');
}

/**
 * Adds a function that may change each event, or drop it by answering `null`.
 *
 * @param processor gets the event and a hint, and answers with the event, `null`, or a promise of them
 * @example
 * addEventProcessor((event) => (event.transaction === '/health' ? null : event));
 */
export function addEventProcessor(processor: EventProcessor): void {
  getIsolationScope().addEventProcessor(processor);
}

/**
 * Waits until every envelope that is under way has been answered.
 *
 * @param timeout milliseconds; without it, or with 0, as long as it takes
 * @returns false if time ran out, or before `init`
 * @example
 * await flush(2000);
 */
export async function flush(timeout?: number): Promise<boolean> {
  return (await getClient()?.flush(timeout)) ?? false;
}

/**
 * Sends what is left and stops: nothing is recorded or sent from then on.
 *
 * @param timeout milliseconds to wait for envelopes; without it, or with 0, as long as it takes
 * @returns false if time ran out, or before `init`
 * @example
 * await close(2000);
 */
export async function close(timeout?: number): Promise<boolean> {
  return (await getClient()?.close(timeout)) ?? false;
}

function integrationsOf({ integrations, defaultIntegrations }: BrowserOptions): Integration[] {
  const defaults = Array.isArray(defaultIntegrations) ? defaultIntegrations : [];
  const isFunction = typeof integrations === 'function';
  const given: unknown = isFunction ? attempt(() => integrations(defaults), defaults) : (integrations ?? []);
  const isList = Array.isArray(given);
  if (!isList) complain(`integrations was ignored: ${shown(given)} is no array`);
  const list: Integration[] = isList ? given.filter(Boolean) : [];
  return isFunction ? list : [...defaults, ...list];
}
