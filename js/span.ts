// A span as the page sees it: two ids, and the number by which the core knows the rest.

import { runExactly } from './active.js';
import type { Core } from './core.js';
import { complain, shown } from './debug.js';
import { ask, attempt } from './guard.js';
import { hex, randomHex } from './propagation.js';
import type { Scope } from './scope.js';
import { type Below, closeTold, endTold, isOpen, type Resting, setTold } from './told.js';
import { endResting } from './unsampled.js';
import {
  isTime,
  line,
  lines,
  linkLines,
  type SpanAttributes,
  type SpanAttributeValue,
  type SpanLink,
  type SpanTimeInput,
  text,
  time,
} from './values.js';

/** What identifies a span everywhere. */
export interface SpanContextData {
  /** 32 hexadecimal digits. */
  traceId: string;
  /** 16 hexadecimal digits. */
  spanId: string;
  /** 1 if the trace is recorded, else 0. */
  traceFlags: number;
  /** Whether the span runs in another service. */
  isRemote?: boolean | undefined;
}

/** How an operation ended: code 0 unset, 1 ok, 2 error with a message such as `not_found`. */
export interface SpanStatus {
  code: 0 | 1 | 2;
  message?: string;
}

/** A span of this SDK or of another one: the methods that all of them have. */
export interface AnySpan {
  spanContext(): SpanContextData;
  end(endTime?: SpanTimeInput): void;
  setAttribute(name: string, value: SpanAttributeValue | undefined): this;
  setAttributes(attributes: SpanAttributes): this;
  setStatus(status: SpanStatus): this;
  updateName(name: string): this;
  isRecording(): boolean;
  addEvent(name: string, attributesOrTime?: SpanAttributes | SpanTimeInput, startTime?: SpanTimeInput): this;
  addLink(link: unknown): this;
  addLinks(links: unknown): this;
  recordException(exception: unknown, time?: number): void;
}

/** Attributes that make an event a measurement. */
export const MEASUREMENT_VALUE = 'sentry.measurement_value';
export const MEASUREMENT_UNIT = 'sentry.measurement_unit';

/** Where a span keeps what is ours: a symbol, not a private field, so that proxies of reactive frameworks work. */
export const OURS = Symbol('throughline');

/** A span as the core knows it, or will know it. Its ids are numbers until somebody wants them as text. */
export interface Ticket {
  key: number;
  sampled: boolean;
  kept: boolean;
  ids: Ids;
}

/** Two numbers of the span's id, four of the trace's. */
export type Ids = [number, number, number, number, number, number];

/** What we know about a span beside its ids. */
export interface Ours {
  /** The core's number for this span; 0 if the core does not know it. */
  key: number;
  /** Its ids as numbers, if the core knows it or will know it by these. */
  ticket: Ticket | undefined;
  /** Its trace, where the core does not know it. */
  traceId: string | undefined;
  /** Its ids as texts, once somebody has asked for them. */
  context: SpanContextData | undefined;
  /** Whether its name and attributes are kept; false for one that has nothing but ids. */
  kept: boolean;
  /** The root of its local tree; `undefined` for a root itself. */
  root: AnySpan | undefined;
  /** The scope it was begun in. */
  scope: Scope;
  /** The spans below a root, as far as JavaScript has seen them. */
  family?: Map<number, Span>;
  /** Whether `ignoreSpans` leaves it out; its children then attach to its parent. */
  ignored?: boolean;
  /** Has the core begin it: only where nobody has needed that yet, see js/unsampled.ts and js/told.ts. */
  later?: (() => void) | undefined;
  /** What the core will be told of it, see js/told.ts. */
  resting?: Resting | undefined;
  /** What rests below a root. */
  below?: Below;
  /** When it ended, if the core did not know it yet. */
  over?: number;
  /** Whether it is in a trace that the core has decided not to record. */
  unsampled: boolean;
  /** Make what was active before it active again, wherever it was made active. */
  restores?: (() => void)[];
}

/** Tracks one operation. Methods never throw. */
export class Span implements AnySpan {
  /** @internal */
  readonly [OURS]: Ours;

  /**
   * @internal Takes the core's ticket, or nothing where there is no core: then the span is one of the given trace.
   */
  constructor(ticket: Ticket | undefined, scope: Scope, root?: AnySpan, traceId?: string) {
    this[OURS] = {
      key: ticket?.key ?? 0,
      ticket,
      traceId,
      context: undefined,
      kept: ticket?.kept ?? false,
      root,
      scope,
      unsampled: Boolean(ticket?.kept && !ticket.sampled),
    };
  }

  /** The ids of this span, and whether its trace is recorded. */
  spanContext(): SpanContextData {
    return attempt(() => ({ ...idsOf(this[OURS]) }), { ...NO_SPAN });
  }

  /** Whether the span is recorded and has not ended. */
  isRecording(): boolean {
    const resting = oursOf(this)?.resting;
    if (resting) return isOpen(resting);
    return isSampled(this) && ask((core) => core.span_is_recording(keyOf(this)), false);
  }

  /** Sets an attribute; `undefined` removes it. */
  setAttribute(name: string, value: SpanAttributeValue | undefined): this {
    set(this, () => attempt(() => line(text(name), value), ''));
    return this;
  }

  /** Sets several attributes. */
  setAttributes(attributes: SpanAttributes): this {
    set(this, () => lines(attributes));
    return this;
  }

  /** Sets how the operation ended; the last call counts. */
  setStatus(status: SpanStatus): this {
    const [code, message] = attempt(() => [codeOf(status), text(status?.message)] as const, [0, '']);
    change(this, (core, key) => core.span_status(key, code, message));
    return this;
  }

  /** Gives the span another name. */
  updateName(name: string): this {
    change(this, (core, key) => core.span_name(key, text(name)));
    return this;
  }

  /**
   * Notes that something happened. Only a measurement has an effect: an event whose attributes
   * `sentry.measurement_value` (a number) and `sentry.measurement_unit` (a string) say how much.
   */
  addEvent(
    name: string,
    attributesOrTime?: SpanAttributes | SpanTimeInput,
    _startTime?: SpanTimeInput,
  ): this {
    if (isTime(attributesOrTime) || !attributesOrTime) return this;
    const { [MEASUREMENT_VALUE]: value, [MEASUREMENT_UNIT]: unit } = attempt(
      () => ({ ...attributesOrTime }),
      {},
    );
    if (typeof value !== 'number' || typeof unit !== 'string') return this;
    const json = JSON.stringify({ value, unit });
    change(this, (core, key) => core.span_measurement(key, text(name), json));
    return this;
  }

  /** Links the span to another one, of this trace or of another. */
  addLink(link: SpanLink | unknown): this {
    return this.addLinks([link]);
  }

  /** Links the span to others. */
  addLinks(links: SpanLink[] | unknown): this {
    const given = linkLines(links);
    if (given) change(this, (core, key) => core.span_links(key, given));
    return this;
  }

  /** Does nothing; OpenTelemetry's spans have it. */
  recordException(_exception: unknown, _time?: number): void {}

  /** @internal Moves the start. */
  updateStartTime(startTime: SpanTimeInput): void {
    change(this, (core, key) => core.span_start_time(key, time(startTime)));
  }

  /** Ends the span now, or at the given time. Only the first call counts. */
  end(endTime?: SpanTimeInput): void {
    const ours = oursOf(this);
    if (!ours) return;
    restore(ours);
    const at = endTime === undefined ? Number.NaN : time(endTime);
    if (ours.below) closeTold(this);
    if (ours.resting && endTold(this, at)) return;
    if (ours.later) endResting(this, at);
    else ask((core) => core.span_end(ours.key, at), undefined);
  }

  /**
   * Runs a callback in which this span is active, exactly until the callback returns: whatever else the
   * page does at the same time, spans that begin in it become children of this one. After an `await`, call
   * it again.
   *
   * @returns what the callback returns
   * @example
   * const response = await span.run(() => fetch('/api'));
   * span.run(() => startSpan({ name: 'render' }, () => render(response)));
   */
  run<T>(callback: () => T): T {
    const ours = oursOf(this);
    return ours ? runExactly(this, ours.scope, callback) : callback();
  }

  /**
   * A function that runs as the given one does, with this span active as in {@link run}: for timers, event
   * listeners and other callbacks that run later.
   *
   * @example
   * button.addEventListener('click', span.bind(() => startSpan({ name: 'clicked' }, handle)));
   */
  bind<This, Arguments extends unknown[], Result>(
    callback: (this: This, ...given: Arguments) => Result,
  ): (this: This, ...given: Arguments) => Result {
    if (typeof callback !== 'function') {
      complain(`span.bind was ignored: ${shown(callback)} is no function`);
      return callback;
    }
    const span = this;
    return function (this: This, ...given: Arguments) {
      return span.run(() => Reflect.apply(callback, this, given) as Result);
    };
  }
}

function idsOf(ours: Ours): SpanContextData {
  if (!ours.ticket) ours.later?.();
  const { ticket, traceId } = ours;
  ours.context ??= ticket
    ? {
        traceId: hex(ticket.ids, 2),
        spanId: hex(ticket.ids, 0, 2),
        traceFlags: ticket.sampled ? 1 : 0,
      }
    : // Ids of zeros would be one trace for everybody, where a page passes them on by hand.
      { traceId: traceId || randomHex(16), spanId: randomHex(8), traceFlags: 0 };
  return ours.context;
}

/** A code as the reference understands it: whatever is neither 0 nor 1 is an error. */
function codeOf(status: SpanStatus | undefined): number {
  if (!status || status.code === 0) return 0;
  if (typeof status !== 'object') complain(`a status is taken for an error: ${shown(status)} has no code`);
  return status.code === 1 ? 1 : 2;
}

/** What was active before a span that ends is active again. */
export function restore(ours: Ours): void {
  const { restores } = ours;
  if (!restores) return;
  delete ours.restores;
  for (const one of restores.reverse()) one();
}

/** Does something when a span ends, before anybody hears of it. */
export function onEnd(ours: Ours, act: () => void): void {
  ours.restores ??= [];
  ours.restores.push(act);
}

/** What we know about a span; `undefined` for anything that is no span of ours. */
export function oursOf(span: unknown): Ours | undefined {
  // Most often there is none; an error would take a hundred times as long.
  if (span === undefined || span === null) return undefined;
  try {
    return (span as Span)[OURS];
  } catch {
    return undefined;
  }
}

/** The number of a span of ours; 0 for anything else. */
export function keyOf(span: unknown): number {
  const ours = oursOf(span);
  ours?.later?.();
  return ours?.key ?? 0;
}

/** The ids of any span, also one of another SDK; `undefined` for what is no span. */
export function contextOf(span: unknown): SpanContextData | undefined {
  return attempt(() => {
    const context = (span as AnySpan).spanContext();
    return typeof context.traceId === 'string' && typeof context.spanId === 'string' ? context : undefined;
  }, undefined);
}

/** Whether a value is a span, of whichever SDK. */
export function isSpan(value: unknown): value is AnySpan {
  return Boolean(oursOf(value) || contextOf(value));
}

/** Whether the trace of a span is recorded. */
export function isSampled(span: unknown): boolean {
  const ours = oursOf(span);
  const ticket = ours?.ticket;
  if (ticket) return ticket.sampled;
  return !ours?.later && (contextOf(span)?.traceFlags ?? 0) === 1;
}

/** The ids of what is no span. */
export const NO_SPAN = { traceId: '0'.repeat(32), spanId: '0'.repeat(16), traceFlags: 0 };

/** Sets attributes of a span, in the form in which they cross; what is not kept is not even read. */
function set(span: Span, given: () => string): void {
  const ours = oursOf(span);
  if (!ours?.kept) return;
  const lines = given();
  if (lines && !setTold(ours, lines)) change(span, (core, key) => core.span_attributes(key, lines));
}

/** Changes what the core keeps of a span; of most that are not recorded it keeps nothing. */
function change(span: Span, how: (core: Core, key: number) => void): void {
  if (oursOf(span)?.kept) ask((core) => how(core, keyOf(span)), undefined);
}
