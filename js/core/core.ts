// What the core is asked. Each question is one call, and its answer depends on nothing but the arguments. Where the core
// cannot be asked the answer is that nothing is known.

import type { DynamicSamplingContext, PropagationContext } from '../types/spans.js';
import { attempt } from '../values/attempt.js';
import { millis } from '../values/clock.js';
import { flat } from '../values/flat.js';
import { answerOf, ask, hasFailed, numbers as room } from './abi.js';
import { earlyBaggage } from './early.js';
import { isWaiting } from './waiting.js';

/** Nobody decided. */
const UNDECIDED = -1;

/** A decision as the core reads it. */
function decision(sampled: boolean | null | undefined): number {
  return sampled === undefined || sampled === null ? UNDECIDED : Number(sampled);
}

/** A rate that is not set. */
export const NO_RATE = -1;

/** Who has said something about a root: nobody was asked, the sampler answered, or it failed. */
export type Sampler = 0 | 1 | 2;

/** Whether a root is recorded. */
export interface Decision {
  sampled: boolean;
  /** Whether it follows from the given rate. */
  applied: boolean;
  /** Why it is not recorded, in the words of client reports. */
  reason: 'sample_rate' | 'callback_error';
}

function decisionOf(bits: number): Decision {
  return {
    sampled: (bits & 1) > 0,
    applied: (bits & 2) > 0,
    reason: bits & 4 ? 'callback_error' : 'sample_rate',
  };
}

/** Decides about a root. `rate` is the sampler's answer or `tracesSampleRate`: NaN for what is none, {@link NO_RATE} for none. */
export function decide(
  sampler: Sampler,
  rate: number,
  parentSampled: boolean | null | undefined,
  sampleRand: number,
): Decision {
  const bits = ask((core) => core.decide(sampler, rate, decision(parentSampled), sampleRand), 0);
  return decisionOf(bits);
}

/** The context that two header values describe; nothing if there is none, or it is not ours to continue. */
export function receive(
  sentryTrace: string,
  baggage: string,
  orgId: string,
  isStrict: boolean,
  sampleRand: number,
): PropagationContext | undefined {
  const answer = answerOf('receive', [sentryTrace, baggage, orgId], Number(isStrict), sampleRand);
  return answer === undefined ? undefined : parsed(answer);
}

/** What the core has written as JSON; nothing if a decoder of the page made something else of it. */
function parsed(answer: string): PropagationContext | undefined {
  return attempt(() => JSON.parse(answer));
}

/** The parts of an answer. They become names and attributes of spans. */
function partsOf(answer: string, separator = '\n'): string[] {
  return answer.split(separator).map(flat);
}

/** What the options say in the dynamic sampling context of a trace that begins here. */
export interface Head {
  environment: string;
  release: string;
  publicKey: string;
  orgId: string;
}

/** What a root says in it. Numbers as JavaScript prints them; `name` and `source` as they are now. */
export interface RootFacts {
  name: string;
  source: string;
  sampled: boolean;
  sampleRand: string;
  sampleRate: string;
}

/** A dynamic sampling context, as JSON and as the value of the `baggage` header, which may be empty. */
export type SamplingContext = [json: string, baggage: string];

/** What is known about a trace that came with the page. */
export interface Arrival {
  sentryTrace: string;
  baggage: string;
  /** When the server began the trace; NaN if it does not say. */
  begun: number;
  /** When the page began, in milliseconds since the epoch; NaN where nobody knows. */
  asked: number;
  /** How it came, see `came` in crates/module/src/answers.rs. */
  how: number;
}

/** The trace of a page, and what is decided about a root that begins in it. */
export interface PageLoad {
  context: PropagationContext;
  /** The trace that the page is only linked to, and why. */
  stale: { reason: string; context: PropagationContext } | undefined;
  decision: Decision;
  samplingContext: SamplingContext;
  /** What of the given URLs may be recorded. */
  urls: RecordedUrl[];
}

/** Judges the trace that came with a page. `traceId` is one for the page if it begins its own. */
export function judgePageLoad(
  { sentryTrace, baggage, begun, asked, how }: Arrival,
  traceId: string,
  sampleRand: number,
  { environment, release, publicKey, orgId }: Head,
  name: string,
  source: string,
  rate: number,
  urls: string[],
  sensitive: string,
): PageLoad | undefined {
  const texts = [sentryTrace, baggage, traceId, environment, release, publicKey, orgId, name, source];
  texts.push(urls.map(line).join(''), sensitive);
  const answer = answerOf('page_load', texts, sampleRand, begun, asked, how, rate);
  if (answer === undefined) return undefined;
  const [context = '', stale, bits, json = '{}', header = '', ...lines] = partsOf(answer);
  const judged = parsed(context);
  if (!judged) return undefined;
  return {
    context: judged,
    stale: stale ? attempt(() => JSON.parse(stale)) : undefined,
    decision: decisionOf(Number(bits)),
    samplingContext: [json, header],
    urls: urls.map((_, at) => recordedOf(lines[at])),
  };
}

const FROZEN = 1;
const ROOT = 2;
const SAMPLED = 4;
const IGNORED = 8;

/**
 * The dynamic sampling context of a trace: the one that came with it (`frozen`), else what the options say and, of a root,
 * what it says.
 */
export function samplingContext(
  traceId: string,
  frozen: DynamicSamplingContext | undefined,
  { environment, release, publicKey, orgId }: Head,
  root?: RootFacts,
  isIgnored = false,
): SamplingContext {
  let flags = isIgnored ? IGNORED : 0;
  if (frozen) flags |= FROZEN;
  if (root) flags |= root.sampled ? ROOT | SAMPLED : ROOT;
  const { name = '', source = '', sampleRand = '', sampleRate = '' } = root ?? {};
  const texts = [frozen ? entries(frozen) : '', traceId, environment, release, publicKey, orgId];
  texts.push(name, source, sampleRand, sampleRate);
  const [json = '{}', baggage = COMES_LATER ? earlyBaggage(traceId) : ''] =
    answerOf('sampling_context', texts, flags)?.split('\n') ?? [];
  return [json, baggage];
}

/** A text in percent-encoding, which knows no half of a character. */
function encoded(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd'));
}

/** A dynamic sampling context as it crosses: as `baggage` text of any length. */
function entries(dsc: DynamicSamplingContext): string {
  const names = attempt(() => Object.keys(dsc), []) as (keyof DynamicSamplingContext)[];
  const members = names.map((name) =>
    // A value that is no text, or code of the page.
    attempt(() => {
      const value = dsc[name];
      if (value === undefined || value === null) return '';
      return `sentry-${[name, String(value)].map(encoded).join('=')}`;
    }, ''),
  );
  return members.filter(Boolean).join(',');
}

/** A dynamic sampling context as `baggage` header; empty if there is nothing to say. */
export function printBaggage(dsc: DynamicSamplingContext): string {
  return answerOf('baggage', [entries(dsc)]) ?? '';
}

/** The baggage of a request that has some of its own; nothing to leave it alone. */
export function mergeBaggage(theirs: string, ours: string): string | undefined {
  return answerOf('merge_baggage', [theirs, ours]);
}

/** The lines of a DSN, see crates/module/; or `!` and why it is none. */
export function readDsn(dsn: string, client: string): string[] {
  return (answerOf('dsn', [dsn, client]) ?? '!').split('\n');
}

const XHR = 1;
const NO_CORS = 2;
const HAS_TARGETS = 4;

/** A request that is to be judged. */
export interface JudgedRequest {
  isXhr: boolean;
  noCors: boolean;
  /** As the browser resolved its URL, and as the page wrote it. */
  href: string;
  given: string;
  /** The page's origin. */
  page: string;
  /** The targets, a line each; nothing if there are none. Which of the patterns among them match. */
  targets: string | undefined;
  patterns: string;
  /** Where our envelopes go. */
  destination: string;
  /** The places where headers broke requests, as {@link requestFailed} answered them. */
  broken: string;
  /** The parameters that the page has named sensitive. */
  sensitive: string;
}

/** What is judged about a request: the lines of crates/module/. Nothing for what is no URL. */
export function judgeRequest(request: JudgedRequest): string[] | undefined {
  const { href, given, page, targets, patterns, destination, broken, sensitive } = request;
  let flags = targets === undefined ? 0 : HAS_TARGETS;
  if (request.isXhr) flags |= XHR;
  if (request.noCors) flags |= NO_CORS;
  const texts = [href, given, page, targets ?? '', patterns, destination, broken, sensitive];
  const answer = answerOf('judge', texts, flags, broken ? millis() : 0);
  return answer === undefined ? undefined : partsOf(answer);
}

/** Those of the targets, a line each, that can never match. */
export function uselessTargets(targets: string): string[] {
  return (answerOf('useless_targets', [targets]) ?? '').split('\n').filter(Boolean);
}

/**
 * A request with our headers, of these `names`, failed, or was answered by another origin (`redirectedTo`).
 *
 * @returns if that is news: a sentence for the developer, and the broken places from now on
 */
export function requestFailed(
  broken: string,
  href: string,
  page: string,
  redirectedTo: string,
  names: string,
): [news: string, broken: string] | undefined {
  const answer = answerOf('request_failed', [broken, href, page, redirectedTo, names], millis());
  if (answer === undefined) return undefined;
  const end = answer.indexOf('\n');
  return [answer.slice(0, end), answer.slice(end + 1)];
}

/** What of a URL may be recorded; all empty for what is no absolute URL. */
export interface RecordedUrl {
  full: string;
  scheme: string;
  host: string;
  hostAndPort: string;
}

/** Of so many characters at a time the URLs are judged. */
const MAX_LINES = 100_000;

/** What of URLs may be recorded, without sensitive parameters; `undefined` where nobody could judge. */
export function recordUrls(urls: string[], sensitive: string): (RecordedUrl | undefined)[] {
  const found: (RecordedUrl | undefined)[] = [];
  for (let from = 0; from < urls.length; ) {
    let lines = '';
    let to = from;
    for (; to < urls.length && lines.length < MAX_LINES; to++) {
      lines += line(urls[to] as string);
    }
    const answers = answerOf('recorded', [lines, sensitive])?.split('\n');
    for (let at = 0; at < to - from; at++) {
      found.push(answers && recordedOf(answers[at]));
    }
    from = to;
  }
  return found;
}

/** A URL as it crosses. What the browser has resolved has no such characters; what the page has named may. */
function line(url: string): string {
  return `${url.replace(/[\t\r\n]/g, ' ')}\n`;
}

function recordedOf(answer = ''): RecordedUrl {
  const [full = '', scheme = '', host = '', hostAndPort = ''] = partsOf(answer, '\t');
  return { full, scheme, host, hostAndPort };
}

/** Why a root ends by itself; its place is what the core knows it by. */
export const FINISH_REASONS = [
  '',
  'idleTimeout',
  'heartbeatFailed',
  'finalTimeout',
  'externalFinish',
  'documentHidden',
  'cancelled',
] as const;

/** Where the numbers about the children begin, see crates/module/. */
const CHILDREN = 14;

/** A child of a root that is to end: seconds, NaN for one that is open; whether its end counts. */
export type ChildTimes = [start: number, end: number, counts: boolean];

/**
 * How a root ends that ends by itself: when, why, and what becomes of its children.
 *
 * @param facts the first numbers of `idle_end`, see crates/module/
 * @returns nothing if no deadline has passed; a child whose start is NaN is left out
 */
export function endIdle(
  facts: number[],
  children: ChildTimes[],
):
  | { end: number; reason: (typeof FINISH_REASONS)[number]; children: [start: number, end: number][] }
  | undefined {
  return ask((core) => {
    const at = room(CHILDREN + 3 * children.length);
    at.set(facts);
    children.forEach(([start, end, counts], index) => {
      at.set([start, end, Number(counts)], CHILDREN + 3 * index);
    });
    const end = core.idle_end(children.length);
    if (Number.isNaN(end)) return undefined;
    const answers = room(CHILDREN + 3 * children.length);
    return {
      end,
      reason: FINISH_REASONS[answers[0] as number] ?? '',
      children: children.map((_, index) => {
        const place = CHILDREN + 3 * index;
        return [answers[place] as number, answers[place + 1] as number];
      }),
    };
  }, undefined);
}

/** The statuses that were asked for: there are few, and the page may make up more. */
const statuses = new Map<string | number, string>();
const MAX_STATUSES = 100;

/** The status of a response of this code; or what transactions call an error with this message. */
export function statusText(given: number | string): string {
  let known = statuses.get(given);
  if (known === undefined) {
    const message = typeof given === 'string' ? given : '';
    const code = typeof given === 'string' ? -1 : given > 0 && given < 1000 ? given : 0;
    known = answerOf('status', [message], code) ?? 'internal_error';
    // Of an error the name is known later.
    if (COMES_LATER && isWaiting() && code >= 100 && code < 400) return 'ok';
    if (!hasFailed && statuses.size < MAX_STATUSES) statuses.set(given, known);
  }
  return known;
}
