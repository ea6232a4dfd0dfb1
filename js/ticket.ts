// What the core says about a span that begins: numbers, read where they lie in its memory (src/api/ticket.rs).

import { shared } from './border.js';
import type { Ids, Ticket } from './span.js';

type Words = [key: number, bits: number, ...Ids, spans: number, transactions: number];

const SAMPLED = 1;
const KEPT = 2;

/** The ticket that the core has just written. */
export function readTicket(): Ticket {
  const at = words();
  const bits = at[1];
  return {
    key: at[0],
    sampled: (bits & SAMPLED) > 0,
    kept: (bits & KEPT) > 0,
    // One array of its own: numbers that large would be an object each as members.
    ids: [at[2], at[3], at[4], at[5], at[6], at[7]],
  };
}

/** Counts a span that is not sampled, and that the core does not hear of otherwise. */
export function countSpan(): void {
  words()[8] += 1;
}

/** Counts such a span that would have been a transaction. */
export function countTransaction(): void {
  countSpan();
  words()[9] += 1;
}

function words(): Words {
  return shared() as unknown as Words;
}
