// `registerOpenTelemetry`: puts the SDK into the three global places of `@opentelemetry/api`, all of them or none.

import { type Context, context, type ProxyTracerProvider, propagation, trace } from '@opentelemetry/api';
import { getClient } from '../index.js';
import type { Client } from '../types/options.js';
import { complain } from '../values/debug.js';
import { shared } from '../values/shared.js';
import { contextManager } from './context-manager.js';
import { NAMES, propagator } from './propagator.js';
import { providerOf } from './tracer.js';

/** Copies of one version are in one place. */
const state = shared as { openTelemetry?: (() => void) | undefined };

let inForce = false;
let watched: Client | undefined;

const provider = providerOf(() => {
  watch();
  return inForce;
});

/** Whether our part of the API is asked when somebody asks the API. */
let isAsked = false;
const manager = {
  ...contextManager,
  active(): Context {
    isAsked = true;
    return contextManager.active();
  },
};
const carrierOfTraces = {
  ...propagator,
  [NAMES](): string[] {
    isAsked = true;
    return propagator[NAMES]();
  },
};

/**
 * Lets libraries that are instrumented for OpenTelemetry join the traces of this SDK: their spans are spans of ours, what is active
 * for one is active for the other, and `propagation` of the API reads and writes our headers. Before or after `init`.
 *
 * @returns a function that takes it back, as `close` does; `false` where another SDK is registered already
 * @example
 * init({ dsn, tracesSampleRate: 1 });
 * registerOpenTelemetry();
 * trace.getTracer('shop').startActiveSpan('checkout', (span) => checkout().finally(() => span.end()));
 */
export function registerOpenTelemetry(): (() => void) | false {
  if (state.openTelemetry) return state.openTelemetry;
  const isFree =
    trace.setGlobalTracerProvider(provider) &&
    (context.setGlobalContextManager(manager) || undo(trace)) &&
    (propagation.setGlobalPropagator(carrierOfTraces) || undo(trace, context));
  if (!isFree) {
    complain('registerOpenTelemetry did nothing: another SDK of OpenTelemetry is registered already');
    return false;
  }
  inForce = true;
  state.openTelemetry = unregister;
  watch();
  return unregister;
}

/** Takes back what was registered. */
function undo(...parts: { disable(): void }[]): false {
  for (const part of parts) part.disable();
  return false;
}

/** Takes back what is still ours. */
function unregister(): void {
  if (!inForce) return;
  if ((trace.getTracerProvider() as ProxyTracerProvider).getDelegate?.() === provider) trace.disable();
  if (asks(() => propagation[NAMES]())) propagation.disable();
  if (asks(() => context.active())) context.disable();
  inForce = false;
  state.openTelemetry = undefined;
}

function asks(ask: () => unknown): boolean {
  isAsked = false;
  ask();
  return isAsked;
}

/** Hears of the end of the client that is in use, which `init` may have made only now. */
function watch(): void {
  const client = getClient();
  if (!client || client === watched) return;
  watched = client;
  client.on('close', () => {
    if (watched === client) unregister();
  });
}
