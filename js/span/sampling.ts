// `tracesSampler`: the page decides about each trace that begins here.

import { hasFailed } from '../core/abi.js';
import { type Decision, decide, NO_RATE, type Sampler } from '../core/core.js';
import { getIsolationScope, isolationOf, runInScope } from '../scope/active.js';
import type { BrowserClient } from '../scope/client.js';
import type { Scope } from '../scope/scope.js';
import type { BrowserOptions } from '../types/options.js';
import type { SpanAttributes } from '../types/spans.js';
import { attempt } from '../values/attempt.js';
import { complain, shown } from '../values/debug.js';
import { rate } from '../values/values.js';

/** How a root is to be sampled, as the core is asked about it. */
export interface Sampling {
  sampler: Sampler;
  rate: number;
  attributes: SpanAttributes;
  parentSampled: boolean | undefined;
  /** The `sample_rand` of the trace. */
  sampleRand: number;
}

/** The `tracesSampleRate` of a client, as the core reads it. */
export function ownRate(client: BrowserClient): number {
  const given: unknown = client.option('tracesSampleRate');
  return given === undefined || given === null ? NO_RATE : rate(given);
}

/** Asks those who have a say about a root span that is about to begin. */
export function sample(
  client: BrowserClient,
  scope: Scope,
  root: { name: string; attributes: SpanAttributes; parentSampled: boolean | undefined },
): Sampling {
  const given = { spanAttributes: root.attributes, spanName: root.name, parentSampled: root.parentSampled };
  if (client.listens('beforeSampling')) {
    // Listeners may write to the context of the scope that the root begins in.
    runInScope(scope, () => client.emit('beforeSampling', given, { decision: false }));
  }
  const { dsc, sampleRand } = scope.trace();
  const answer: Sampling = {
    sampler: 0,
    rate: ownRate(client),
    attributes: given.spanAttributes,
    parentSampled: given.parentSampled ?? root.parentSampled,
    sampleRand,
  };
  const sampler: unknown = client.option('tracesSampler');
  if (!sampler || scope.suppressed) return answer;
  if (typeof sampler !== 'function') {
    complain(`tracesSampler was ignored: ${shown(sampler)} is no function`);
    return { ...answer, sampler: 2 };
  }
  const parentSampleRate = numberOrNothing(rate(attempt(() => dsc?.sample_rate)));
  const { parentSampled } = answer;
  const isolation = ON_SERVER ? isolationOf(scope) : getIsolationScope();
  const { normalizedRequest } = isolation.fields.sdkProcessingMetadata;
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
    answer.sampler = 1;
    answer.rate = rate(wanted);
    if (Number.isNaN(answer.rate)) {
      complain(
        `the trace of ${shown(root.name)} is not sampled: tracesSampler answered ${shown(wanted)}, which is no rate from 0 to 1`,
      );
    }
  } catch (error) {
    complain(`tracesSampler failed and was ignored: ${shown(error)}`);
    answer.sampler = 2;
  }
  return answer;
}

function numberOrNothing(value: number): number | undefined {
  return Number.isNaN(value) ? undefined : value;
}

/** What was decided last, and about what: most roots of a page are in one trace. */
let last: Pick<Sampling, 'rate' | 'parentSampled' | 'sampleRand'> & { decision: Decision } = {
  rate: Number.NaN,
  parentSampled: undefined,
  sampleRand: 0,
  decision: { sampled: false, applied: false, reason: 'sample_rate' },
};

/** Asks the core about a root, unless it has just answered the same. */
export function decideRoot({ sampler, rate, parentSampled, sampleRand }: Sampling): Decision {
  if (sampler) return decide(sampler, rate, parentSampled, sampleRand);
  if (rate !== last.rate || parentSampled !== last.parentSampled || sampleRand !== last.sampleRand) {
    const decision = decide(0, rate, parentSampled, sampleRand);
    if (hasFailed) return decision;
    remember(rate, parentSampled, sampleRand, decision);
  }
  return last.decision;
}

/** The core has decided about a root with this rate and this lot. */
export function remember(
  rate: number,
  parentSampled: boolean | undefined,
  sampleRand: number,
  decision: Decision,
): void {
  last = { rate, parentSampled, sampleRand, decision };
}
