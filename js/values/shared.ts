// What several copies of the package on one page have in common: a script tag and a bundle, a tag that stands there twice,
// micro-frontends with a bundle each. Copies of one version share their state, because each can be the first to need it; those with
// another core (`throughline/js`, `throughline/slim`) are as of another version: the core of the first may be one that cannot run.

import { edition } from 'throughline:package';
import { attempt } from './attempt.js';

/** Where copies find each other. What stands in here is the same in all versions. */
const PLACE = Symbol.for('throughline');

/** What copies of all versions know of each other. */
export interface Registry {
  /** The version that traces page load and requests. */
  tracer?: string;
  /** Answers with the headers of what is active there. */
  trace?: () => { 'sentry-trace'?: string; baggage?: string | undefined };
  [version: string]: unknown;
}

/** Options about values: how deep objects are followed, and how many members each may have. */
export interface Limits {
  normalizeDepth?: unknown;
  normalizeMaxBreadth?: unknown;
}

/** What copies of one version share; the rooms that add to it say of what kind that is. */
export interface Shared {
  /** What `init` said last. */
  debug?: boolean;
  /** Whether a span was begun before there was a client. */
  early?: boolean;
  /** The options of the client that is current; the page may change them. */
  limits: Limits;
  [name: string]: unknown;
}

/** What copies find on the page; nothing where something of the page's own stands in that place. */
export const registry: Registry | undefined = attempt(() => {
  const page = globalThis as { [PLACE]?: Registry };
  page[PLACE] ??= { __proto__: null } as unknown as Registry;
  return page[PLACE];
});

const fresh = (): Shared => ({ limits: {} });

/** Of this version, with this core. Where something of the page's own holds our place, each copy is alone. */
export const shared: Shared =
  attempt(() => {
    const all = registry as Registry;
    all[edition] ??= fresh();
    return all[edition] as Shared;
  }) ?? fresh();
