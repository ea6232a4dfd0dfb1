// What a root says when it begins, and its envelope does not: whether its parent runs here, and the `tracestate` that came with its
// trace.

import { readTracestate } from '../scope/w3c.js';
import { recordOf } from '../span/record.js';
import type { Client } from '../types/options.js';
import type { AnySpan } from '../types/spans.js';
import { attempt } from '../values/attempt.js';

/** Roots that are known at the same time. Of more the oldest are forgotten: they are taken for those that most roots are. */
const MAX_ROOTS = 1000;

/** What is known of a root that is not as most are: one whose parent, if it has any, runs elsewhere, without a `tracestate`. */
export interface Root {
  traceId: string;
  /** Whether its parent runs here, as that of `forceTransaction`. */
  isBelowOurs: boolean;
  traceState: string;
}

/** The roots of a client. */
export class Roots {
  private readonly known = new Map<string, Root>();

  constructor(client: Client) {
    client.on('rootStart', (span: AnySpan) => attempt(() => this.hear(span)));
  }

  private hear(span: AnySpan): void {
    // A span of another version of the package has none that can be read.
    const record = recordOf(span);
    if (!record?.sampled || record.root !== record) return;
    const { traceId, parentSpanId, scope } = record;
    const trace = scope.trace();
    const isBelowOurs = Boolean(parentSpanId) && parentSpanId !== trace.parentSpanId;
    const traceState = traceId === trace.traceId ? readTracestate(trace.tracestate) : '';
    if (!isBelowOurs && !traceState) return;
    this.known.set(span.spanContext().spanId, { traceId, isBelowOurs, traceState });
    const [oldest] = this.known.keys();
    if (oldest && this.known.size > MAX_ROOTS) this.known.delete(oldest);
  }

  /** What is known of some roots, by their ids, for as long as somebody keeps it. */
  of(ids: unknown[]): Map<unknown, Root> {
    return new Map(
      ids.flatMap((id) => {
        const root = this.known.get(id as string);
        return root ? [[id, root] as const] : [];
      }),
    );
  }
}
