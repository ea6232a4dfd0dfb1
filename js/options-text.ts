// What `init` was given, read once and put into the form in which it crosses to src/api/options.rs. A wrong option
// is named on the console and left out; it never makes `init` fail.

import { warn } from './debug.js';
import { attempt, isA } from './guard.js';

/** The kinds of options, and what they must be, in words. */
const KINDS = { boolean: 'true or false', string: 'a string', number: 'a number of milliseconds' };

type Kinds = { boolean: boolean; string: string; number: number };

const TEXTS = ['dsn', 'tunnel', 'release', 'environment', 'dist'];

/** The first flags, and what they are by default. */
const FLAGS = {
  enabled: true,
  propagateTraceparent: false,
  strictTraceContinuation: false,
  parentSpanIsAlwaysRootSpan: true,
  sendClientReports: true,
  debug: false,
};

const HAS_SAMPLER = 64;
const STREAMS = 128;
const HAS_RATE = 256;
const HAS_TARGETS = 512;

/** Stands for a pattern among the targets: no text is written like this. */
const PATTERN = '%';

/** The patterns among the targets, of the options that were read last. */
let patterns: RegExp[] = [];

/** An option; nothing if it is not set, or throws. */
function given(options: object, name: string): unknown {
  return attempt(() => (options as Record<string, unknown>)[name], undefined) ?? undefined;
}

/** An option that must be of a kind; nothing if it is not. */
export function option<K extends keyof Kinds>(options: object, name: string, kind: K): Kinds[K] | undefined {
  const value = given(options, name);
  if (value === undefined || (typeof value === kind && (kind !== 'number' || (value as number) >= 0))) {
    return value as Kinds[K] | undefined;
  }
  warn(`${name} was ignored: it must be ${KINDS[kind]}`);
  return undefined;
}

/** The options of `init` as arguments of the core, with the names of the integrations. */
export function optionsText(options: object, names: string[]): [flags: number, rate: number, lines: string] {
  const texts = TEXTS.map((name) => option(options, name, 'string') ?? '');
  const targets = given(options, 'tracePropagationTargets');
  const targetLines = readTargets(targets);
  let flags = 0;
  Object.entries(FLAGS).forEach(([name, byDefault], index) => {
    if (option(options, name, 'boolean') ?? byDefault) flags |= 1 << index;
  });
  const organization = orgId(given(options, 'orgId'));
  const rate = given(options, 'tracesSampleRate');
  if (rate !== undefined) flags |= HAS_RATE;
  if (given(options, 'tracesSampler')) flags |= HAS_SAMPLER;
  if (Array.isArray(targets)) flags |= HAS_TARGETS;
  if (streams(given(options, 'traceLifecycle'))) flags |= STREAMS;
  const lines = [
    ...[String(globalThis.origin), ...texts, organization].map(line),
    ...targetLines,
    '',
    ...names.map(line),
  ];
  return [flags, sampleRate(rate), lines.join('\n')];
}

/** The entries of `tracePropagationTargets` that are any. */
export function validTargets(targets: unknown): Array<string | RegExp> {
  const isValid = (entry: unknown) => (typeof entry === 'string' && entry) || copied(entry);
  // Asked before, because an error that is thrown takes milliseconds at the start of a page, also if it is caught.
  return Array.isArray(targets) ? attempt(() => targets.filter(isValid), []) : [];
}

/** A pattern that remembers nothing; `undefined` for what is none, or only looks like one. */
function copied(pattern: unknown): RegExp | undefined {
  if (!isA(pattern, RegExp)) return undefined;
  // `g` and `y` patterns remember where they stopped, and would skip every other request.
  return attempt(() => new RegExp(pattern.source, `${pattern.flags.replace(/[giy]/g, '')}i`), undefined);
}

/** Which patterns match a URL, or a path of the own origin if it is not empty: `1` or `0` for each. */
export function matches(url: string, ownPath: string): string {
  return patterns
    .map((pattern) => (pattern.test(url) || (ownPath && pattern.test(ownPath)) ? 1 : 0))
    .join('');
}

function readTargets(targets: unknown): string[] {
  const valid = validTargets(targets);
  if (!Array.isArray(targets)) {
    if (targets !== undefined) {
      warn('tracePropagationTargets was ignored: it must be an array of strings and regular expressions');
    }
  } else {
    for (let wrong = targets.length - valid.length; wrong > 0; wrong--) {
      warn(
        'an entry of tracePropagationTargets was ignored: it must be a non-empty string or a regular expression',
      );
    }
  }
  const copies = valid.map((entry) => (typeof entry === 'string' ? entry : copied(entry)));
  patterns = copies.filter((entry) => typeof entry === 'object');
  return copies.map((entry) => (typeof entry === 'string' ? line(entry) : PATTERN));
}

/** A text as one line. */
function line(text: string): string {
  return text.replace(/[%\n]/g, encodeURIComponent);
}

function streams(value: unknown): boolean {
  if (value !== undefined && value !== 'static' && value !== 'stream') {
    warn('traceLifecycle was ignored: it must be "static" or "stream"');
  }
  return value === 'stream';
}

function orgId(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' && value >= 0) return String(Math.trunc(value));
  if (value !== undefined) warn('orgId was ignored: it must be a number or its text');
  return '';
}

/** Booleans are 1 and 0, and a text is read like `parseFloat` does, as in the reference. */
function sampleRate(value: unknown): number {
  const isPlain = typeof value === 'number' || typeof value === 'boolean';
  const rate = isPlain ? Number(value) : typeof value === 'string' ? Number.parseFloat(value) : Number.NaN;
  if (value !== undefined && !(rate >= 0 && rate <= 1)) {
    warn('tracesSampleRate is invalid and no trace will be sampled: it must be a number from 0 to 1');
  }
  return rate;
}
