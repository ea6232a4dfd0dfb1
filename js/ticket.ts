// What the core says about a span that begins: eight numbers, read where they lie in its memory (src/browser/ticket.rs).

import { type Core, memory } from './core.js';
import type { Ticket } from './span.js';

const SAMPLED = 1;
const KEPT = 2;

let words: Uint32Array | undefined;

/** The ticket that the core has just written. */
export function readTicket(core: Core): Ticket {
  // A memory that has grown is another buffer, and the view of the old one is empty.
  if (!words?.length) words = new Uint32Array(memory().buffer, core.ticket_address(), 8);
  const [key = 0, bits = 0, high = 0, low = 0, a = 0, b = 0, c = 0, d = 0] = words;
  return {
    key,
    sampled: (bits & SAMPLED) > 0,
    kept: (bits & KEPT) > 0,
    span: [high, low],
    trace: [a, b, c, d],
  };
}
