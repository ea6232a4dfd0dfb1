// `tracePropagationTargets` as the core judges by it, and the patterns among them, which only JavaScript can match.

import { uselessTargets } from '../core/core.js';
import { later } from '../core/waiting.js';
import { attempt } from '../values/attempt.js';
import { shown, warn } from '../values/debug.js';
import { forgetful, isPattern } from '../values/pattern.js';
import type { BrowserClient } from './client.js';

/** Stands for a pattern among the targets: no text is written like this. */
const PATTERN = '%';

/** The targets of a client as they were read last. */
export interface Targets {
  given: unknown;
  /** A copy of the entries, by which changes are noticed. */
  entries: unknown[];
  /** A line each; nothing if the option is not set. */
  lines: string | undefined;
  patterns: RegExp[];
  /** The entries that are any, in the order of their lines. */
  valid: unknown[];
}

const NONE: Targets = { given: undefined, entries: [], lines: undefined, patterns: [], valid: [] };

const known = new WeakMap<BrowserClient, Targets>();

/** What was said to be useless; so many at most. */
const said = new Set<string>();
const MAX_SAID = 100;

/** The targets of a client as they are now. The same object as long as they are the same. */
export function targetsOf(client: BrowserClient): Targets {
  const given: unknown = client.option('tracePropagationTargets');
  if (!Array.isArray(given)) return NONE;
  const before = known.get(client);
  const same =
    before?.given === given &&
    attempt(
      () => before.entries.length === given.length && before.entries.every((one, at) => one === given[at]),
      true,
    );
  if (before && same) return before;
  const targets = attempt(() => read(given), { ...NONE, given, lines: '' });
  known.set(client, targets);
  return targets;
}

function read(given: unknown[]): Targets {
  // Each entry once: what a proxy answers the second time may be something else.
  const entries = entriesOf(given);
  const patterns: RegExp[] = [];
  const lines: string[] = [];
  const valid: unknown[] = [];
  for (const entry of entries) {
    if (typeof entry === 'string') {
      if (!entry) continue;
      lines.push(written(entry).replace(/[%\n]/g, encodeURIComponent));
      valid.push(entry);
      continue;
    }
    const pattern = isPattern(entry) && forgetful(entry, 'i');
    if (!pattern) continue;
    patterns.push(pattern);
    lines.push(PATTERN);
    valid.push(entry);
  }
  if (COMES_LATER && later(() => read(given)))
    return { given, entries, lines: lines.join('\n'), patterns, valid };
  for (const text of uselessTargets(lines.join('\n'))) {
    if (said.has(text) || said.size >= MAX_SAID) continue;
    warn(`${shown(text)} among tracePropagationTargets matches no request`);
    said.add(text);
  }
  return { given, entries, lines: lines.join('\n'), patterns, valid };
}

/** Which of the targets is the first pattern that matches, by what {@link matchPatterns} answered. */
export function matchedBy({ lines = '' }: Targets, matches: string): number | undefined {
  const places = lines.split('\n').flatMap((line, at) => (line === PATTERN ? [at] : []));
  return places[matches.indexOf('1')];
}

/** A text as the browser writes it in a URL, where a host in other letters than those of ASCII has another form than a path. */
function written(target: string): string {
  return target.replace(/(\*\.)?([^/]*[^\0-~][^/]*)/g, (all, star = '', piece, at) => {
    const isHost = piece.includes('.') && /^$|\/\/$/.test(target.slice(0, at));
    return attempt(() => star + (isHost ? new URL(`http://${piece}`).host : encodeURI(piece)), all);
  });
}

/** The entries of an array; nothing in the place of one that cannot be read. */
function entriesOf<T>(list: T[]): T[] {
  return Array.from({ length: list.length }, (_, at) => attempt(() => list[at]) as T);
}

/** Which patterns match a URL, or a path of the own origin if it is not empty: `1` or `0` for each. */
export function matchPatterns({ patterns }: Targets, url: string, ownPath: string): string {
  return patterns
    .map((pattern) => (pattern.test(url) || (ownPath && pattern.test(ownPath)) ? 1 : 0))
    .join('');
}
