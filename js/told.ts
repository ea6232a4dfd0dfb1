// Children of recorded roots. Nearly all of them begin, end, and are never asked about: so they rest here, and the core
// is told of them many at once, when their root ends at the latest. One that somebody asks about, or whose end somebody
// waits for, begins in the core after all: with the id and the time that it has had all along.

import { type Client, getClient } from './client.js';
import { type Core, memory } from './core.js';
import { ask, attempt } from './guard.js';
import type { Scope } from './scope.js';
import { type AnySpan, type Ids, OURS, type Ours, oursOf, Span } from './span.js';
import { readTicket } from './ticket.js';
import { getRootSpan, idleSpan, plant } from './tree.js';

/** Rows of numbers that the core has room for, and the numbers of one: see src/browser/rows.rs. */
const ROWS = 64;
const NUMBERS = 7;

/** As many children as a root keeps. */
const MAX_CHILDREN = 1000;

/** Attributes that are set one after the other, in characters: past it the core takes over, which replaces old ones. */
const MAX_LINES = 16_384;

/** Past this many milliseconds the two clocks have drifted apart: the core knows what time it is then. */
const MAX_DRIFT = 1000;

/** What rests below a root, in the order it began. */
export interface Below {
  spans: Span[];
  /** How many of them the core was told of. */
  settled: number;
  /** Whether the root is under way. */
  open: boolean;
}

/** A child that rests: what the core will be told. */
export interface Told {
  root: Span;
  label: string;
  lines: string;
  ids: Ids;
  /** When it began, in milliseconds: since the epoch, and by the steady clock. */
  at: number;
  begun: number;
  /** When it ended, by the steady clock; NaN while it has not. */
  over: number;
  /** Whether the core has its text. */
  written: boolean;
}

/** When the page began by the clock of the device, in milliseconds. */
let origin = Number.NaN;

/** Roots below which something rests that the core was not told of. */
const unsettled = new Set<Span>();

/** From now on children of a recorded root may rest. */
export function mayHost(root: Span): void {
  root[OURS].below = { spans: [], settled: 0, open: true };
}

/** The root below which a new child of a span may rest; `follows` says whether that span is only what is active. */
export function hostOf(client: Client, parent: AnySpan, follows: boolean): Span | undefined {
  const root = getRootSpan(parent);
  const below = oursOf(root)?.below;
  if (!below?.open || below.spans.length >= MAX_CHILDREN) return undefined;
  if (root !== parent && !(follows && client.attachesToRoots)) return undefined;
  // Listeners hear of each span; a root that ends by itself waits for each.
  return client.observed || idleSpan() ? undefined : (root as Span);
}

/** A child that rests below a root; nothing where the clocks disagree, or are not what they should be. */
export function restBelow(root: Span, scope: Scope, label: string, lines: string): Span | undefined {
  const { below, ticket } = root[OURS];
  const begun = steady();
  const at = origin + begun;
  if (!below || !ticket || !(Math.abs(at - Date.now()) <= MAX_DRIFT)) return undefined;
  const ids = attempt(() => newIds(ticket.ids), undefined);
  if (!ids) return undefined;
  const span = new Span({ key: 0, sampled: true, kept: true, ids }, scope, root);
  const ours = span[OURS];
  ours.told = { root, label, lines, ids, at, begun, over: Number.NaN, written: false };
  ours.later = () => keep(span);
  if (below.spans.push(span) === below.settled + 1) unsettled.add(root);
  return span;
}

/** Sets attributes of a child that rests. Answers whether that was possible. */
export function setTold({ told }: Ours, lines: string): boolean {
  // Whether there is something to be removed, only the core knows.
  if (!told || !isOpen(told) || told.lines.length > MAX_LINES || lines.includes('\n\n')) return false;
  told.lines += lines;
  return true;
}

/** Milliseconds of the clock that never jumps; NaN where the page has put something else in its place. */
function steady(): number {
  try {
    if (Number.isNaN(origin)) origin = performance.timeOrigin;
    return performance.now();
  } catch {
    return Number.NaN;
  }
}

/** Whether a child that rests is under way. */
export function isOpen({ over }: Told): boolean {
  return Number.isNaN(over);
}

/** Ends a child that rests; the first call counts. False if the core must do it, at a time of the page, NaN for now. */
export function endTold(span: Span, at: number): boolean {
  const { told } = span[OURS];
  if (!told) return false;
  if (!isOpen(told)) return true;
  if (!Number.isNaN(at) || getClient()?.observed || idleSpan()) {
    keep(span);
    return false;
  }
  told.over = steady();
  const { below } = told.root[OURS];
  if (below && below.spans.length - below.settled >= ROWS) settle(told.root);
  return true;
}

/** Tells the core of all that rests, for example because it is about to end roots by itself. */
export function settleAll(): void {
  for (const root of unsettled) settle(root);
}

/** Tells the core of what rests in the tree of a span, so that what begins there next comes after it. */
export function settleAround(span: AnySpan): void {
  const root = getRootSpan(span);
  if (oursOf(root)?.below) settle(root as Span);
}

/** The root ends: what rests below it is told before. */
export function closeTold(root: Span): void {
  const { below } = root[OURS];
  if (!below?.open) return;
  below.open = false;
  settle(root);
}

/** Has the core keep all that rests, or was only told of, below a root. */
export function keepAll(root: AnySpan): void {
  for (const span of oursOf(root)?.below?.spans ?? []) span[OURS].later?.();
}

/** Tells the core of what rests below a root: of what is over its text is kept, all else begins there. */
function settle(root: Span, wanted?: Span): void {
  const { below, key } = root[OURS];
  if (!below || !unsettled.delete(root)) return;
  let over: Told[] = [];
  const write = () => {
    const all = over;
    over = [];
    if (!all.length) return;
    ask((core) => {
      writeRows(core, all);
      core.children_over(key, all.length, all.map(textOf).join(''));
    }, undefined);
  };
  for (; below.settled < below.spans.length; below.settled++) {
    const span = below.spans[below.settled] as Span;
    const { told } = span[OURS];
    if (!told) continue;
    if (span === wanted || isOpen(told)) {
      write();
      begin(span, told);
    } else {
      told.written = true;
      if (over.push(told) === ROWS) write();
    }
  }
  write();
}

/** Somebody asks about a child that rests. */
function keep(span: Span): void {
  const { told } = span[OURS];
  if (!told) return;
  if (told.written) begin(span, told);
  else settle(told.root, span);
}

/** Has the core begin a child, and end it where it is over. */
function begin(span: Span, told: Told): void {
  const ours = span[OURS];
  ours.told = ours.later = undefined;
  const ticket = ask((core) => {
    writeRows(core, [told]);
    return core.child_kept(told.root[OURS].key, textOf(told)) ? readTicket(core) : undefined;
  }, undefined);
  ours.kept = ticket?.kept ?? false;
  if (!ticket) return;
  ours.ticket = ticket;
  ours.key = ticket.key;
  plant(span);
}

/** The line break keeps halves of characters apart. */
function textOf({ label, lines }: Told): string {
  return `${label}\n${lines}`;
}

let rows: Float64Array | undefined;

function writeRows(core: Core, all: Told[]): void {
  // A memory that has grown is another buffer, and the view of the old one is empty.
  if (!rows?.length) rows = new Float64Array(memory().buffer, core.rows_address(), ROWS * NUMBERS);
  let place = 0;
  for (const { label, lines, ids, at, begun, over } of all) {
    rows[place++] = label.length;
    rows[place++] = lines.length;
    rows[place++] = ids[0];
    rows[place++] = ids[1];
    rows[place++] = at;
    rows[place++] = begun;
    rows[place++] = over;
  }
}

const pool = new Uint32Array(256);
let left = 0;

/** Ids of a new span, in the shape of src/trace/id.rs, in the trace of others. */
function newIds(others: Ids): Ids {
  if (left < 2) left = crypto.getRandomValues(pool).length;
  left -= 2;
  const high = (((pool[left] as number) & 0x3fffffff) | 0x80000000) >>> 0;
  return [high, pool[left + 1] as number, others[2], others[3], others[4], others[5]];
}
