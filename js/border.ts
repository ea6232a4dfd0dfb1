// The border to the core, see src/api/border.rs: nothing crosses but numbers. Texts lie in the core's memory, those
// for the core in a room that a call has to itself, and their lengths cross.

import { corrected, elapsed, pageOrigin } from './clock.js';
import type { Core } from './core.js';
import type { hooks } from './hooks.js';

/** A function of the core, or one of ours that it calls. */
type Call = (...given: number[]) => number;

/** What the module of the core exports. */
export type Exports = { memory: WebAssembly.Memory } & Record<
  keyof Core | 'word_address' | 'make_room' | 'forget_answer' | 'clock_origin',
  Call
>;

/** Makes the core of what it imports. */
export type Load = (imports: WebAssembly.Imports) => Exports;

type Hooks = typeof hooks;

/** What the core imports: the hooks, and what every program needs. */
type Imports = Record<`face_${keyof Hooks | 'now' | 'random' | 'say'}`, Call>;

/** The numbers that both sides read and write: those of js/ticket.ts, and where texts lie. */
interface Shared {
  [index: number]: number;
  /** The room for texts to the core, and how many bytes it has. */
  10: number;
  11: number;
  /** The last text from the core, and one more than its bytes; 0 for none. */
  12: number;
  13: number;
}
const SHARED = 14;

/** The core lets go of an answer of more bytes as soon as it was read. */
const LARGE = 16384;

/** Longer texts are written faster by the encoder, which is slow to begin. */
const SHORT = 200;

/** Safari's decoder fails after two gigabytes in all. */
const MAX_DECODED = 2 ** 31 - 2 ** 20;

const encoder = new TextEncoder();
let decoder: TextDecoder;
let decoded = MAX_DECODED;

let core: Exports;
let address: number;
let words: Uint32Array | undefined;
let bytes: Uint8Array<ArrayBuffer>;
/** How much of the room the texts take of the call that is being prepared. */
let taken = 0;
/** What the core adds to times of the timeline. */
let origin: number;

/** The numbers that both sides read and write. */
export function shared(): Shared {
  // A memory that has grown is another buffer, and the views of the old one are empty.
  if (!words?.length) {
    const { buffer } = core.memory;
    bytes = new Uint8Array(buffer);
    words = new Uint32Array(buffer, address, SHARED);
  }
  return words as unknown as Shared;
}

/** Starts the core, and makes its functions callable with texts. */
export function connect(load: Load, hooks: Hooks): Core {
  core = load({ face: guarded(imports(hooks)) });
  address = core.word_address();
  correct(pageOrigin() || 0);
  const all = Object.entries(core).map(([name, call]) => [name, withTexts(call as Call)]);
  // In V8 an object that is a prototype has fast members, however many were added one by one.
  return Object.assign(Object.create(Object.fromEntries(all)), often(core));
}

/**
 * A function of the core, for any arguments and any answer. Where the core wants a text it must get one: a number in its
 * place would be the length of whatever was written before.
 */
function withTexts(call: Call): (...given: unknown[]) => unknown {
  return (...given) => {
    taken = 0;
    const answer = call(...given.map((one) => (typeof one === 'string' ? put(one) : (one as number))));
    const at = shared();
    const length = at[13];
    if (!length) return answer;
    at[13] = 0;
    const text = read(at[12], length - 1);
    if (length > LARGE) core.forget_answer();
    return text;
  };
}

/**
 * The functions that are called all the time: they cross without detours, and with the time. That is read before the texts
 * are written, because a page may have put code of its own in the place of its clock, which calls in.
 */
function often({
  span_start,
  span_end,
  child_told,
  span_attributes,
  span_is_recording,
  start_request,
  end_request,
}: Exports): Partial<Core> {
  return {
    span_start(name, attributes, links, context, parent, flags, start, rate) {
      const time = now();
      taken = 0;
      return span_start(
        put(name),
        put(attributes),
        put(links),
        put(context),
        parent,
        flags,
        start,
        rate,
        time,
      );
    },
    span_end: (key, end) => span_end(key, end, now()),
    child_told(name, attributes, root, high, low, start, begun, over, keeps) {
      taken = 0;
      return child_told(put(name), put(attributes), root, high, low, start, begun, over, keeps);
    },
    span_attributes(key, attributes) {
      taken = 0;
      span_attributes(key, put(attributes));
    },
    span_is_recording: (key) => span_is_recording(key) > 0,
    start_request(href, method, url, active, flags) {
      const time = now();
      taken = 0;
      return start_request(put(href), put(method), put(url), active, flags, time);
    },
    end_request: (key, status, size) => end_request(key, status, size, now()),
  };
}

/** What the core asks and tells us; src/api/border.rs describes each. Keys cross as signed numbers. */
function imports(hooks: Hooks): Imports {
  return {
    face_now: now,
    face_active: hooks.active,
    face_exact: () => Number(hooks.exact()),
    face_suppressed: () => Number(hooks.suppressed()),
    face_context: () => answer(hooks.context()),
    face_began: (parent) => said(hooks.began(parent >>> 0)),
    face_ending: (key) => said(hooks.ending(key >>> 0)),
    face_ended: (key) => said(hooks.ended(key >>> 0)),
    face_request: (at, length, there, bytes) => hooks.request(read(at, length), read(there, bytes)) ?? 0,
    face_captured: (key) => answer(hooks.captured(key >>> 0)),
    face_finished: (key, spans) => answer(hooks.finished(key >>> 0, spans)),
    face_send: (id, at, length, there, bytes, keepalive) =>
      said(hooks.send(id, read(at, length), read(there, bytes), keepalive > 0)),
    face_resolve: (at, length) => answer(hooks.resolve(read(at, length))),
    face_matches: (at, length, there, bytes) => answer(hooks.matches(read(at, length), read(there, bytes))),
    face_wake: (millis) => said(hooks.wake(millis)),
    face_say: (at, length, warns) =>
      said(console[warns ? 'warn' : 'log'](`[throughline] ${read(at, length)}`)),
    face_random: random,
  };
}

/** The same functions, which answer 0 where they would throw: whoever throws has said nothing. */
function guarded(calls: Imports): WebAssembly.ModuleImports {
  const guard =
    (call: Call): Call =>
    (...given) => {
      try {
        return call(...given);
      } catch {
        return 0;
      }
    };
  return Object.fromEntries(Object.entries(calls).map(([name, call]) => [name, guard(call)]));
}

/** It was done. */
function said(_done: unknown): number {
  return 1;
}

/** An answer of ours: one more than the length of a text, which lies in the room; 0 for none. */
function answer(text: string | undefined): number {
  if (text === undefined) return 0;
  taken = 0;
  return put(text) + 1;
}

/** Writes the next text of a call, and answers with its length in bytes. Lone surrogates become U+FFFD. */
function put(text: string): number {
  const { length } = text;
  let to = place(length);
  let at = 0;
  if (length <= SHORT) {
    for (; at < length; at++) {
      const code = text.charCodeAt(at);
      if (code > 127) break;
      bytes[to + at] = code;
    }
  }
  if (at < length) {
    const rest = at ? text.slice(at) : text;
    // A character of UTF-16 takes three bytes at most.
    to = place(at + rest.length * 3) + at;
    at += encoder.encodeInto(rest, bytes.subarray(to, to + rest.length * 3)).written;
  }
  taken += at;
  return at;
}

/** Where the next text goes that has so many bytes at most. */
function place(most: number): number {
  let at = shared();
  if (taken + most > at[11]) {
    core.make_room(taken + most);
    at = shared();
  }
  return at[10] + taken;
}

function read(at: number, length: number): string {
  shared();
  decoded += length;
  if (decoded > MAX_DECODED) {
    decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    decoded = length;
  }
  return decoder.decode(bytes.subarray(at, at + length));
}

/** The time of the timeline. What the core makes times of the day from it with is corrected before. */
export function now(): number {
  const time = elapsed();
  const is = corrected(origin, time);
  if (is !== origin) correct(is);
  return time;
}

/** A time of the timeline as that of the day: milliseconds since the epoch. */
export function timeOfDay(time: number): number {
  return origin + time;
}

function correct(millis: number): void {
  origin = millis;
  core.clock_origin(millis);
}

function random(at: number, length: number): number {
  const drawn = new Uint8Array(length);
  try {
    crypto.getRandomValues(drawn);
  } catch {
    // No web crypto: ids must still differ from each other.
    for (let index = 0; index < length; index++) drawn[index] = Math.random() * 256;
  }
  // Only now: code of the page, in the place of the browser's own, may have called in and made the memory larger.
  shared();
  bytes.set(drawn, at);
  return length;
}
