// Ids of traces and spans, and the `sample_rand` of traces: random bytes of the browser, in the shapes of section 1.1 of the
// protocol (the halves of a UUID, version 4).

import { attempt } from './attempt.js';

/** How many bytes are drawn at once; the first time fewer, because a page's first span should not wait for many. */
const FEW = 128;
const MANY = 4096;

/** The two digits of each byte. Numbers are slow to print. */
let digits: string[] | undefined;
let pool: Uint8Array | undefined;
let at = 0;

/** A new span id: 16 digits, of which the first is one of `8 9 a b`. */
export function newSpanId(): string {
  return newId(8);
}

/** A new trace id: 32 digits. */
export function newTraceId(): string {
  return newId(16);
}

/** A new `sample_rand`, in [0, 1), with six decimals. */
export function newSampleRand(): number {
  // Of the digits behind the first, which is not random enough.
  return Math.floor((Number.parseInt(newId(8).slice(4), 16) / 2 ** 48) * 1e6) / 1e6;
}

/** The last bytes of a UUID. In one piece, see `flat`. */
function newId(count: number): string {
  if (!pool || at + count > pool.length) {
    // Code of the page, in the place of the browser's own, may take ids meanwhile: from a pool of its own.
    const drawn = randomBytes(pool ? MANY : FEW);
    pool = drawn;
    at = 0;
  }
  digits ??= Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
  const id: string[] = [];
  for (let left = count; left > 0; left--) {
    let byte = pool[at++] as number;
    if (left === 8) byte = (byte & 0x3f) | 0x80;
    if (left === 10) byte = (byte & 0x0f) | 0x40;
    id.push(digits[byte] as string);
  }
  return id.join('');
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
