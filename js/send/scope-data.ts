// What scopes add to what is sent.

import { getGlobalScope, getIsolationScope, isolationOf } from '../scope/active.js';
import { NOTHING, type Scope } from '../scope/scope.js';
import type { ScopeFields, TransactionEvent } from '../types/events.js';
import { normalize } from '../values/normalize.js';

/** What holds in a scope: its own data, the page's, and that of everything; of two the nearer wins. */
export function merged(scope: Scope): ScopeFields {
  return [getGlobalScope(), ON_SERVER ? isolationOf(scope) : getIsolationScope(), scope]
    .map(({ fields }) => fields)
    .filter((fields) => fields !== NOTHING)
    .reduce<ScopeFields>(
      (all, fields) => ({
        tags: { ...all.tags, ...fields.tags },
        extra: { ...all.extra, ...fields.extra },
        user: { ...all.user, ...fields.user },
        contexts: { ...all.contexts, ...fields.contexts },
        attributes: { ...all.attributes, ...fields.attributes },
        transactionName: fields.transactionName ?? all.transactionName,
        level: fields.level ?? all.level,
        fingerprint: [...all.fingerprint, ...fields.fingerprint],
        eventProcessors: [...all.eventProcessors, ...fields.eventProcessors],
        sdkProcessingMetadata: { ...all.sdkProcessingMetadata, ...fields.sdkProcessingMetadata },
      }),
      NOTHING,
    );
}

function some<T>(data: T): T | undefined {
  return typeof data === 'object' && data && Object.keys(data).length ? data : undefined;
}

/** An event with the data of its scopes; what it says itself wins. */
export function dressed(event: TransactionEvent, data: ScopeFields): TransactionEvent {
  if (data === NOTHING) return event;
  const { tags, extra, user, contexts, level, fingerprint } = data;
  return {
    ...event,
    ...(some(tags) && { tags: { ...tags } }),
    ...(some(extra) && { extra: { ...extra } }),
    ...(some(user) && { user: { ...user } }),
    ...(level && { level }),
    ...(fingerprint.length && { fingerprint: [...fingerprint] }),
    contexts: { ...contexts, ...event.contexts },
  };
}

/** An event as it is written: what a page may have put into it has no cycles and no endless depth. */
export function bounded(event: TransactionEvent): TransactionEvent {
  // Not what libraries have put into `Object.prototype`.
  const own: Partial<TransactionEvent> = { __proto__: null, ...event } as object;
  const { contexts = {}, tags, extra, user } = own;
  const { trace, ...others } = contexts;
  return {
    ...event,
    ...(tags && { tags: normalize(tags) as typeof tags }),
    ...(extra && { extra: normalize(extra) as typeof extra }),
    ...(user && { user: normalize(user) as typeof user }),
    contexts: { ...(normalize(others) as typeof contexts), trace },
  };
}
