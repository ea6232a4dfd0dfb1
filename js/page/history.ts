// Hears where a page goes without being loaded: by `pushState` and `replaceState`, by `popstate`, and by what the Navigation
// API says, which only some browsers have, of every move.
//
// Once per page, and as a guest (src/app/browser/patch/history.js). Only the browser knows what an address means and whether it
// is allowed, and only once are they turned into texts.

import { patchMove } from '../../src/app/browser/patch/history.js';
import { listen } from '../scope/listen.js';
import { attempt } from '../values/attempt.js';

type Method = 'pushState' | 'replaceState';

let listener: (() => void) | undefined;
/** The address that was heard of last. */
let last: string | undefined;
/** The address that the page has just left, while it is told. */
let left: string | undefined;
let listening = false;
/** Past so many moves, each made by who is told of the one before, nobody is told any more: they may have no end. */
const MAX_DEPTH = 20;
let depth = 0;
/** Undo one replaced method each; they answer whether that was possible. What could not be undone stays. */
const patches = new Map<Method, () => boolean | undefined>();

/** Tells a listener of each move from now on, in place of the one before. */
export function watchHistory(hears: () => void): void {
  listener = hears;
  last = location.href;
  if (!listening) {
    listen(globalThis, 'popstate', moved, false);
    const { navigation } = globalThis as { navigation?: EventTarget };
    // A page may have a variable of that name, which is another thing.
    attempt(() => navigation?.addEventListener('currententrychange', moved));
  }
  listening = true;
  for (const name of ['pushState', 'replaceState'] as const) {
    if (!patches.has(name)) patches.set(name, patchMove(name, moved));
  }
}

/** Tells nobody any more, and gives the page its own methods back where they are still there. */
export function leaveHistory(): void {
  listener = undefined;
  for (const [name, undo] of patches) if (undo()) patches.delete(name);
}

/** Where the page is; while somebody is told of a move, where it was before. */
export function addressBefore(): string {
  return left ?? location.href;
}

/** The page may have moved. */
function moved(): void {
  const before = last;
  try {
    depth += 1;
    const { href } = location;
    last = href;
    if (!listener || depth > MAX_DEPTH || before === href) return;
    left = before;
    listener();
  } catch {
    // The page's own code, or the end of its stack.
  } finally {
    depth -= 1;
    left = undefined;
  }
}
