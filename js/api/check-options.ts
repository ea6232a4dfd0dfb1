// What is wrong with the options of `init`, said once on the console. A wrong one is left out; it never makes `init` fail.

import { later } from '../core/waiting.js';
import type { BrowserClient } from '../scope/client.js';
import { isMarked, STATIC, STREAMED } from '../send/filters.js';
import { attempt } from '../values/attempt.js';
import { complain, warn } from '../values/debug.js';
import { forgetful, isPattern } from '../values/pattern.js';
import { rate } from '../values/values.js';

/** What options must be, in words, and whether a value is that. */
const KINDS: [words: string, is: (value: unknown) => boolean, names: string][] = [
  ['a string', (value) => typeof value === 'string', 'dsn tunnel release environment dist'],
  [
    'true or false',
    (value) => typeof value === 'boolean',
    'enabled strictTraceContinuation parentSpanIsAlwaysRootSpan sendClientReports debug',
  ],
  [
    'true, false or { unsampled: "omit" }',
    (value) => typeof value === 'boolean' || (value as { unsampled?: unknown }).unsampled === 'omit',
    'propagateTraceparent',
  ],
  ['"static" or "stream"', (value) => value === 'static' || value === 'stream', 'traceLifecycle'],
  ['a number or its text', (value) => typeof value === 'string' || Number(value) >= 0, 'orgId'],
  ['an array of strings and regular expressions', Array.isArray, 'tracePropagationTargets'],
  ['an array', Array.isArray, 'ignoreSpans ignoreTransactions sensitiveParams'],
  [
    'a function',
    (value) => typeof value === 'function',
    'tracesSampler beforeSendSpan beforeSendTransaction transport',
  ],
  [
    // Others judge them.
    'anything',
    () => true,
    `tracesSampleRate integrations defaultIntegrations initialScope transportOptions normalizeDepth normalizeMaxBreadth${ON_SERVER ? ' dataCollection' : ''}`,
  ],
];

/** The letters of a name that are seldom mistaken for others, or left out. */
const gist = (name: string) => name.toLowerCase().replace(/[aeinosu]/g, '');

/** Names the options that are wrong, or, of those that were `named`, have no effect. */
export function checkOptions(client: BrowserClient, named: string[]): void {
  // Some of them the core judges.
  if (COMES_LATER && later(() => checkOptions(client, named))) return;
  const { options } = client;
  const given = (name: string) => attempt(() => (options as Record<string, unknown>)[name]) ?? undefined;
  for (const [words, is, names] of KINDS) {
    for (const name of names.split(' ')) {
      const value = given(name);
      if (value !== undefined && !attempt(() => is(value), false)) {
        warn(`${name} was ignored: it must be ${words}`);
      }
    }
  }
  const known = KINDS.flatMap(([, , names]) => names.split(' '));
  for (const name of named) {
    const meant = known.find((one) => gist(one) === gist(name));
    if (!known.includes(name)) complain(`${name} has no effect${meant ? `: did you mean ${meant}?` : ''}`);
  }
  if (!client.traces()) complain('no span is recorded: tracesSampleRate is not set');
  const { wrong } = client.dsn();
  if (wrong) warn(`the dsn "${client.text('dsn')}" is invalid and nothing will be sent: ${wrong}`);
  const sampleRate = given('tracesSampleRate');
  if (sampleRate !== undefined && Number.isNaN(rate(sampleRate))) {
    warn('tracesSampleRate is invalid and no trace will be sampled: it must be a number from 0 to 1');
  }
  const targets = given('tracePropagationTargets');
  const isTarget = (at: number) => {
    const target = (targets as unknown[])[at];
    return typeof target === 'string' ? target : isPattern(target) && forgetful(target, 'i');
  };
  for (let at = 0; Array.isArray(targets) && at < targets.length; at++) {
    if (attempt(() => isTarget(at))) continue;
    warn(
      'an entry of tracePropagationTargets was ignored: it must be a non-empty string or a regular expression',
    );
  }
  const streams = client.streams();
  if (isMarked(given('beforeSendSpan'), streams ? STATIC : STREAMED)) {
    const [is, use] = streams ? ['Static', 'Streamed'] : ['Streamed', 'Static'];
    warn(
      `beforeSendSpan is ignored: with${is}Span does not go with traceLifecycle: '${streams ? 'stream' : 'static'}'; use with${use}Span`,
    );
  }
  for (const name of ['ignoreTransactions', 'beforeSendTransaction']) {
    if (streams && given(name)) complain(`${name} is ignored: in stream mode there are no transactions`);
  }
}
