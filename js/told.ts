// Children of recorded roots. Nearly all of them begin, end, and are never asked about: so they rest here, and the core
// is told of them when many are over, or their root ends. One that somebody asks about, or whose end somebody
// waits for, begins in the core after all: with the id and the time that it has had all along.

import { now, timeOfDay } from './border.js';
import { type Client, getClient } from './client.js';
import { ask, attempt } from './guard.js';
import type { Scope } from './scope.js';
import { type AnySpan, type Ids, OURS, type Ours, oursOf, Span } from './span.js';
import { readTicket } from './ticket.js';
import { getRootSpan, idleSpan, plant } from './tree.js';

/** So many rest at most that are over. */
const MANY = 64;

/** As many children as a root keeps. */
const MAX_CHILDREN = 1000;

/** Attributes that are set one after the other, in characters: past it the core takes over, which replaces old ones. */
const MAX_LINES = 16_384;

/** What rests below a root, in the order it began. */
export interface Below {
  spans: Span[];
  /** How many of them the core was told of. */
  told: number;
  /** Whether the root is under way. */
  open: boolean;
}

/** A child that rests: what the core will be told. */
export interface Resting {
  root: Span;
  label: string;
  lines: string;
  ids: Ids;
  /** When it began, in milliseconds: since the epoch, and by the steady clock. */
  at: number;
  begun: number;
  /** When it ended, by the steady clock; NaN while it has not. */
  over: number;
}

/** Roots below which something rests that the core was not told of: by their keys, because a root may be a proxy. */
const untold = new Map<number, Span>();

/** From now on children of a recorded root may rest. */
export function mayHost(root: Span): void {
  root[OURS].below = { spans: [], told: 0, open: true };
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

/** A child that rests below a root; nothing where the page has replaced clock or dice. */
export function restBelow(root: Span, scope: Scope, label: string, lines: string): Span | undefined {
  const { below, ticket } = root[OURS];
  const begun = steady();
  // A page may have put code of its own in the place of its clock, which has ended the root.
  if (!below?.open || !ticket || Number.isNaN(begun)) return undefined;
  const ids = attempt(() => newIds(ticket.ids), undefined);
  if (!ids) return undefined;
  const span = new Span({ key: 0, sampled: true, kept: true, ids }, scope, root);
  const ours = span[OURS];
  ours.resting = { root, label, lines, ids, at: timeOfDay(begun), begun, over: Number.NaN };
  ours.later = () => keep(span);
  if (below.spans.push(span) === below.told + 1) untold.set(root[OURS].key, root);
  return span;
}

/** Sets attributes of a child that rests. Answers whether that was possible. */
export function setTold({ resting }: Ours, lines: string): boolean {
  // Whether there is something to be removed, only the core knows.
  if (!resting || !isOpen(resting) || resting.lines.length > MAX_LINES || lines.includes('\n\n'))
    return false;
  resting.lines += lines;
  return true;
}

/** The time of the timeline; NaN where the page has put something else in its place. */
function steady(): number {
  return attempt(now, Number.NaN);
}

/** Whether a child that rests is under way. */
export function isOpen({ over }: Resting): boolean {
  return Number.isNaN(over);
}

/** Ends a child that rests; the first call counts. False if the core must do it, at a time of the page, NaN for now. */
export function endTold(span: Span, at: number): boolean {
  const { resting } = span[OURS];
  if (!resting) return false;
  if (!isOpen(resting)) return true;
  const over = steady();
  if (!Number.isNaN(at) || Number.isNaN(over) || getClient()?.observed || idleSpan()) {
    keep(span);
    return false;
  }
  resting.over = over;
  const { below } = resting.root[OURS];
  if (below && below.spans.length - below.told >= MANY) tellBelow(resting.root);
  return true;
}

/** Tells the core of all that rests, for example because it is about to end roots by itself. */
export function tellAll(): void {
  for (const root of untold.values()) tellBelow(root);
}

/** Tells the core of what rests in the tree of a span, so that what begins there next comes after it. */
export function tellAround(span: AnySpan): void {
  const root = getRootSpan(span);
  if (oursOf(root)?.below) tellBelow(root as Span);
}

/** The root ends: what rests below it is told before. */
export function closeTold(root: Span): void {
  const { below } = root[OURS];
  if (!below?.open) return;
  below.open = false;
  tellBelow(root);
}

/** Has the core keep all that rests, or was only told of, below a root. */
export function keepAll(root: AnySpan): void {
  for (const span of oursOf(root)?.below?.spans ?? []) span[OURS].later?.();
}

/** Tells the core of what rests below a root: of what is over its text is kept, all else begins there. */
function tellBelow(root: Span): void {
  const { below, key } = root[OURS];
  if (!below || !untold.delete(key)) return;
  for (; below.told < below.spans.length; below.told++) {
    const span = below.spans[below.told] as Span;
    const { resting } = span[OURS];
    if (!resting) continue;
    if (isOpen(resting)) begin(span, resting);
    else tell(resting, 0);
  }
}

/** Somebody asks about a child that rests: it comes after those that began before it. */
function keep(span: Span): void {
  const { resting } = span[OURS];
  if (!resting) return;
  tellBelow(resting.root);
  if (span[OURS].resting) begin(span, resting);
}

/** Has the core begin a child, and end it where it is over. */
function begin(span: Span, resting: Resting): void {
  const ours = span[OURS];
  ours.resting = ours.later = undefined;
  const ticket = tell(resting, 1) ? ask(readTicket, undefined) : undefined;
  ours.kept = ticket?.kept ?? false;
  if (!ticket) return;
  ours.ticket = ticket;
  ours.key = ticket.key;
  plant(span);
}

function tell({ root, label, lines, ids: [high, low], at, begun, over }: Resting, keeps: number): number {
  return ask((core) => core.child_told(label, lines, root[OURS].key, high, low, at, begun, over, keeps), 0);
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
