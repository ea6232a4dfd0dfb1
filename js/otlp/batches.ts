// Spans as the bodies of requests, and how many wait.

import { version } from 'throughline:package';
import { resourceOf, type Service } from './resource.js';
import { type Found, type Part, spansOf } from './spans.js';

/** Spans that wait at the same time; past it the oldest are given up. */
const MAX_SPANS = 5000;

/** Spans of one request, and its characters. */
const BATCH_SPANS = 512;
const BATCH_SIZE = 1_000_000;

/** The body of a request. */
export interface Batch {
  body: string;
  spans: number;
  /** How often it was not taken. */
  failures: number;
  /** Whether its request has begun. */
  isBegun: boolean;
}

/** A span as it is written, and its resource. */
interface Written {
  resource: string;
  span: string;
}

/** What waits. */
export class Batches {
  /** As they came; they are read when they are sent. */
  private parts: Part[] = [];
  /** Those that were read, but found no place. */
  private written: Written[] = [];
  /** Those that were not taken. */
  private again: Batch[] = [];
  private readonly resources = new Map<string, string>();
  /** Spans that wait. */
  count = 0;

  constructor(
    private readonly service: Service,
    private readonly lose: (spans: number) => void,
  ) {}

  /** Whether there is enough for a request. */
  isFull(): boolean {
    return this.count >= BATCH_SPANS;
  }

  /** Takes a part of an envelope. */
  take(part: Part): void {
    this.parts.push(part);
    this.count += part.count;
    this.trim();
  }

  /** Takes a batch back that is to be sent again. */
  takeBack(batch: Batch): void {
    batch.isBegun = false;
    this.again.push(batch);
    this.count += batch.spans;
    this.trim();
  }

  /** What is the oldest is given up for what is new. */
  private trim(): void {
    let lost = 0;
    while (this.count - lost > MAX_SPANS) {
      const batch = this.again.shift();
      if (batch) lost += batch.spans;
      else if (this.written.shift()) lost += 1;
      else if (this.parts.length > 1) lost += this.parts.shift()?.count ?? 0;
      else break;
    }
    this.count -= lost;
    if (lost) this.lose(lost);
  }

  /** The next body, of at most so many characters if it is more than one span. Nothing if nothing waits. */
  next(size = BATCH_SIZE): Batch | undefined {
    const [first] = this.again;
    if (first) {
      this.again.shift();
      this.count -= first.spans;
      return first;
    }
    const taken: Written[] = [];
    let characters = 0;
    while (taken.length < BATCH_SPANS) {
      const next = this.written[0] ?? this.read();
      if (!next || (taken.length && characters + next.span.length > size)) break;
      this.written.shift();
      taken.push(next);
      characters += next.span.length;
    }
    this.count -= taken.length;
    if (!taken.length) return undefined;
    return { body: bodyOf(taken), spans: taken.length, failures: 0, isBegun: false };
  }

  /** Reads the oldest part; answers with the first span that waits then. */
  private read(): Written | undefined {
    while (!this.written.length) {
      const part = this.parts.shift();
      if (!part) return undefined;
      for (const found of spansOf(part)) this.written.push(this.write(found));
      // What is no span is none that waits.
      this.count += this.written.length - part.count;
    }
    return this.written[0];
  }

  private write({ span, release, environment }: Found): Written {
    const key = json([release, environment]);
    let resource = this.resources.get(key);
    if (resource === undefined) {
      resource = json({ attributes: resourceOf(release, environment, this.service) });
      // Those of a callback that invents releases are made anew.
      this.resources.clear();
      this.resources.set(key, resource);
    }
    return { resource, span: json(span) };
  }

  clear(): void {
    this.parts = [];
    this.written = [];
    this.again = [];
    this.count = 0;
  }
}

/** As text. What is made here has no cycles; half a character, for which collectors refuse the whole text, becomes U+FFFD. */
function json(value: unknown): string {
  const text = JSON.stringify(value);
  if (!text.includes('\\ud')) return text;
  return JSON.stringify(value, (_, one) =>
    typeof one === 'string' ? one.replace(/\p{Surrogate}/gu, '\ufffd') : one,
  );
}

/** An `ExportTraceServiceRequest`. */
function bodyOf(all: Written[]): string {
  const scope = json({ name: 'throughline', version });
  const byResource = new Map<string, string[]>();
  for (const { resource, span } of all) {
    const spans = byResource.get(resource);
    if (spans) spans.push(span);
    else byResource.set(resource, [span]);
  }
  const groups = Array.from(
    byResource,
    ([resource, spans]) => `{"resource":${resource},"scopeSpans":[{"scope":${scope},"spans":[${spans}]}]}`,
  );
  return `{"resourceSpans":[${groups}]}`;
}
