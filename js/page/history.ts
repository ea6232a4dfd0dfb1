// Hears where a page goes without being loaded: `pushState`, `replaceState`, and `popstate`.
//
// Once per page, and as a guest: the original is called with the very arguments of the page, after us, so that
// whoever hears of a move still finds the page at its old address.

import { attempt } from '../values/attempt.js';

/** Hears of a new address, and of the one before it as far as it is known. */
type Listener = (to: string, from: string | undefined) => void;

type Method = 'pushState' | 'replaceState';

let listener: Listener | undefined;
/** The address that was heard of last. */
let last: string | undefined;
let listening = false;
/** Undo one replaced method each; they answer whether that was possible. What could not be undone stays. */
const patches = new Map<Method, () => boolean>();

/** Tells a listener of each move from now on, in place of the one before. */
export function watchHistory(hears: Listener): void {
  listener = hears;
  if (!listening) addEventListener('popstate', () => attempt(() => moved(location.href)));
  listening = true;
  for (const name of ['pushState', 'replaceState'] as const) {
    if (!patches.has(name)) patches.set(name, patch(name));
  }
}

/** Tells nobody any more, and gives the page its own methods back where they are still there. */
export function leaveHistory(): void {
  listener = undefined;
  last = undefined;
  for (const [name, undo] of patches) if (undo()) patches.delete(name);
}

function moved(to: string): void {
  const from = last;
  last = to;
  if (from !== to) listener?.(to, from);
}

/** Replaces a method where it stands: of the page's own making before us, or the browser's. */
function patch(name: Method): () => boolean {
  return attempt(
    () => {
      let owner: History = history;
      while (!Object.hasOwn(owner, name)) owner = Object.getPrototypeOf(owner);
      const original = owner[name];
      // A proxy keeps name, length and whatever properties the original has.
      const wrapper = new Proxy(original, {
        apply(target, self, given: Parameters<History['pushState']>) {
          // The history of a frame may be moved by our method as well.
          if (listener && self === history && given[2]) attempt(() => moved(absolute(`${given[2]}`)));
          return Reflect.apply(target, self, given);
        },
        get: (target, key) =>
          key === 'toString' ? () => Function.prototype.toString.call(target) : Reflect.get(target, key),
      });
      owner[name] = wrapper;
      return () =>
        attempt(() => {
          if (owner[name] !== wrapper) return false;
          owner[name] = original;
          return true;
        }, false);
    },
    () => true,
  );
}

/** Against the origin and not the page, as the reference does it. */
function absolute(url: string): string {
  return attempt(() => new URL(url, location.origin).href, url);
}
