// Why a request carries trace headers, or why it does not: the question that developers ask first.

import { type Call, describe, read, theirs } from '../../src/app/browser/patch/fetch.js';
import { canRun, hasFailed } from '../core/abi.js';
import { isWaiting } from '../core/waiting.js';
import { addressOf, FETCH, NO_CORS, ownOrigin } from '../page/addresses.js';
import { tracesFetch } from '../page/requests.js';
import { currentClient, getCurrentScope } from '../scope/active.js';
import type { BrowserClient } from '../scope/client.js';
import { targetsOf } from '../scope/targets.js';
import { headerNames, omits } from '../scope/w3c.js';
import { attempt } from '../values/attempt.js';
import { shown } from '../values/debug.js';

/** Why a request carries trace headers, or not. These texts do not change. */
export type PropagationCode =
  | 'same-origin'
  | 'localhost'
  | 'target'
  | 'disabled'
  | 'not-instrumented'
  | 'invalid'
  | 'own-header'
  | 'envelope'
  | 'not-http'
  | 'no-cors'
  | 'cross-origin'
  | 'no-targets'
  | 'no-match'
  | 'signed'
  | 'broken';

/** What {@link explainPropagation} answers with. */
export interface PropagationExplanation {
  /** Whether the request would carry our headers. */
  attach: boolean;
  code: PropagationCode;
  /** One sentence on this very request. */
  detail: string;
  /** What to do if that is not what you want. */
  fix: string;
}

/** What `&` stands for. */
const ALLOW = 'and let that server answer with "Access-Control-Allow-Headers: #"';

/** What is said where `propagateTraceparent` has `unsampled: 'omit'`. */
const OMITTED = ' traceparent is left out while the trace is not recorded.';

/** What is said of a page whose origin is `null`. */
const OPAQUE = ' (that of this document is opaque)';

/**
 * What each code means, and what to do; `%` stands for the URL, `@` for its origin, `$` for the target, `#` for our
 * headers, `^` for what switched tracing off, `~` for {@link OPAQUE} where it is so, `&` for {@link ALLOW}.
 */
const MEANINGS: Record<PropagationCode, [detail: string, fix: string]> = {
  'same-origin': [
    '% is on the origin of the page, which gets headers unless tracePropagationTargets says otherwise.',
    'Set tracePropagationTargets to leave it out.',
  ],
  localhost: [
    '% is on localhost, which gets headers unless tracePropagationTargets says otherwise.',
    'Set tracePropagationTargets to leave it out.',
  ],
  target: ['% is matched by $.', 'Narrow that target to leave it out.'],
  disabled: ['Tracing is not on: ^.', 'Put that right first.'],
  'not-instrumented': [
    'fetch is not traced on this page.',
    'Add browserTracingIntegration() to the integrations of init, and do not set traceFetch: false.',
  ],
  invalid: ['This is no request that fetch would send.', 'Check its URL and options.'],
  'own-header': [
    'The request to % has a sentry-trace header already, and that one is sent.',
    'Do not set the header yourself.',
  ],
  envelope: [
    '% is where this SDK, or another one, sends its own data, which is never traced.',
    'Nothing: this is right.',
  ],
  'not-http': [
    '% is not sent over HTTP, so that it has no headers.',
    'Nothing: there is no server to trace.',
  ],
  'no-cors': [
    'The request to % has mode "no-cors" or is of a document itself: it takes no headers.',
    'Leave the mode out, &.',
  ],
  'cross-origin': [
    '% is on another origin~, and tracePropagationTargets is not set.',
    'Add "@" to tracePropagationTargets, &.',
  ],
  'no-targets': [
    'tracePropagationTargets is empty, so that no request gets headers.',
    'Add "@" to tracePropagationTargets.',
  ],
  'no-match': ['% is matched by none of tracePropagationTargets.', 'Add "@" to tracePropagationTargets, &.'],
  signed: [
    '% is on another origin and carries a signature; storage services refuse headers that they do not expect.',
    'Name it by a regular expression in tracePropagationTargets, &.',
  ],
  broken: [
    'An earlier request with headers to the same place failed, or was redirected to another origin, so that none get them for now.',
    'Let every server on the way answer with "Access-Control-Allow-Headers: #", and load the page again.',
  ],
};

/**
 * Tells why a request would carry trace headers, or why it would not. Sends nothing.
 *
 * @param input what you call `fetch` with: a text, a `URL` or a `Request`
 * @param init its options
 * @returns whether headers are attached, a `code` that does not change, one sentence of `detail`, and how to `fix` it
 * @example
 * console.table(explainPropagation('https://api.example.com/orders'));
 */
export function explainPropagation(input: RequestInfo | URL, init?: RequestInit): PropagationExplanation {
  return attempt(() => explain(input, init), { attach: false, code: 'invalid', ...words('invalid', '') });
}

function explain(input: RequestInfo | URL, init?: RequestInit): PropagationExplanation {
  const call: Call = { method: '', url: '', args: input === undefined ? [] : [input, init] };
  if (init !== undefined) call.init = init;
  const client = currentClient();
  const described = describe(call);
  if (described) read(call);
  if (!client?.isOn()) return { attach: false, code: 'disabled', ...words('disabled', '') };
  const ask = () => (described ? addressOf(client, call.url, call.noCors ? NO_CORS : FETCH) : undefined);
  const first = ask();
  // Whatever has failed in the core costs one answer, and says nothing of the request.
  const address = hasFailed ? ask() : first;
  const { href = '', attaches: attach = false, target } = address ?? {};
  let code = (address?.code ?? 'invalid') as PropagationCode;
  if (!href) code = 'invalid';
  else if (COMES_LATER && isWaiting() && !attach) code = 'disabled';
  else if (!tracesFetch()) code = 'not-instrumented';
  else if (attach && new Headers(theirs(call) ?? call.request?.headers).get('sentry-trace'))
    code = 'own-header';
  else {
    const { detail, fix } = words(code, href, target);
    const isOmitted = attach && omits(client.option('propagateTraceparent'));
    return { attach, code, detail: isOmitted ? detail + OMITTED : detail, fix };
  }
  return { attach: false, code, ...words(code, href) };
}

function whyOff(client: BrowserClient | undefined): string {
  if (!canRun()) return 'the core did not start on this page, and the console says why';
  if (!client) return 'init was not called';
  if (COMES_LATER && isWaiting()) return 'the core has yet to come (initCore)';
  return client.isClosed ? 'close was called' : 'init has enabled: false';
}

function words(code: PropagationCode, href: string, target?: number): { detail: string; fix: string } {
  const client = currentClient();
  const matched = target !== undefined && client ? targetsOf(client).valid[target] : '';
  const signs: Record<string, string> = {
    '%': href.length > 200 ? `${href.slice(0, 200)}…` : href,
    '@': attempt(() => new URL(href).origin, ''),
    $: `the target ${shown(matched)}`,
    '#': headerNames(client, getCurrentScope()),
    '^': whyOff(client),
    '~': attempt(ownOrigin) === '' ? OPAQUE : '',
  };
  const fill = (text: string) => text.replace('&', ALLOW).replace(/[%@$#^~]/g, (sign) => signs[sign] ?? '');
  const [detail, fix] = MEANINGS[code];
  return { detail: fill(detail), fix: fill(fix) };
}
