// How JavaScript and the core talk: texts lie in a room of the core's memory one after the other, their lengths and other
// numbers are arguments; an answer is a number, or the address of a text. crates/module/ is the other side. Nobody else knows
// the core's memory.

import { prepare } from 'throughline:core';
import { MAX_TEXT } from '../values/cut.js';
import { complain, shown, warn } from '../values/debug.js';
import { isBrowser } from '../values/place.js';
import type { Exports, Question } from './exports.js';
import { isWaiting } from './waiting.js';

/** A core whose memory has become larger is let go of after its answer: it never shrinks. In bytes. */
const MAX_MEMORY = 4_000_000;

/** What answers are read by is kept for the next one up to this size, in bytes. */
const MAX_ANSWER = 65_536;

/** Longer texts are written faster by the encoder. */
const SHORT = 200;

/** Safari's decoder fails after two gigabytes in all. */
const MAX_DECODED = 2 ** 31 - 2 ** 20;

let encoder: TextEncoder;
let decoder: TextDecoder;
let answer = new Uint8Array(1024);
let decoded = 0;

/** Makes a new core; `false` once it is known that none can run here. */
let make: (() => Exports) | false | undefined;
let core: Exports | undefined;
let address: number;
let size: number;
const NO_BYTES = new Uint8Array();
let bytes: Uint8Array<ArrayBuffer> = NO_BYTES;
/** How much of the room the texts take of the call that is being prepared. */
let taken: number;
/** How many questions were begun. */
let questions = 0;

/** Whether the last question failed. What was answered then is true for nobody else, and must not be remembered. */
export let hasFailed = false;

/** Whether the core runs here. Compiles it if that was not done yet. */
export function canRun(): boolean {
  if (!ON_SERVER && !isBrowser()) {
    complain('init was ignored: this is no page, and no worker of one');
    return false;
  }
  try {
    start();
  } catch {
    // Said where it happened.
  }
  return make !== false;
}

function start(): Exports {
  if (core) return core;
  if (make === false || (COMES_LATER && isWaiting())) throw new TypeError();
  const isFirst = !make;
  let cure = '';
  try {
    if (!make) {
      encoder = new TextEncoder();
      renewDecoder();
      cure = ": let its script-src allow 'wasm-unsafe-eval', or use throughline/js";
      make = prepare();
    }
    core = make();
  } catch (error) {
    // The first one is how it is found out; later ones fail for reasons that pass, as a stack that ends.
    if (isFirst) {
      make = false;
      // Encoders are missing in the DOMs of tests: the page cannot help it.
      const say = cure ? warn : complain;
      say(`tracing is off on this page (${shown(error)})${cure}`);
    }
    throw error;
  }
  size = 0;
  return core;
}

/**
 * Asks the core; answers `otherwise` where it cannot be asked, and where it fails. Whoever fails leaves a core in a state that
 * nobody knows (a stack overflow of the page unwinds it in the middle of a call): the next one gets a new one. Nobody reads the
 * errors of this file.
 */
export function ask<R>(question: (core: Exports) => R): R | undefined;
export function ask<R>(question: (core: Exports) => R, otherwise: R): R;
export function ask<R>(question: (core: Exports) => R, otherwise?: R): R | undefined {
  hasFailed = false;
  questions += 1;
  try {
    const asked = start();
    taken = 0;
    const answered = question(asked);
    if (asked.memory.buffer.byteLength > MAX_MEMORY) {
      core = undefined;
      bytes = NO_BYTES;
    }
    return answered;
  } catch {
    core = undefined;
    hasFailed = true;
    return otherwise;
  }
}

/** Calls an export with texts and numbers, and answers with a text; nothing where the core has none, or cannot be asked. */
export function answerOf(name: Question, texts: string[], ...numbers: number[]): string | undefined {
  return ask((core) => read(core[name](...texts.map(put), ...numbers)));
}

/** Writes the next text of a call, and answers with its length in bytes. Lone surrogates become U+FFFD. */
export function put(given: string): number {
  const text = given.length > MAX_TEXT ? given.slice(0, MAX_TEXT) : given;
  const { length } = text;
  if (length <= SHORT) {
    reserve(length);
    let at = 0;
    for (; at < length; at++) {
      const code = text.charCodeAt(at);
      if (code > 127) break;
      bytes[taken + at] = code;
    }
    if (at === length) {
      taken += length;
      return length;
    }
  }
  // A page may have replaced the encoder: it never gets the core's memory, what it writes is checked by the core, and if it asks
  // something itself, the room is another's. A unit of UTF-16 takes one to three bytes.
  const asked = questions;
  const space = new Uint8Array(length * 3);
  const { written } = encoder.encodeInto(text, space);
  if (!(written >= length && written <= space.length)) throw new RangeError();
  if (questions !== asked) throw new TypeError();
  const encoded = space.subarray(0, written);
  reserve(encoded.length);
  bytes.set(encoded, taken);
  taken += encoded.length;
  return encoded.length;
}

function renewDecoder(): void {
  decoder = new TextDecoder('utf-8', { ignoreBOM: true });
}

/** The room as floating-point numbers. */
export function numbers(count: number): Float64Array {
  reserve(count * 8);
  return new Float64Array((core as Exports).memory.buffer, address, count);
}

/** The text at an address; nothing at 0. */
function read(at: number): string | undefined {
  if (!at) return undefined;
  const { buffer } = (core as Exports).memory;
  const length = new DataView(buffer).getUint32(at - 4, true);
  decoded += length;
  if (decoded > MAX_DECODED) {
    renewDecoder();
    decoded = length;
  }
  // A page may have replaced the decoder: it never gets the core's memory either, but mostly the same other one. If it asks
  // something itself, that holds another answer.
  const asked = questions;
  const into = length > answer.length ? new Uint8Array(2 * length) : answer;
  if (into.length <= MAX_ANSWER) answer = into;
  into.set(new Uint8Array(buffer, at, length));
  const text: unknown = decoder.decode(into.subarray(0, length));
  if (typeof text !== 'string' || questions !== asked) throw new TypeError();
  return text;
}

/** Makes the room at least so large behind what is taken. */
function reserve(more: number): void {
  const { room, memory } = core as Exports;
  if (taken + more > size) {
    size = Math.max(16_384, 2 * (taken + more));
    address = room(size);
  }
  // A memory that has grown is another buffer, and the view of the old one is empty.
  if (bytes.buffer !== memory.buffer || bytes.byteOffset !== address || bytes.length < size) {
    bytes = new Uint8Array(memory.buffer, address, size);
  }
}
