// What the core says about a span that begins: numbers, read where they lie in its memory (src/browser/ticket.rs).

import { type Core, memory } from './core.js';
import type { Ids, Ticket } from './span.js';

type Words = [key: number, bits: number, ...Ids, spans: number, transactions: number];

const SAMPLED = 1;
const KEPT = 2;

let words: Uint32Array | undefined;

/** The ticket that the core has just written. */
export function readTicket(core: Core): Ticket {
  const at = wordsOf(core);
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
export function countSpan(core: Core): void {
  wordsOf(core)[8] += 1;
}

/** Counts such a span that would have been a transaction. */
export function countTransaction(core: Core): void {
  countSpan(core);
  wordsOf(core)[9] += 1;
}

function wordsOf(core: Core): Words {
  // A memory that has grown is another buffer, and the view of the old one is empty.
  if (!words?.length) words = new Uint32Array(memory().buffer, core.ticket_address(), 10);
  return words as unknown as Words;
}
