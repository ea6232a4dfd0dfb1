// What the visitor did last: by the time the browser tells how long an interaction took, the element may be gone from
// the page and another root be under way.

import { getActiveSpan } from '../api/active-span.js';
import { elementPath, UNKNOWN_ELEMENT } from '../page/element-path.js';
import type { Span } from '../span/span.js';
import { getRootSpan } from '../span/tree.js';
import { attempt } from '../values/attempt.js';

/** An interaction while it happened. */
export interface Interaction {
  /** The path of its element. */
  element: string;
  /** The root that was active: the browser's time belongs to it, however late. Held with its children, as in the reference. */
  root: Span | undefined;
}

/** How many events are remembered. */
const MAX_EVENTS = 50;
/** How far the times of an event and of its entry may lie apart, in milliseconds. */
const TOLERANCE = 5;

/** The events that entries with an interaction are about. */
const EVENTS = ['pointerdown', 'pointerup', 'click', 'keydown', 'keyup'];

/** By the time of their events. */
const interactions = new Map<number, Interaction>();
let remembering = false;

/** Remembers from now on, once per page. */
export function rememberInteractions(): void {
  if (remembering) return;
  remembering = true;
  const options = { capture: true, passive: true };
  for (const name of EVENTS) {
    attempt(() => globalThis.addEventListener(name, remember, options));
  }
}

function remember(event: Event): void {
  attempt(() => {
    const at = Math.round(event.timeStamp);
    const element = elementPath(event.target);
    if (interactions.has(at) || element === UNKNOWN_ELEMENT) return;
    const active = getActiveSpan();
    interactions.set(at, { element, root: active && getRootSpan(active) });
    const [oldest] = interactions.size > MAX_EVENTS ? interactions.keys() : [];
    if (oldest !== undefined) interactions.delete(oldest);
  });
}

/** The interaction that happened at a time of the timeline; of several the nearest. */
export function interactionAt(startTime: number): Interaction | undefined {
  const at = Math.round(startTime);
  for (let away = 0; away <= TOLERANCE; away += 1) {
    const found = interactions.get(at - away) ?? interactions.get(at + away);
    if (found) return found;
  }
  return undefined;
}
