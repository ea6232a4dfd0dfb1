// `tracesSampler`: the page decides about each trace that begins here.

import { getIsolationScope, runInScope } from './active.js';
import type { Client } from './client.js';
import { complain, shown } from './debug.js';
import type { BrowserOptions } from './options.js';
import type { Scope } from './scope.js';
import { rate, type SpanAttributes } from './values.js';

/** What {@link BrowserOptions.tracesSampler} gets. */
export interface TracesSamplerSamplingContext {
  /** The name that the root span begins with. */
  name: string;
  /** Its initial attributes, with `sentry.op` if it has one. */
  attributes: SpanAttributes;
  /** The decision of the service that this trace goes on from, if there is one. */
  parentSampled: boolean | undefined;
  /** The rate that the trace was sampled with, 0 to 1, if it is known. */
  parentSampleRate: number | undefined;
  /** About the request that is being answered; servers know it. */
  normalizedRequest?: Record<string, unknown>;
  /** The parent's rate, else its decision as 1 or 0, else the given rate. */
  inheritOrSampleWith: (fallbackSampleRate: number) => number;
}

// The flags of `span_start`, see src/api/spans.rs.
const RATE_GIVEN = 16;
const SAMPLER_FAILED = 256;

/** How a root is to be sampled, for `span_start`. */
export interface Sampling {
  flags: number;
  rate: number;
  attributes: SpanAttributes;
  parentSampled: boolean | undefined;
  /** The lot of the trace. */
  sampleRand: number;
}

/** Asks those who have a say about a root span that is about to begin. */
export function sample(
  client: Client | undefined,
  scope: Scope,
  root: { name: string; attributes: SpanAttributes; parentSampled: boolean | undefined },
): Sampling {
  const given = { spanAttributes: root.attributes, spanName: root.name, parentSampled: root.parentSampled };
  if (client?.listens('beforeSampling')) {
    // Listeners may write to the context of the scope that the root begins in.
    runInScope(scope, () => client.emit('beforeSampling', given, { decision: false }));
  }
  const { dsc, sampleRand } = scope.trace();
  const answer: Sampling = {
    flags: 0,
    rate: Number.NaN,
    attributes: given.spanAttributes,
    parentSampled: given.parentSampled ?? root.parentSampled,
    sampleRand,
  };
  const sampler: unknown = client?.getOptions().tracesSampler;
  if (!sampler || scope.suppressed) return answer;
  if (typeof sampler !== 'function') {
    complain(`tracesSampler was ignored: ${shown(sampler)} is no function`);
    return { ...answer, flags: SAMPLER_FAILED };
  }
  const parentSampleRate = numberOrNothing(rate(dsc?.sample_rate));
  const { parentSampled } = answer;
  const { normalizedRequest } = getIsolationScope().fields.sdkProcessingMetadata;
  try {
    const wanted = (sampler as NonNullable<BrowserOptions['tracesSampler']>)({
      name: root.name,
      attributes: answer.attributes,
      parentSampled,
      parentSampleRate,
      normalizedRequest: normalizedRequest as Record<string, unknown>,
      inheritOrSampleWith: (fallback) =>
        parentSampleRate ?? (typeof parentSampled === 'boolean' ? Number(parentSampled) : fallback),
    });
    answer.flags = RATE_GIVEN;
    answer.rate = rate(wanted);
    if (Number.isNaN(answer.rate)) {
      complain(
        `the trace of ${shown(root.name)} is not sampled: tracesSampler answered ${shown(wanted)}, which is no rate from 0 to 1`,
      );
    }
  } catch (error) {
    complain(`tracesSampler failed and was ignored: ${shown(error)}`);
    answer.flags = SAMPLER_FAILED;
  }
  return answer;
}

function numberOrNothing(value: number): number | undefined {
  return Number.isNaN(value) ? undefined : value;
}
