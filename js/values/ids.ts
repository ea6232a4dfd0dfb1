// Ids of traces and spans, and the `sample_rand` of traces: random bytes of the browser, in the shapes of section 1.1 of the
// protocol (the halves of a UUID, version 4).

import { attempt } from './attempt.js';

/** How many span ids are drawn at once; the first time fewer, because a page's first span should not wait for many. */
const FEW = 16;
const MANY = 512;

/** The two digits of each byte. Numbers are slow to print. */
let digits: string[] | undefined;
/** Span ids, 16 digits each. */
let pool = '';
let at = 0;

/** A new span id: 16 digits, of which the first is one of `8 9 a b`. */
export function newSpanId(): string {
  if (at >= pool.length) {
    // Code of the page, in the place of the browser's own, may take ids meanwhile: from a pool of its own.
    const drawn = draw(pool ? MANY : FEW);
    pool = drawn;
    at = 0;
  }
  at += 16;
  return pool.slice(at - 16, at);
}

/** A new trace id: 32 digits. */
export function newTraceId(): string {
  const half = newSpanId();
  // The first digit of a span id says little, and the thirteenth of a trace id is its version.
  return `${half.slice(1, 13)}4${half.slice(13)}${newSpanId()}`;
}

/** A new `sample_rand`, in [0, 1), with six decimals. */
export function newSampleRand(): number {
  // Of the digits behind the first, which is not random enough.
  return Math.floor((Number.parseInt(newSpanId().slice(4), 16) / 2 ** 48) * 1e6) / 1e6;
}

function draw(count: number): string {
  digits ??= Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
  const bytes = randomBytes(count * 8);
  let drawn = '';
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index] as number;
    drawn += digits[index % 8 ? byte : (byte & 0x3f) | 0x80];
  }
  return drawn;
}

function randomBytes(count: number): Uint8Array {
  const bytes = new Uint8Array(count);
  try {
    crypto.getRandomValues(bytes);
  } catch {
    // No web crypto: ids must still differ from each other.
    for (let index = 0; index < count; index++) bytes[index] = attempt(() => Math.random() * 256, index);
  }
  return bytes;
}
