// A span that a tracer of OpenTelemetry has begun: a span of ours whose methods do what that specification says where the two
// differ. It is the same object for both, so that whoever asks what is active gets it.

import {
  type Span as ApiSpan,
  type Attributes,
  type AttributeValue,
  createTraceState,
  type Exception,
  type Link,
  type SpanContext,
  SpanKind,
  type SpanStatus,
  type TimeInput,
} from '@opentelemetry/api';
import type { Span } from '../index.js';
import { recordOf } from '../span/record.js';
import type { SpanAttributes, SpanAttributeValue, SpanLink, SpanTimeInput } from '../types/spans.js';
import { attempt } from '../values/attempt.js';
import { destinationOf, type Facts, finished, whereOf } from './semantics.js';

const facts = new WeakMap<object, Facts>();

/** The trace state that came with the trace of a span of ours. */
function traceStateOf(span: unknown): string | undefined {
  const record = recordOf(span);
  const inForce = record?.scope.trace();
  return inForce && inForce.traceId === record?.traceId ? inForce.tracestate : undefined;
}

/** Where the request of a span goes, if it stands for one that is sent; else empty. */
export function addressOf(span: object | undefined): string {
  const known = span && facts.get(span);
  return known ? destinationOf(known) : '';
}

/** What is known of the request that a span below this one is a part of, if it is part of one. */
export function requestOf(span: object | undefined): Facts | undefined {
  const known = span && facts.get(span);
  return known?.kind === SpanKind.CLIENT ? known : known?.above;
}

/** A time of OpenTelemetry as ours: a small number is one of the timeline of `performance`. */
export function timeOf(input: TimeInput | undefined): SpanTimeInput | undefined {
  if (typeof input !== 'number') return input;
  const origin = attempt(() => performance.timeOrigin, 0);
  return input < origin ? origin + input : input;
}

/** Links as ours; one that cannot be read is left out. */
export function linksOf(links: Link[] | undefined): SpanLink[] {
  return attempt(() => [...(links ?? [])], []).flatMap((link) => attempt(() => [linkOf(link)], []));
}

/** A link without what is of no use elsewhere. The flags of OpenTelemetry say more than whether a trace is recorded. */
function linkOf({ context, attributes }: Link): SpanLink {
  const { traceId, spanId, traceFlags, isRemote } = context;
  const link: SpanLink = { context: { traceId, spanId, traceFlags: traceFlags & 1 } };
  if (isRemote !== undefined) link.context.isRemote = isRemote;
  if (attributes) link.attributes = attributes as SpanAttributes;
  return link;
}

/** Makes a span that has just begun one of OpenTelemetry. */
export function dressed(span: Span, known: Facts): ApiSpan {
  facts.set(span, known);
  return Object.setPrototypeOf(span, methodsAbove(Object.getPrototypeOf(span) as Span)) as ApiSpan;
}

/** The methods by those that they stand above: all spans have the same ones. */
let last: { base: Span; methods: object } | undefined;

function methodsAbove(base: Span): object {
  if (last?.base !== base) last = { base, methods: Object.assign(Object.create(base), methodsOf(base)) };
  return last.methods;
}

function methodsOf(base: Span): object {
  /** Does something to a span that has not ended: after that it stays as it is. */
  const change = (span: Span, act: (known: Facts) => void) => {
    const known = facts.get(span);
    if (known && !known.isOver) attempt(() => act(known));
    return span;
  };
  const set = (span: Span, attributes: Attributes) =>
    change(span, (known) => {
      // A span that is not recorded keeps no attributes.
      Object.assign(known.where, whereOf(attributes));
      base.setAttributes.call(span, attributes as SpanAttributes);
    });
  return {
    spanContext(this: Span): SpanContext {
      const context = base.spanContext.call(this) as SpanContext;
      const tracestate = traceStateOf(this);
      if (tracestate) context.traceState = createTraceState(tracestate);
      return context;
    },
    setAttribute(this: Span, name: string, value: AttributeValue) {
      return change(this, (known) => {
        Object.assign(known.where, whereOf({ [name]: value }));
        base.setAttribute.call(this, name, value as SpanAttributeValue);
      });
    },
    setAttributes(this: Span, attributes: Attributes) {
      return set(this, attributes);
    },
    addLink(this: Span, link: Link) {
      return change(this, () => base.addLinks.call(this, linksOf([link])));
    },
    addLinks(this: Span, links: Link[]) {
      return change(this, () => base.addLinks.call(this, linksOf(links)));
    },
    addEvent(this: Span, name: string, attributes?: Attributes) {
      return change(this, () => base.addEvent.call(this, name, attributes as SpanAttributes));
    },
    // What was said to be good stays so, and nothing takes back what was said.
    setStatus(this: Span, status: SpanStatus) {
      return change(this, (known) => {
        if (known.code === 1 || !status.code) return;
        known.code = status.code;
        base.setStatus.call(this, status as Parameters<Span['setStatus']>[0]);
      });
    },
    updateName(this: Span, name: string) {
      return change(this, () => base.updateName.call(this, name));
    },
    // There are no events: the last exception stands in the attributes, without its stack.
    recordException(this: Span, exception: Exception) {
      attempt(() => {
        const error = typeof exception === 'string' ? { message: exception } : exception;
        const type = error.code ?? error.name;
        const said: Attributes = {};
        if (type !== undefined) said['exception.type'] = String(type);
        if (error.message) said['exception.message'] = error.message;
        set(this, said);
      });
    },
    end(this: Span, time?: TimeInput) {
      change(this, (known) => {
        finished(this, known, base);
        known.isOver = true;
      });
      base.end.call(this, timeOf(time));
    },
  };
}
