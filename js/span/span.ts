// A span as the page sees it.

import { runExactly } from '../scope/active.js';
import type {
  AnySpan,
  SpanAttributes,
  SpanAttributeValue,
  SpanContextData,
  SpanLink,
  SpanStatus,
  SpanTimeInput,
} from '../types/spans.js';
import { attempt } from '../values/attempt.js';
import { now } from '../values/clock.js';
import { complain, shown } from '../values/debug.js';
import { isTime, linksOf, setAttribute, setAttributes, text, time } from '../values/values.js';
import { endSpan, moveStart } from './end.js';
import {
  flagOf,
  idOf,
  isRecording,
  NAME_SOURCE,
  NO_SPAN,
  RECORD,
  recordOf,
  type SpanRecord,
} from './record.js';

/** Attributes that make an event a measurement. */
export const MEASUREMENT_VALUE = 'sentry.measurement_value';
export const MEASUREMENT_UNIT = 'sentry.measurement_unit';

/** Of one span. */
const MAX_MEASUREMENTS = 1000;

/** Tracks one operation. Methods never throw. */
export class Span implements AnySpan {
  /** @internal */
  readonly [RECORD]: SpanRecord;

  /** @internal */
  constructor(record: SpanRecord) {
    this[RECORD] = record;
    record.span = this;
  }

  /** The ids of this span, and whether its trace is recorded. */
  spanContext(): SpanContextData {
    const record = recordOf(this);
    if (!record) return { ...NO_SPAN };
    const traceFlags = Number((COMES_LATER ? flagOf(record) : undefined) ?? record.sampled);
    return { traceId: record.traceId, spanId: idOf(record), traceFlags };
  }

  /** Whether the span is recorded and has not ended. */
  isRecording(): boolean {
    const record = recordOf(this);
    return Boolean(record && isRecording(record));
  }

  /** Sets an attribute; `undefined` removes it. */
  setAttribute(name: string, value: SpanAttributeValue | undefined): this {
    const record = keptOf(this);
    if (record && isOwn(record, name)) {
      try {
        setAttribute(record, text(name), value);
      } catch {
        complain(`the attribute ${shown(name)} was ignored: it cannot be read`);
      }
    }
    return this;
  }

  /** Sets several attributes. */
  setAttributes(attributes: SpanAttributes): this {
    const record = keptOf(this);
    if (!record) return this;
    if (record.tree) setAttributes(record, attributes);
    else {
      const { [NAME_SOURCE]: source } = record.attributes;
      setAttributes(record, attributes);
      // Only the name of a root has a source.
      if (record.attributes[NAME_SOURCE] !== source) delete record.attributes[NAME_SOURCE];
    }
    return this;
  }

  /** Sets how the operation ended; the last call counts. */
  setStatus(status: SpanStatus): this {
    const record = keptOf(this);
    if (record) {
      const [code, message] = attempt(() => [codeOf(status), text(status?.message)], [0 as const, '']);
      record.code = code;
      record.message = code === 2 ? message : '';
    }
    return this;
  }

  /** Gives the span another name. */
  updateName(name: string): this {
    const record = keptOf(this);
    if (!record) return this;
    record.name = text(name);
    // Now it is the page's own choice.
    if (record.tree) record.attributes[NAME_SOURCE] = 'custom';
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
    const record = keptOf(this);
    if (!record || typeof value !== 'number' || typeof unit !== 'string') return this;
    record.measurements ??= {};
    const named = text(name);
    const isKnown = Object.hasOwn(record.measurements, named);
    if (isKnown || Object.keys(record.measurements).length < MAX_MEASUREMENTS) {
      record.measurements[named] = { value, unit };
    }
    return this;
  }

  /** Links the span to another one, of this trace or of another. */
  addLink(link: SpanLink | unknown): this {
    return this.addLinks([link]);
  }

  /** Links the span to others. */
  addLinks(links: SpanLink[] | unknown): this {
    const record = keptOf(this);
    if (record) record.links = linksOf(links, record.links);
    return this;
  }

  /** Does nothing; OpenTelemetry's spans have it. */
  recordException(_exception: unknown, _time?: number): void {}

  /** @internal Moves the start. */
  updateStartTime(startTime: SpanTimeInput): void {
    const record = keptOf(this);
    if (record) moveStart(record, time(startTime) || now());
  }

  /** Ends the span now, or at the given time. Only the first call counts. */
  end(endTime?: SpanTimeInput): void {
    const record = recordOf(this);
    if (record) endSpan(record, endTime === undefined ? Number.NaN : time(endTime));
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
    const record = recordOf(this);
    return record ? runExactly(this, record.scope, callback) : callback();
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

/** The record of a span of which anything is kept. */
function keptOf(span: Span): SpanRecord | undefined {
  const record = recordOf(span);
  return record?.kept ? record : undefined;
}

/** Only the name of a root has a source. */
function isOwn({ tree }: SpanRecord, name: unknown): boolean {
  return Boolean(tree) || name !== NAME_SOURCE;
}

/** A code as the reference understands it: whatever is neither 0 nor 1 is an error. */
function codeOf(status: SpanStatus | undefined): SpanStatus['code'] {
  if (!status || status.code === 0) return 0;
  if (typeof status !== 'object') complain(`a status is taken for an error: ${shown(status)} has no code`);
  return status.code === 1 ? 1 : 2;
}
